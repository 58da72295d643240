// Pictures of a tile server under the drawing: an option. One picture is asked for first; where it
// cannot be had no other is, so that a page without a network stays quiet.
(function (page) {
  "use strict";
  const MOST_FAILURES = 6;
  const NOTHING = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=";
  let state = "";
  let isWanted = true;
  let drawn = new Map();
  let failures = 0;

  function probe() {
    if (!navigator.onLine) return become("failed");
    const tiles = page.data.tiles;
    const zoom = Math.min(tiles.max_zoom, 10);
    const at = page.map.project(page.map.getCenter(), zoom).divideBy(256).floor();
    const image = new Image();
    image.referrerPolicy = "strict-origin-when-cross-origin";
    image.onload = () => become("had");
    image.onerror = () => become("failed");
    image.src = L.Util.template(tiles.urls[0], {
      x: at.x, y: at.y, "-y": 2 ** zoom - 1 - at.y, z: zoom, s: tiles.subdomains.charAt(0),
    });
  }

  function become(next) {
    state = next;
    show();
  }

  function layersOf() {
    const tiles = page.data.tiles;
    return tiles.urls.map((url, place) => L.tileLayer(url, {
      subdomains: tiles.subdomains, maxNativeZoom: tiles.max_zoom, maxZoom: 19, zIndex: place + 1,
      errorTileUrl: NOTHING,
    }).on("tileerror", failed).on("tileload", () => { failures = 0; }));
  }

  function failed() {
    failures += 1;
    if (failures === MOST_FAILURES) become("failed");
  }

  function show() {
    const on = isWanted && state === "had";
    page.maps().forEach(function (map) {
      if (on && !drawn.has(map)) drawn.set(map, L.layerGroup(layersOf()).addTo(map));
    });
    if (!on) {
      drawn.forEach((group) => group.remove());
      drawn = new Map();
    }
    document.body.classList.toggle("has-tiles", on);
    const note = document.querySelector(".tiles-note");
    if (note) note.textContent = state === "failed" ? page.words.tiles_failed : page.words.tiles_needed;
  }

  page.makeTilesRow = function (panel) {
    if (!page.data.tiles) return;
    const group = page.add(panel, "section", "group tiles");
    page.add(group, "h2", "", page.words.tiles);
    const row = page.add(group, "label", "row");
    const input = page.add(row, "input");
    input.type = "checkbox";
    input.checked = isWanted;
    input.addEventListener("change", function () {
      isWanted = input.checked;
      failures = 0;
      if (isWanted && state === "failed") probe();
      else show();
    });
    page.add(row, "span", "row-name", page.data.tiles.credit);
    page.add(group, "p", "group-note tiles-note", page.words.tiles_needed);
    if (page.data.tiles.shifted) page.add(group, "p", "group-note", page.words.tiles_shifted);
  };

  page.startTiles = function () {
    if (!page.data.tiles) return;
    probe();
    page.map.on("page:layers", show);
    window.addEventListener("online", () => { if (state === "failed" && isWanted) probe(); });
  };
})(transitPage);
