// The address after # says what is seen: place, view, layers switched, language; it can be sent on.
(function (page) {
  "use strict";
  const WAIT_MS = 250;
  let waiting = 0;
  let isKept = true;

  const startView = () => page.data.start || (page.data.views.length ? page.data.views[0].key : "");

  function encoded(text) {
    // Half a character cannot be written in an address.
    try { return encodeURIComponent(text); } catch (error) { return ""; }
  }

  function decoded(text) {
    try { return decodeURIComponent(text); } catch (error) { return ""; }
  }

  function keys(on) {
    return page.data.layers
      .filter((layer) => layer.listed && layer.on === on && Boolean(layer.shown) !== on)
      .map((layer) => encoded(layer.key)).filter(Boolean).join(",");
  }

  page.address = function () {
    const at = page.map.getCenter();
    const place = [Number(page.map.getZoom().toFixed(2)), at.lat.toFixed(5), at.lng.toFixed(5)];
    const parts = [["map", place.join("/")]];
    if (page.view !== startView()) parts.push(["view", encoded(page.view)]);
    if (page.language) parts.push(["lang", page.languageTag()]);
    if (keys(true)) parts.push(["on", keys(true)]);
    if (keys(false)) parts.push(["off", keys(false)]);
    const without = page.data.changes.map((change, place) => (change.on ? "" : String(place + 1)));
    if (without.some(Boolean)) parts.push(["without", without.filter(Boolean).join(",")]);
    return "#" + parts.map((part) => part.join("=")).join("&");
  };

  function read(text) {
    const found = new Map();
    text.replace(/^#/, "").split("&").forEach(function (part) {
      const at = part.indexOf("=");
      if (at > 0) found.set(part.slice(0, at), part.slice(at + 1));
    });
    return found;
  }

  // Three numbers that are a place on the map, or nothing.
  function placeIn(text) {
    if (!/^[\d.]+(\/-?[\d.]+){2}$/.test(text || "")) return null;
    const [zoom, lat, lng] = text.split("/").map(Number);
    const isPlace = zoom >= page.map.getMinZoom() && zoom <= page.map.getMaxZoom() &&
      Math.abs(lat) <= 85 && Math.abs(lng) <= 180;
    return isPlace ? { zoom: zoom, at: [lat, lng] } : null;
  }

  // What the address does not say is as at first; what it says and the page does not know is ignored.
  page.restore = function (address) {
    const said = read(address);
    const switched = (name) => (said.get(name) || "").split(",").map(decoded);
    const on = switched("on");
    const off = switched("off");
    page.data.layers.filter((layer) => layer.listed).forEach(function (layer) {
      layer.on = on.includes(layer.key) || (Boolean(layer.shown) && !off.includes(layer.key));
      if (layer.input) layer.input.checked = layer.on;
    });
    const without = switched("without");
    page.data.changes.forEach((change, place) => page.lookAt([place], !without.includes(String(place + 1))));
    page.chooseLanguage(decoded(said.get("lang") || "") || page.data.languages[0].tag);
    const view = decoded(said.get("view") || "");
    page.pickView(page.viewOf(view) ? view : startView());
    const place = placeIn(said.get("map"));
    if (place) page.map.setView(place.at, place.zoom, { animate: false });
  };

  function keep() {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(write, WAIT_MS);
  }

  function write() {
    // A page inside another document, as in a notebook, has no address of its own.
    if (!isKept) return;
    try { window.history.replaceState(null, "", page.address()); } catch (error) { isKept = false; }
  }

  page.startAddress = function () {
    if (window.location.hash.length > 1) page.restore(window.location.hash);
    page.map.on("moveend page:layers", keep);
    window.addEventListener("hashchange", () => page.restore(window.location.hash));
  };
})(transitPage);
