// Lines that share a course, drawn side by side; and arrows along them.
(function (page) {
  "use strict";
  const MITRE = 2;

  function key(point) {
    return Math.round(point.lat * 1e6) + "," + Math.round(point.lng * 1e6);
  }

  function stepKey(from, to) {
    const a = key(from);
    const b = key(to);
    return a < b ? a + " " + b : b + " " + a;
  }

  // The steps of a part, from vertex to vertex, as keys that do not know of direction.
  function stepsOf(part) {
    const found = [];
    for (let i = 1; i < part.length; i += 1) found.push(stepKey(part[i - 1], part[i]));
    return found;
  }

  // A unit vector to the right of each step; null for a step of no length.
  function normals(ring) {
    const found = [];
    for (let i = 1; i < ring.length; i += 1) {
      const x = ring[i].x - ring[i - 1].x;
      const y = ring[i].y - ring[i - 1].y;
      const length = Math.hypot(x, y);
      found.push(length ? { x: -y / length, y: x / length } : null);
    }
    return found;
  }

  function beside(point, normal, shift) {
    return L.point(point.x + normal.x * shift, point.y + normal.y * shift);
  }

  // Where two steps of one shift meet: on the bisector of their corner, not too far out.
  function corner(point, one, other, shift) {
    const x = one.x + other.x;
    const y = one.y + other.y;
    const square = x * x + y * y;
    const reach = square > 4 / (MITRE * MITRE) ? 2 / square : MITRE / (2 * Math.sqrt(square) || 1);
    return beside(point, { x: x, y: y }, shift * reach);
  }

  // `ring` with each step moved to its right by its shift, joined at the corners.
  function shiftedRing(ring, shifts) {
    const right = normals(ring);
    const steps = shifts.map((_, i) => i).filter((i) => right[i]);
    const found = [];
    steps.forEach(function (step, place) {
      const before = steps[place - 1];
      if (before === undefined) found.push(beside(ring[step], right[step], shifts[step]));
      else if (shifts[before] === shifts[step]) {
        found.push(corner(ring[step], right[before], right[step], shifts[step]));
      } else {
        found.push(beside(ring[step], right[before], shifts[before]));
        found.push(beside(ring[step], right[step], shifts[step]));
      }
    });
    const last = steps[steps.length - 1];
    if (last !== undefined) found.push(beside(ring[last + 1], right[last], shifts[last]));
    return found;
  }

  page.LaneLine = L.Polyline.extend({
    options: { noClip: true, smoothFactor: 0, laneStep: 0 },

    parts: function () {
      const points = this.getLatLngs();
      return points.length && points[0] instanceof L.LatLng ? [points] : points;
    },

    _project: function () {
      L.Polyline.prototype._project.call(this);
      this._rings = this._rings.map((ring, index) => this._shifted(ring, index));
    },

    _shifted: function (ring, index) {
      const lanes = this.options.lanes;
      const step = this.options.laneStep;
      if (!lanes || !step) return ring;
      const shifted = shiftedRing(ring, lanes[index].map((lane) => lane * step));
      return shifted.length ? shifted : ring;
    },
  });

  // Small filled triangles along a line, every `every` pixels, at least one on a long enough part.
  page.Arrows = page.LaneLine.extend({
    options: { fill: true, stroke: false, size: 5, every: 150, interactive: false },

    _project: function () {
      page.LaneLine.prototype._project.call(this);
      const triangles = [];
      this._rings.forEach((ring) => this._along(ring, triangles));
      this._rings = triangles;
    },

    _along: function (ring, triangles) {
      const size = this.options.size;
      const at = [0];
      for (let i = 1; i < ring.length; i += 1) at.push(at[i - 1] + ring[i].distanceTo(ring[i - 1]));
      const length = at[at.length - 1];
      if (length < size * 5) return;
      const count = Math.min(60, Math.max(1, Math.floor(length / this.options.every)));
      let step = 1;
      for (let i = 1; i <= count; i += 1) {
        const middle = (length * (i - 0.5)) / count;
        while (step < ring.length - 1 && at[step] < middle) step += 1;
        this._triangle(ring[step - 1], ring[step], middle - at[step - 1], triangles);
      }
    },

    _triangle: function (from, to, at, triangles) {
      const size = this.options.size;
      const length = from.distanceTo(to) || 1;
      const x = (to.x - from.x) / length;
      const y = (to.y - from.y) / length;
      const back = L.point(from.x + x * (at - size), from.y + y * (at - size));
      triangles.push([
        L.point(from.x + x * (at + size), from.y + y * (at + size)),
        L.point(back.x - y * size * 0.8, back.y + x * size * 0.8),
        L.point(back.x + y * size * 0.8, back.y - x * size * 0.8),
      ]);
    },

    _updatePath: function () {
      this._renderer._updatePoly(this, true);
    },
  });

  // Which way each step counts as forward: as the line that first had it went, and alike all
  // along that line, so that a lane keeps its side round bends.
  function orient(part, steps, forward) {
    const sign = (i) => (forward.get(steps[i]) === key(part[i]) ? 1 : -1);
    const known = steps.findIndex((step) => forward.has(step));
    let travelled = known < 0 ? 1 : sign(known);
    steps.forEach(function (step, i) {
      if (forward.has(step)) travelled = sign(i);
      else forward.set(step, key(part[travelled > 0 ? i : i + 1]));
    });
  }

  // Give each of `groups` (arrays of LaneLines of one line) its place on every shared step.
  page.assignLanes = function (groups) {
    const users = new Map();
    const forward = new Map();
    groups.forEach(function (lines, index) {
      lines.forEach((line) => line.parts().forEach(function (part) {
        const steps = stepsOf(part);
        orient(part, steps, forward);
        steps.forEach(function (step) {
          if (!users.has(step)) users.set(step, []);
          const own = users.get(step);
          if (own[own.length - 1] !== index) own.push(index);
        });
      }));
    });
    groups.forEach((lines, index) => lines.forEach(function (line) {
      line.options.lanes = line.parts().map((part) => stepsOf(part).map(function (step, i) {
        const own = users.get(step);
        const lane = own.indexOf(index) - (own.length - 1) / 2;
        return forward.get(step) === key(part[i]) ? lane : -lane;
      }));
    }));
  };
})(transitPage);
