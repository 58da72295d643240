// Two sides at once: beside one another in step, or one over the other with a divider.
(function (page) {
  "use strict";
  const STEP = 0.05;
  const MARGIN = 0.02;
  let beside;
  let over;
  let divider;
  let share = 0.5;
  let seen;
  let inStep = false;
  let naming;

  // Gives every sheet its side, as the view says; a second map or sheet is made when first needed.
  page.arrange = function (map) {
    const view = page.viewOf(page.view);
    const layout = (view && view.layout) || "one";
    const sides = page.sides();
    if (layout === "panes" && !beside) beside = secondMap();
    if (layout === "swipe" && !over) over = secondSheet(map);
    page.sheets[0].side = sides[0];
    if (beside) beside.side = layout === "panes" ? sides[1] : null;
    if (over) over.side = layout === "swipe" ? sides[1] : null;
    layOut(map, layout);
    name(layout, sides);
    clip(layout === "swipe");
  };

  page.maps = () => (beside && beside.side !== null ? [page.map, beside.map] : [page.map]);

  function layOut(map, layout) {
    const before = document.body.dataset.layout || "one";
    if (before === layout) return;
    if (before === "panes" && seen && at(map, seen.later)) reshape(map, layout, seen.earlier);
    else if (layout === "panes") {
      const bounds = map.getBounds();
      const earlier = { center: map.getCenter(), zoom: map.getZoom() };
      reshape(map, layout);
      map.fitBounds(bounds.pad(-0.02), { animate: false });
      seen = { earlier: earlier, later: { center: map.getCenter(), zoom: map.getZoom() } };
    } else reshape(map, layout);
    if (layout === "panes") {
      beside.map.setView(map.getCenter(), map.getZoom(), { animate: false });
    }
  }

  function at(map, spot) {
    const away = map.latLngToContainerPoint(spot.center).distanceTo(map.getSize().divideBy(2));
    return map.getZoom() === spot.zoom && away < 2;
  }

  function reshape(map, layout, spot) {
    document.body.dataset.layout = layout;
    page.maps().forEach((one) => one.invalidateSize({ animate: false, pan: one === map }));
    if (spot) map.setView(spot.center, spot.zoom, { animate: false });
  }

  // ---- side by side -------------------------------------------------------------------------

  function secondMap() {
    const holder = page.add(document.querySelector(".page-map"), "div", "folium-map second-map");
    holder.id = page.map.getContainer().id + "-second";
    const map = page.makeMap(holder.id);
    map.setView(page.map.getCenter(), page.map.getZoom(), { animate: false });
    keepInStep(page.map, map);
    keepInStep(map, page.map);
    page.followSize(map);
    return page.makeSheet(map, "", null);
  }

  function together() {
    return beside && beside.side !== null;
  }

  // Whatever moves `leader`, the reader's hand or the page, moves `other` alike. Moving only its
  // pane while a drag lasts is what keeps canvas and names in step: they are drawn anew at the end.
  function keepInStep(leader, other) {
    function follow(act) {
      if (inStep || !together()) return;
      inStep = true;
      try { act(); } finally { inStep = false; }
    }
    function pan() {
      const middle = other.getSize().divideBy(2);
      const by = other.latLngToContainerPoint(leader.getCenter()).subtract(middle).round();
      if (by.x || by.y) other._rawPanBy(by);
    }
    leader.on("movestart", () => follow(() => other._stop()));
    leader.on("move", () => follow(function () {
      if (leader._animatingZoom || other._animatingZoom) return;
      if (leader.getZoom() === other.getZoom()) pan();
      else other._move(leader.getCenter(), leader.getZoom(), { pinch: true, round: false });
    }));
    leader.on("zoomanim", (event) => follow(function () {
      if (other._animatingZoom) return;
      other._moveStart(true, false)._animateZoom(event.center, event.zoom, true, event.noUpdate);
    }));
    leader.on("moveend", () => follow(function () {
      if (leader._animatingZoom || other._animatingZoom) return;
      other._resetView(leader.getCenter(), leader.getZoom(), true);
    }));
  }

  // ---- swipe --------------------------------------------------------------------------------

  function secondSheet(map) {
    const sheet = page.makeSheet(map, "-over", null);
    makeDivider(map);
    map.on("move zoom moveend viewreset resize", () => clip(over && over.side !== null));
    return sheet;
  }

  // The first sheet is seen left of the divider, the second right of it; clicks go the same way.
  function clip(on) {
    const map = page.map;
    const size = map.getSize();
    const from = map.containerPointToLayerPoint([0, 0]);
    const at = Math.round(size.x * share);
    const cut = function (sheet, left, right) {
      const box = [[left, 0], [right, 0], [right, size.y], [left, size.y]];
      const text = "polygon(" + box.map((p) => p[0] + from.x + "px " + (p[1] + from.y) + "px") + ")";
      sheet.panes.forEach((pane) => { pane.style.clipPath = on ? text : ""; });
      sheet.frame = on ? { left: left, right: right } : {};
    };
    cut(page.sheets[0], 0, at);
    if (over) cut(over, at, size.x);
    if (divider) {
      divider.style.left = at + "px";
      divider.setAttribute("aria-valuenow", String(Math.round(share * 100)));
    }
  }

  function moveDivider(to) {
    share = Math.min(1 - MARGIN, Math.max(MARGIN, to));
    clip(true);
    // Names keep to their side; while the divider is moving they are cut by it.
    clearTimeout(naming);
    naming = setTimeout(() => page.sheets.forEach(page.drawLabels), 120);
  }

  function makeDivider(map) {
    divider = page.add(document.querySelector(".page-map"), "div", "divider");
    divider.tabIndex = 0;
    divider.setAttribute("role", "slider");
    divider.setAttribute("aria-label", page.words.divider);
    divider.setAttribute("aria-valuemin", "0");
    divider.setAttribute("aria-valuemax", "100");
    page.add(divider, "span", "divider-grip", "⇔");
    divider.addEventListener("pointerdown", function (event) {
      event.preventDefault();
      divider.focus();
      divider.setPointerCapture(event.pointerId);
    });
    divider.addEventListener("pointermove", function (event) {
      if (!divider.hasPointerCapture(event.pointerId)) return;
      const frame = map.getContainer().getBoundingClientRect();
      moveDivider((event.clientX - frame.left) / frame.width);
    });
    divider.addEventListener("keydown", function (event) {
      const to = { ArrowLeft: share - STEP, ArrowRight: share + STEP, Home: 0, End: 1 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      moveDivider(to);
    });
  }

  // ---- names of the sides -------------------------------------------------------------------

  function name(layout, sides) {
    const holder = document.querySelector(".page-map");
    holder.querySelectorAll(".side-name").forEach((old) => old.remove());
    if (sides.length < 2) return;
    sides.forEach(function (side, place) {
      page.add(holder, "div", "side-name side-" + place, page.viewOf(side).name);
    });
  }
})(transitPage);
