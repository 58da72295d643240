// Draws the layers: one pane a kind, so that what is toggled keeps its place in the order.
// A sheet is one drawing of them on a map: there is a second where two sides are seen at once.
(function (page) {
  "use strict";
  // Only panes of SVG react to the pointer, where only what is drawn takes clicks: a canvas would
  // swallow those of what lies below it. What lies higher gets them first.
  const PANES = {
    ground: [401, "canvas"], streets: [405, "canvas"], area: [410, "svg"], reached: [415, "canvas"],
    park: [420, "svg"], lines: [430, "svg"], places: [440, "svg"], stops: [450, "svg"],
  };
  const LIVE = ["area", "park", "lines", "places", "stops"];
  const HALO = 8;
  const PAPER = "#ffffff";
  const SHADE = "#77736a";

  page.sheets = [];

  // `side` is the view drawn on the sheet, null for none. The first sheet's drawings are kept with
  // the layers themselves; another's with copies that look up to them, so that `on` is one.
  page.makeSheet = function (map, suffix, side) {
    const own = page.sheets.length ? (layer) => Object.create(layer) : (layer) => layer;
    const sheet = {
      map: map, suffix: suffix, side: side, layers: page.data.layers.map(own), renderers: {}, panes: [],
    };
    Object.keys(PANES).forEach(function (name) {
      const pane = map.createPane("page-" + name + suffix);
      pane.style.zIndex = PANES[name][0];
      if (LIVE.indexOf(name) < 0) pane.style.pointerEvents = "none";
      const Renderer = PANES[name][1] === "svg" ? page.SteadySvg : page.SteadyCanvas;
      sheet.renderers[name] = new Renderer({ pane: "page-" + name + suffix, padding: 0.5 });
      sheet.panes.push(pane);
    });
    sheet.layers.forEach((layer) => makeLayer(sheet, layer));
    page.sheets.push(sheet);
    map.on("zoomend", () => page.resize(sheet));
    page.startLabels(sheet);
    return sheet;
  };

  page.isLive = (layer) => LIVE.indexOf(layer.pane) >= 0;

  // Where all streets are indicative the list and the notes say so; dashing every street would
  // say no more and be hard to read.
  function isDashed(layer, feature) {
    return feature.indicative && (layer.pane !== "streets" || !layer.features.every((f) => f.indicative));
  }

  function pathOptions(sheet, layer, feature) {
    const style = layer.style;
    return {
      pane: "page-" + layer.pane + sheet.suffix,
      renderer: sheet.renderers[layer.pane],
      interactive: page.isLive(layer) && Boolean(feature.popup),
      bubblingMouseEvents: false,
      color: style.color,
      weight: style.width,
      opacity: style.opacity,
      stroke: style.width > 0,
      fill: Boolean(style.fill),
      fillColor: style.fill || style.color,
      fillOpacity: style.fill_opacity,
      dashArray: feature.dash || style.dash || (isDashed(layer, feature) ? "6 4" : null),
      lineCap: "butt",
      lineJoin: "round",
    };
  }

  function drawArea(sheet, layer, feature) {
    const rings = feature.parts.map((polygon) => polygon.map(page.vertices));
    const options = pathOptions(sheet, layer, feature);
    options.smoothFactor = 0.5;
    return [L.polygon(rings, options)];
  }

  function makeLine(layer, feature, options) {
    if (PANES[layer.pane][1] === "canvas") return new page.Strokes(feature.parts, options);
    return L.polyline(feature.parts.map(page.vertices), options);
  }

  function withHalo(layer, feature, options) {
    const line = makeLine(layer, feature, options);
    if (!layer.style.halo) return [line];
    const halo = makeLine(layer, feature, Object.assign({}, options, {
      color: layer.style.halo, dashArray: null, opacity: 1, lineCap: "round",
    }));
    halo.casing = true;
    return [halo, line];
  }

  function drawLine(sheet, layer, feature) {
    const options = pathOptions(sheet, layer, feature);
    if (!layer.lanes) return withHalo(layer, feature, options);
    const parts = feature.parts.map(page.vertices);
    // A pale casing keeps lines that cross apart.
    const casing = Object.assign({}, options, {
      color: page.isLight(layer.style.color) ? SHADE : PAPER, opacity: 0.9, dashArray: null,
      interactive: false,
    });
    const drawn = [new page.LaneLine(parts, casing), new page.LaneLine(parts, options)];
    drawn[0].casing = true;
    if (feature.arrows) {
      drawn.push(new page.Arrows(parts, Object.assign({}, options, {
        stroke: false, fill: true, fillColor: layer.style.color, fillOpacity: 1, interactive: false,
      })));
    }
    return drawn;
  }

  function badge(sheet, layer, feature, at) {
    const inner = page.element("span", "badge badge-" + layer.style.shape, feature.badge);
    inner.style.setProperty("--badge", layer.style.color);
    if (feature.indicative) inner.classList.add("is-indicative");
    const icon = L.divIcon({ className: "badge-spot", html: inner, iconSize: [0, 0] });
    const title = feature.popup ? feature.popup.title : feature.label || "";
    return L.marker(at, {
      icon: icon, pane: "page-places" + sheet.suffix, alt: title, keyboard: Boolean(feature.popup),
      interactive: Boolean(feature.popup),
    });
  }

  function drawPoint(sheet, layer, feature) {
    return feature.parts.map(function (steps) {
      const at = page.vertices(steps)[0];
      if (layer.style.shape !== "circle") return badge(sheet, layer, feature, at);
      const options = pathOptions(sheet, layer, feature);
      options.radius = layer.style.radius;
      options.fill = true;
      options.dashArray = null;
      if (feature.indicative) {
        const edge = layer.style.color === PAPER ? layer.style.fill : layer.style.color;
        Object.assign(options, { color: edge, fillColor: PAPER, dashArray: "3.4 2.4" });
      }
      return L.circleMarker(at, options);
    });
  }

  const DRAW = { area: drawArea, line: drawLine, point: drawPoint };

  // A Leaflet group for each layer; `drawn` remembers what belongs to which feature.
  function makeLayer(sheet, layer) {
    layer.group_of = L.layerGroup();
    layer.drawn = [];
    layer.features.forEach(function (feature) {
      DRAW[layer.kind](sheet, layer, feature).forEach(function (path) {
        if (feature.popup && path.options.interactive) page.bindPopup(path, feature.popup);
        path.on("add", function () {
          if (feature.popup && layer.kind === "point") page.makeReachable(path, feature.popup);
          if (layer.style.hatch && path.getElement()) path.getElement().classList.add("hatched");
        });
        layer.drawn.push({ feature: feature, path: path });
        layer.group_of.addLayer(path);
      });
    });
  }

  page.isDrawn = (sheet, layer) =>
    sheet.side !== null && layer.on && page.inView(layer.views, sheet.side) && page.isLookedAt(layer);

  page.drawnOn = (sheet) => sheet.layers.filter((layer) => page.isDrawn(sheet, layer));

  page.showLayers = function () {
    page.sheets.forEach(function (sheet) {
      sheet.layers.forEach(function (layer) {
        const want = page.isDrawn(sheet, layer);
        if (want && !sheet.map.hasLayer(layer.group_of)) layer.group_of.addTo(sheet.map);
        if (!want && sheet.map.hasLayer(layer.group_of)) layer.group_of.remove();
      });
      stack(sheet);
      placeLanes(sheet);
      page.resize(sheet);
      page.drawLabels(sheet);
    });
    page.map.fire("page:layers");
  };

  // What stands higher in the list is drawn higher, also after it was switched off and on again.
  function stack(sheet) {
    page.drawnOn(sheet).reverse().forEach(function (layer) {
      layer.drawn.forEach((one) => { if (one.path.bringToFront) one.path.bringToFront(); });
    });
  }

  function lanesOf(layer) {
    return layer.drawn.map((one) => one.path).filter((path) => path instanceof page.LaneLine);
  }

  function placeLanes(sheet) {
    page.assignLanes(page.drawnOn(sheet).filter((layer) => layer.lanes).map(lanesOf));
  }

  // Widths, radii and the distance between lanes follow the zoom.
  page.resize = function (sheet) {
    const scale = page.scale(sheet.map);
    page.drawnOn(sheet).forEach(function (layer) {
      layer.drawn.forEach((one) => resizeOne(one.path, layer, scale));
    });
  };

  function resizeOne(path, layer, scale) {
    const width = layer.style.width * (layer.kind === "area" ? 1 : scale);
    if (path instanceof L.CircleMarker) {
      path.setStyle({ weight: width, radius: layer.style.radius * scale });
    } else if (path instanceof page.LaneLine) {
      path.options.laneStep = width + 1;
      path.options.size = Math.max(4, width * 1.7);
      path.setStyle({ weight: width + (path.casing ? 1.6 : 0) });
      path.redraw();
    } else if (path.setStyle && layer.kind === "line") {
      path.setStyle({ weight: width + (path.casing ? HALO * scale : 0) });
    }
  }
})(transitPage);
