// Starts the page: the map, its layers, its controls and how it prints.
(function (page) {
  "use strict";

  function home(map) {
    const b = page.data.bounds;
    map.fitBounds([[b[1], b[0]], [b[3], b[2]]], { padding: [6, 6], animate: false });
  }

  page.makeMap = function (id) {
    const map = L.map(id, {
      zoomControl: false, attributionControl: false, zoomSnap: 0.25, zoomDelta: 0.5,
      wheelPxPerZoomLevel: 90, minZoom: 9, maxZoom: 19, maxBoundsViscosity: 0.8,
    });
    map.getContainer().setAttribute("aria-label", page.words.map);
    return map;
  };

  function addControls(map) {
    L.control.zoom().addTo(map);
    const bar = document.querySelector(".leaflet-control-zoom");
    const back = page.button(bar, "home-button", "⌂", () => home(map));
    L.DomEvent.disableClickPropagation(back);
    L.control.scale({ imperial: false, maxWidth: 120 }).addTo(map);
    const north = L.control({ position: "topright" });
    north.onAdd = function () {
      const sign = page.element("div", "north", "");
      page.add(sign, "span", "north-arrow", "▲");
      page.add(sign, "span", "north-name");
      return sign;
    };
    north.addTo(map);
    page.nameControls();
  }

  // What the controls on the map are called, in the language chosen now.
  page.nameControls = function () {
    const named = {
      ".leaflet-control-zoom-in": "zoom_in", ".leaflet-control-zoom-out": "zoom_out",
      ".home-button": "home", ".divider": "divider", ".folium-map": "map",
    };
    Object.keys(named).forEach(function (css) {
      document.querySelectorAll(css).forEach(function (element) {
        element.setAttribute("aria-label", page.words[named[css]]);
        if (element.matches("a, button")) element.title = page.words[named[css]];
      });
    });
    document.querySelectorAll(".north-name").forEach((sign) => { sign.textContent = page.words.north; });
  };

  // Stripes for what is lost, so that it does not rest on colour alone.
  function addHatch() {
    const holder = page.element("div");
    holder.innerHTML =
      '<svg width="0" height="0" style="position:absolute" aria-hidden="true"><defs>' +
      '<pattern id="page-hatch" width="7" height="7" patternUnits="userSpaceOnUse" ' +
      'patternTransform="rotate(45)"><rect width="7" height="7" fill="#d55e00" ' +
      'fill-opacity="0.12"/><rect width="2.2" height="7" fill="#d55e00" fill-opacity="0.7"/>' +
      "</pattern></defs></svg>";
    document.body.appendChild(holder);
  }

  // On paper the map has a size of its own; Leaflet must know before the page is laid out.
  function preparePrinting(map) {
    const isSharp = L.Browser.retina;
    let seen;
    window.addEventListener("beforeprint", function () {
      seen = map.getBounds();
      document.body.classList.add("printing");
      document.querySelector(".page-panel").prepend(document.querySelector(".drawn")); // beside the map
      // Canvas is drawn at twice its size, so that streets are not coarser on paper than lines.
      L.Browser.retina = true;
      fit(map, seen);
    });
    window.addEventListener("afterprint", function () {
      document.body.classList.remove("printing");
      document.querySelector(".told").after(document.querySelector(".drawn"));
      L.Browser.retina = isSharp;
      fit(map, seen);
    });
  }

  function fit(map, bounds) {
    page.maps().forEach((one) => one.invalidateSize({ animate: false }));
    map.fitBounds(bounds, { animate: false });
    page.maps().forEach(function (one) {
      if (one !== map) one.setView(map.getCenter(), map.getZoom(), { animate: false });
    });
    // Canvas waits for the next frame, and there is none before the sheet is printed.
    page.sheets.forEach((sheet) => Object.values(sheet.renderers).forEach(function (renderer) {
      if (!renderer._ctx) return;
      L.Util.cancelAnimFrame(renderer._redrawRequest);
      renderer._redrawBounds = null;
      renderer._redraw();
    }));
  }

  page.followSize = function (map) {
    if (!window.ResizeObserver) return;
    new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(
      map.getContainer()
    );
  };

  // Escape closes what is said of a place, wherever the keyboard is.
  function closeOnEscape() {
    document.addEventListener("keydown", function (event) {
      if (event.key === "Escape") page.maps().forEach((one) => one.closePopup());
    });
  }

  page.start = function (id) {
    const data = page.read();
    const map = page.makeMap(id);
    page.map = map;
    page.view = data.start || (data.views.length ? data.views[0].key : "");
    data.layers.forEach((layer) => { layer.on = Boolean(layer.shown); });
    data.changes.forEach((change) => { change.on = true; });
    addHatch();
    page.makeTexts(map);
    addControls(map);
    page.makeSheet(map, "", null);
    home(map);
    page.chooseView(map, page.view);
    page.followSize(map);
    preparePrinting(map);
    closeOnEscape();
    page.startAddress();
    page.startTiles();
    document.body.classList.add("ready");
    return map;
  };
})(transitPage);
