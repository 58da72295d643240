// Lines that share a course, drawn side by side; and arrows along them.
(function (page) {
  "use strict";

  function key(point) {
    return Math.round(point.lat * 1e6) + "," + Math.round(point.lng * 1e6);
  }

  function hopKey(from, to) {
    const a = key(from);
    const b = key(to);
    return a < b ? a + " " + b : b + " " + a;
  }

  // The two ends of a hop, moved to the right of its canonical direction by `shift` pixels.
  function moved(from, to, shift) {
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    if (!length) return [];
    const x = ((from.y - to.y) / length) * shift;
    const y = ((to.x - from.x) / length) * shift;
    return [L.point(from.x + x, from.y + y), L.point(to.x + x, to.y + y)];
  }

  page.LaneLine = L.Polyline.extend({
    options: { noClip: true, smoothFactor: 0, laneStep: 0 },

    parts: function () {
      const points = this.getLatLngs();
      return points.length && points[0] instanceof L.LatLng ? [points] : points;
    },

    // Which hops this line uses, for page.assignLanes.
    hops: function () {
      const found = new Set();
      this.parts().forEach(function (part) {
        for (let i = 1; i < part.length; i += 1) found.add(hopKey(part[i - 1], part[i]));
      });
      return found;
    },

    _project: function () {
      L.Polyline.prototype._project.call(this);
      const parts = this.parts();
      this._rings = this._rings.map(function (ring, index) {
        return this._shifted(ring, parts[index]);
      }, this);
    },

    _shifted: function (ring, part) {
      const lanes = this.options.lanes;
      const step = this.options.laneStep;
      if (!lanes || !step) return ring;
      const shifted = [];
      for (let i = 1; i < ring.length; i += 1) {
        const lane = lanes.get(hopKey(part[i - 1], part[i])) || 0;
        const sign = key(part[i - 1]) < key(part[i]) ? 1 : -1;
        moved(ring[i - 1], ring[i], sign * lane * step).forEach((point) => shifted.push(point));
      }
      return shifted.length ? shifted : ring;
    },
  });

  // Small filled triangles along a line, every `every` pixels, at least one on a long enough hop.
  page.Arrows = page.LaneLine.extend({
    options: { fill: true, stroke: false, size: 5, every: 150, interactive: false },

    _project: function () {
      page.LaneLine.prototype._project.call(this);
      const triangles = [];
      this._rings.forEach(function (ring) {
        for (let i = 1; i < ring.length; i += 1) this._along(ring[i - 1], ring[i], triangles);
      }, this);
      this._rings = triangles;
    },

    _along: function (from, to, triangles) {
      const size = this.options.size;
      const length = from.distanceTo(to);
      if (length < size * 5) return;
      const count = Math.min(60, Math.max(1, Math.floor(length / this.options.every)));
      const x = (to.x - from.x) / length;
      const y = (to.y - from.y) / length;
      for (let i = 1; i <= count; i += 1) {
        const at = (length * (i - 0.5)) / count;
        const tip = L.point(from.x + x * (at + size), from.y + y * (at + size));
        const back = L.point(from.x + x * (at - size), from.y + y * (at - size));
        triangles.push([
          tip,
          L.point(back.x - y * size * 0.8, back.y + x * size * 0.8),
          L.point(back.x + y * size * 0.8, back.y - x * size * 0.8),
        ]);
      }
    },

    _updatePath: function () {
      this._renderer._updatePoly(this, true);
    },
  });

  // Give each of `groups` (arrays of LaneLines of one line) its place on every shared hop.
  page.assignLanes = function (groups) {
    const users = new Map();
    groups.forEach(function (lines, index) {
      const hops = new Set();
      lines.forEach((line) => line.hops().forEach((hop) => hops.add(hop)));
      hops.forEach(function (hop) {
        if (!users.has(hop)) users.set(hop, []);
        users.get(hop).push(index);
      });
    });
    groups.forEach(function (lines, index) {
      const lanes = new Map();
      users.forEach(function (indices, hop) {
        const place = indices.indexOf(index);
        if (place >= 0) lanes.set(hop, place - (indices.length - 1) / 2);
      });
      lines.forEach((line) => { line.options.lanes = lanes; });
    });
  };
})(transitPage);
