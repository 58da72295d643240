// Renderers that leave alone what a pan does not change. Leaflet's own draw every path anew after
// each pan, also where all that is seen is drawn already.
(function (page) {
  "use strict";
  const REST_MS = 200;
  const NOTHING = "M0 0";

  // Whether a path with these pixel bounds is drawn alike in both boxes: whole, or not at all.
  function isAlike(bounds, was, now) {
    if (!bounds) return false;
    return (was.contains(bounds) && now.contains(bounds)) ||
      (!was.intersects(bounds) && !now.intersects(bounds));
  }

  function seenIn(map) {
    const min = map.containerPointToLayerPoint([0, 0]);
    return L.bounds(min, min.add(map.getSize()));
  }

  // `under` is what draws: a renderer of Leaflet. What lies round the view is drawn once the map
  // rests, or at once where the view has left it.
  function steady(under) {
    return {
      getEvents: function () {
        return Object.assign(under.getEvents.call(this), { movestart: this._stopWaiting });
      },

      onRemove: function () {
        this._stopWaiting();
        this._bounds = null;
        under.onRemove.call(this);
      },

      _update: function () {
        if (this._map._animatingZoom && this._bounds) return;
        this._stopWaiting();
        const was = this._holds() ? this._bounds : null;
        const seen = seenIn(this._map);
        if (!was || !was.contains(seen)) this._drawRound(was);
        else if (was.getCenter().distanceTo(seen.getCenter()) > 1) {
          this._waiting = setTimeout(() => this._drawRound(was), REST_MS);
        }
      },

      // Leaflet leaves a half pixel here, which would blur a canvas until it is drawn anew.
      _reset: function () {
        under._reset.call(this);
        L.DomUtil.setPosition(this._container, this._bounds.min);
      },

      // Whether what is drawn is still at its place; a pan moves it along with its pane.
      _holds: function () {
        const origin = this._map.getPixelOrigin();
        const frame = [this._map.getZoom(), origin.x, origin.y, this._map.getSize(), L.Browser.retina];
        const now = frame.join();
        const holds = Boolean(this._bounds) && now === this._frame;
        this._frame = now;
        return holds;
      },

      _drawRound: function (was) {
        this._was = was;
        under._update.call(this);
        this._was = null;
      },

      _stopWaiting: function () {
        clearTimeout(this._waiting);
      },

      _updatePaths: function () {
        if (!this._was) under._updatePaths.call(this);
        else this._updateChanged();
      },

      // Only the paths that a pan brings into the bounds, takes out or cuts elsewhere.
      _updateChanged: function () {
        Object.values(this._layers).forEach((layer) => {
          if (!isAlike(layer._pxBounds, this._was, this._bounds)) layer._update();
        });
      },
    };
  }

  // What `now` holds beyond `was`, as boxes that do not overlap.
  function uncovered(was, now) {
    const top = Math.max(was.min.y, now.min.y);
    const bottom = Math.min(was.max.y, now.max.y);
    return [
      [now.min.x, now.min.y, now.max.x, top],
      [now.min.x, bottom, now.max.x, now.max.y],
      [now.min.x, top, was.min.x, bottom],
      [was.max.x, top, now.max.x, bottom],
    ].filter((b) => b[0] < b[2] && b[1] < b[3]).map((b) => L.bounds([b[0], b[1]], [b[2], b[3]]));
  }

  page.SteadySvg = L.SVG.extend(steady(L.SVG.prototype)).extend({
    // Every path that is told its course makes the browser style it anew. One that a pan takes out
    // of the bounds may keep its course: there it is cut off.
    _setPath: function (layer, course) {
      const element = layer._path;
      if (course === element.course || (this._was && course === NOTHING)) return;
      element.course = course;
      L.SVG.prototype._setPath.call(this, layer, course);
    },
  });

  page.SteadyCanvas = L.Canvas.extend(steady(L.Canvas.prototype)).extend({
    _drawRound: function (was) {
      // What waits to be drawn anew is not known by its place alone.
      if (!was || this._redrawRequest) return under(this);
      L.Renderer.prototype._update.call(this);
      if (!this._bounds.intersects(was)) return under(this);
      this._shift(was);
      this._was = was;
      this._updateChanged();
      this._was = null;
      uncovered(was, this._bounds).forEach((box) => {
        this._redrawBounds = box;
        this._redraw();
      });
    },

    // Moves the picture by whole pixels to where the canvas stands now.
    _shift: function (was) {
      const by = this._bounds.min.subtract(was.min);
      const sharp = this._container.width / this._bounds.getSize().x;
      const ctx = this._ctx;
      L.DomUtil.setPosition(this._container, this._bounds.min);
      ctx.setTransform(1, 0, 0, 1, 0, 0);
      ctx.globalAlpha = 1;
      ctx.globalCompositeOperation = "copy";
      ctx.drawImage(this._container, -by.x * sharp, -by.y * sharp);
      ctx.globalCompositeOperation = "source-over";
      ctx.setTransform(sharp, 0, 0, sharp, -this._bounds.min.x * sharp, -this._bounds.min.y * sharp);
    },
  });

  function under(canvas) {
    L.Canvas.prototype._update.call(canvas);
  }
})(transitPage);
