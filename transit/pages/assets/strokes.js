// Many lines of one look on a canvas, such as all footways: projected while they are drawn, and
// only where something is drawn.
(function (page) {
  "use strict";
  const PARTS_A_STROKE = 128;
  const SMOOTH_PX = 1;

  // [lon, lat, step, step, …] in whole steps → x, y of the Mercator square, 0 to 1.
  function squareOf(parts) {
    const count = parts.reduce((sum, steps) => sum + steps.length, 0);
    const xy = new Float64Array(count);
    let i = 0;
    parts.forEach((steps) => page.vertices(steps).forEach(function (at) {
      const sine = Math.sin((at[0] * Math.PI) / 180);
      xy[i] = at[1] / 360 + 0.5;
      xy[i + 1] = 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
      i += 2;
    }));
    return xy;
  }

  // Where each part begins in the array of all, and where the last one ends.
  function startsOf(parts) {
    const starts = new Uint32Array(parts.length + 1);
    parts.forEach((steps, i) => { starts[i + 1] = starts[i] + steps.length; });
    return starts;
  }

  // West, north, east and south of each part.
  function boxesOf(xy, starts) {
    const boxes = new Float64Array(4 * (starts.length - 1));
    for (let part = 0; part + 1 < starts.length; part += 1) {
      const box = [Infinity, Infinity, -Infinity, -Infinity];
      for (let i = starts[part]; i < starts[part + 1]; i += 2) {
        box[0] = Math.min(box[0], xy[i]);
        box[1] = Math.min(box[1], xy[i + 1]);
        box[2] = Math.max(box[2], xy[i]);
        box[3] = Math.max(box[3], xy[i + 1]);
      }
      boxes.set(box, 4 * part);
    }
    return boxes;
  }

  function around(boxes) {
    const all = [Infinity, Infinity, -Infinity, -Infinity];
    boxes.forEach(function (side, i) {
      all[i % 4] = i % 4 < 2 ? Math.min(all[i % 4], side) : Math.max(all[i % 4], side);
    });
    return all;
  }

  page.Strokes = L.Path.extend({
    options: { fill: false, interactive: false },

    initialize: function (parts, options) {
      L.setOptions(this, options);
      this._xy = squareOf(parts);
      this._starts = startsOf(parts);
      this._boxes = boxesOf(this._xy, this._starts);
      this._all = around(this._boxes);
      this._thinned = new Map();
    },

    _scale: function () {
      return this._map.options.crs.scale(this._map.getZoom());
    },

    _project: function () {
      this._thinned.clear();
      this._updateBounds();
    },

    _updateBounds: function () {
      // A style may be set on what has just left its map.
      if (!this._map) return;
      this._pxBounds = this._boundsNow();
    },

    _boundsNow: function () {
      const scale = this._scale();
      const origin = this._map.getPixelOrigin();
      const wide = this._clickTolerance();
      const [west, north, east, south] = this._all.map((side) => side * scale);
      return L.bounds(
        [west - wide - origin.x, north - wide - origin.y],
        [east + wide - origin.x, south + wide - origin.y]
      );
    },

    _update: function () {
      this._updatePath();
    },

    _updatePath: function () {
      const renderer = this._renderer;
      if (!renderer._drawing) return;
      const ctx = renderer._ctx;
      // Strokes that overlap would show through each other, so there is one where they could.
      const most = this.options.opacity < 1 ? Infinity : PARTS_A_STROKE;
      let begun = 0;
      this._partsIn(renderer._redrawBounds || renderer._bounds).forEach((part) => {
        if (!begun) ctx.beginPath();
        this._trace(ctx, part);
        begun = (begun + 1) % most;
        if (!begun) renderer._fillStroke(ctx, this);
      });
      if (begun) renderer._fillStroke(ctx, this);
    },

    // The numbers of the parts that may show in `box`, in pixels of the map's layers.
    _partsIn: function (box) {
      const scale = this._scale();
      const origin = this._map.getPixelOrigin();
      const wide = this.options.weight / 2 + 1;
      const west = (box.min.x - wide + origin.x) / scale;
      const north = (box.min.y - wide + origin.y) / scale;
      const east = (box.max.x + wide + origin.x) / scale;
      const south = (box.max.y + wide + origin.y) / scale;
      const boxes = this._boxes;
      const found = [];
      for (let i = 0; i < boxes.length; i += 4) {
        if (boxes[i] <= east && boxes[i + 2] >= west && boxes[i + 1] <= south && boxes[i + 3] >= north) {
          found.push(i / 4);
        }
      }
      return found;
    },

    _trace: function (ctx, part) {
      const points = this._thin(part);
      const origin = this._map.getPixelOrigin();
      ctx.moveTo(points[0] - origin.x, points[1] - origin.y);
      for (let i = 2; i < points.length; i += 2) {
        ctx.lineTo(points[i] - origin.x, points[i + 1] - origin.y);
      }
    },

    // The vertices of a part in pixels of the world, without those that would not be seen.
    _thin: function (part) {
      let thin = this._thinned.get(part);
      if (!thin) {
        const points = L.LineUtil.simplify(this._points(part), SMOOTH_PX);
        thin = points.flatMap((p) => [p.x, p.y]);
        this._thinned.set(part, thin);
      }
      return thin;
    },

    _points: function (part) {
      const scale = this._scale();
      const xy = this._xy;
      const points = [];
      for (let i = this._starts[part]; i < this._starts[part + 1]; i += 2) {
        points.push(L.point(Math.round(xy[i] * scale), Math.round(xy[i + 1] * scale)));
      }
      return points;
    },

    isIn: function (box) {
      return Boolean(this._map) && this._boundsNow().intersects(box);
    },

    // All vertices of the parts that may show in `box`, as points on the map's layers.
    rings: function (box) {
      if (!this._map) return [];
      const origin = this._map.getPixelOrigin();
      return this._partsIn(box).map((part) => this._points(part).map((p) => p.subtract(origin)));
    },
  });
})(transitPage);
