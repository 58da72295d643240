// Reads the page's data and makes elements. Texts only ever enter the page as text nodes.
const transitPage = {};

(function (page) {
  "use strict";
  const STEPS_PER_DEGREE = 1e6;

  page.read = function () {
    page.data = JSON.parse(document.getElementById("page-data").textContent);
    page.findTexts(page.data);
    page.useTexts(0);
    page.words = page.data.words;
    page.data.layers.forEach((layer) => (layer.features || []).forEach(function (feature) {
      if (feature.popup !== undefined) feature.popup = page.data.popups[feature.popup];
    }));
    return page.data;
  };

  // [lon, lat, step, step, …] in whole steps → [[lat, lng], …] in degrees
  page.vertices = function (steps) {
    const points = [];
    let lon = 0;
    let lat = 0;
    for (let i = 0; i < steps.length; i += 2) {
      lon += steps[i];
      lat += steps[i + 1];
      points.push([lat / STEPS_PER_DEGREE, lon / STEPS_PER_DEGREE]);
    }
    return points;
  };

  page.element = function (tag, className, text) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined && text !== "") element.textContent = text;
    return element;
  };

  page.add = function (parent, tag, className, text) {
    return parent.appendChild(page.element(tag, className, text));
  };

  page.button = function (parent, className, text, action) {
    const button = page.add(parent, "button", className, text);
    button.type = "button";
    button.addEventListener("click", action);
    return button;
  };

  page.shortened = function (text, most) {
    const letters = Array.from(text);
    return letters.length > most ? letters.slice(0, most - 1).join("") + "…" : text;
  };

  // Whether a #rrggbb colour is too light for white text, or for a thin line on paper.
  page.isLight = function (colour) {
    const part = (at) => parseInt(colour.slice(at, at + 2), 16) / 255;
    return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5) > 0.62;
  };

  // Whether something with these views is part of `side`, or of the view chosen now.
  page.inView = function (views, side) {
    return !views || !views.length || views.indexOf(side === undefined ? page.view : side) >= 0;
  };

  page.viewOf = (key) => page.data.views.find((one) => one.key === key);

  // The views drawn now: both sides where two are looked at together.
  page.sides = function () {
    const view = page.viewOf(page.view);
    return view && view.sides.length ? view.sides : [page.view];
  };

  // Screen sizes are given for zoom 15 and grow gently with the zoom.
  page.scale = function (map) {
    return Math.min(1.5, Math.max(0.45, Math.pow(2, (map.getZoom() - 15) * 0.4)));
  };
})(transitPage);
