// Names on the map: placed by rank, never on top of one another.
(function (page) {
  "use strict";
  const RANK = { park: 0, station: 1, gate: 2, stop: 3, line: 4, street: 5 };
  const MARKED = ["park", "station", "gate", "stop"];
  const LONGEST = { gate: 11, stop: 20, street: 16 };
  const LONGEST_ELSE = 24;
  const SHORT = 3;
  const SIZE = { park: 15, station: 12.5, gate: 11.5, stop: 12.5, line: 11.5, street: 11.5 };
  const BESIDE = 40;
  const measure = document.createElement("canvas").getContext("2d");

  function textWidth(text, kind, family) {
    const weight = kind === "street" || kind === "stop" || kind === "gate" ? "" : "600 ";
    measure.font = weight + SIZE[kind] + "px " + family;
    return measure.measureText(text).width;
  }

  function box(x, y, width, height, angle) {
    const c = Math.abs(Math.cos(angle || 0));
    const s = Math.abs(Math.sin(angle || 0));
    const w = (width * c + height * s) / 2;
    const h = (width * s + height * c) / 2;
    return { left: x - w, right: x + w, top: y - h, bottom: y + h };
  }

  function overlaps(a, b) {
    return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  }

  function inside(b, frame) {
    return b.left > frame.left + 2 && b.top > 2 && b.right < frame.right - 2 && b.bottom < frame.bottom - 2;
  }

  // Right, left, above and below a point, then centred on it for areas.
  function besidePoint(at, width, height, gap) {
    const x = width / 2 + gap;
    const y = height / 2 + gap;
    return [
      [at.x + x, at.y], [at.x - x, at.y], [at.x, at.y - y], [at.x, at.y + y],
      [at.x + x, at.y - y], [at.x + x, at.y + y], [at.x - x, at.y - y], [at.x - x, at.y + y],
    ];
  }

  // Places along a polyline where `width` pixels of it run almost straight, with their angle.
  function alongLine(points, width, size) {
    const at = [0];
    for (let i = 1; i < points.length; i += 1) {
      at.push(at[i - 1] + points[i].distanceTo(points[i - 1]));
    }
    const total = at[at.length - 1];
    const found = [];
    if (total < width) return found;
    const step = Math.max(24, (total - width) / 40);
    for (let from = 0; from + width <= total; from += step) {
      const a = pointAt(points, at, from);
      const b = pointAt(points, at, from + width);
      const mid = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
      if (a.distanceTo(b) > 0.96 * width && mid.x > 0 && mid.y > 0 && mid.x < size.x && mid.y < size.y) {
        let angle = Math.atan2(b.y - a.y, b.x - a.x);
        if (angle > Math.PI / 2) angle -= Math.PI;
        if (angle <= -Math.PI / 2) angle += Math.PI;
        found.push([mid.x, mid.y, angle, Math.hypot(mid.x - size.x / 2, mid.y - size.y / 2)]);
      }
    }
    return found.sort((one, other) => one[3] - other[3]);
  }

  function pointAt(points, at, length) {
    let i = 1;
    while (i < points.length - 1 && at[i] < length) i += 1;
    const share = (length - at[i - 1]) / (at[i] - at[i - 1] || 1);
    return L.point(
      points[i - 1].x + (points[i].x - points[i - 1].x) * share,
      points[i - 1].y + (points[i].y - points[i - 1].y) * share
    );
  }

  function ringsOf(drawn, seen) {
    if (drawn instanceof page.Strokes) return drawn.rings(seen);
    return drawn._rings && drawn._rings.length ? drawn._rings : drawn._parts || [];
  }

  function lineSpots(map, one, width, size) {
    const drawn = one.path;
    // Lanes are shifted on the screen, so take the points as drawn.
    const origin = map.layerPointToContainerPoint([0, 0]);
    const rings = ringsOf(drawn, L.bounds(L.point(0, 0).subtract(origin), size.subtract(origin)));
    let spots = [];
    rings.forEach(function (ring) {
      const points = ring.map((p) => L.point(p.x + origin.x, p.y + origin.y));
      if (points.length > 1) spots = spots.concat(alongLine(points, width, size));
    });
    return spots.sort((a, b) => a[3] - b[3]);
  }

  function spots(map, layer, one, width, height, size) {
    if (layer.kind === "line") {
      const need = layer.labels === "street" ? width + 16 : 12;
      const found = lineSpots(map, one, need, size);
      if (layer.labels === "street") return found;
      const off = layer.style.halo ? offLine(found, width, height) : [];
      return off.concat(ringOrder(found, size));
    }
    if (layer.kind === "area") {
      return acrossArea(map, one.path, height);
    }
    const at = map.latLngToContainerPoint(one.path.getLatLng());
    const gap = (one.path.getRadius ? one.path.getRadius() : 9) + 3;
    return besidePoint(at, width, height, gap);
  }

  // On a short line its name would cover it, so it stands off it.
  function offLine(found, width, height) {
    if (found.length > SHORT) return [];
    const x = width / 2 + 14;
    const y = height / 2 + 10;
    return found.flatMap((spot) => [[0, y], [0, -y], [-x, y], [-x, -y], [-x, 0], [x, 0]]
      .map((by) => [spot[0] + by[0], spot[1] + by[1], 0, spot[3]]));
  }

  // Line names stand best some way out from the middle, where lines have parted.
  function ringOrder(found, size) {
    const best = 0.3 * Math.min(size.x, size.y);
    const upright = found.map((spot) => [spot[0], spot[1], 0, Math.abs(spot[3] - best)]);
    return upright.sort((a, b) => a[3] - b[3]);
  }

  // Inside an area from its middle outwards, then above and below it.
  function acrossArea(map, path, height) {
    const bounds = path.getBounds();
    const top = map.latLngToContainerPoint(bounds.getNorthWest());
    const bottom = map.latLngToContainerPoint(bounds.getSouthEast());
    const middle = { x: (top.x + bottom.x) / 2, y: (top.y + bottom.y) / 2 };
    const found = [];
    for (let y = 0; y < (bottom.y - top.y) / 2 - height; y += height) {
      [0, -0.18, 0.18].forEach(function (share) {
        const x = middle.x + share * (bottom.x - top.x);
        found.push([x, middle.y - y], [x, middle.y + y]);
      });
    }
    return found.concat([[middle.x, top.y - height], [middle.x, bottom.y + height]]);
  }

  // Whether a name of this could stand on the screen; a point's name stands right beside it.
  function isNear(one, kind, near) {
    if (kind === "point") return near.degrees.contains(one.path.getLatLng());
    return !(one.path instanceof page.Strokes) || one.path.isIn(near.pixels);
  }

  // The screen and a little more, in degrees and in pixels of the map's layers.
  function nearby(map) {
    const min = map.containerPointToLayerPoint([-BESIDE, -BESIDE]);
    const pixels = L.bounds(min, min.add(map.getSize()).add([2 * BESIDE, 2 * BESIDE]));
    const at = (corner) => map.layerPointToLatLng(corner);
    return { pixels: pixels, degrees: L.latLngBounds(at(pixels.min), at(pixels.max)) };
  }

  function candidates(sheet, near) {
    const wanted = [];
    page.drawnOn(sheet).forEach(function (layer) {
      if (!RANK.hasOwnProperty(layer.labels)) return;
      if (sheet.map.getZoom() < (layer.label_zoom || 0)) return;
      layer.drawn.forEach(function (one) {
        if (!one.feature.label || one.path.casing || one.path instanceof page.Arrows) return;
        if (isNear(one, layer.kind, near)) {
          wanted.push({ layer: layer, one: one, rank: RANK[layer.labels] });
        }
      });
    });
    return wanted.sort((a, b) => a.rank - b.rank);
  }

  // Stops, badges and buttons stand in the way of names as much as other names do.
  function obstacles(sheet, near) {
    const map = sheet.map;
    const frame = map.getContainer().getBoundingClientRect();
    const controls = map.getContainer().querySelectorAll(".leaflet-control");
    const taken = Array.from(controls).map(function (control) {
      const r = control.getBoundingClientRect();
      return box((r.left + r.right) / 2 - frame.left, (r.top + r.bottom) / 2 - frame.top,
        r.width + 6, r.height + 6);
    });
    page.drawnOn(sheet).filter((layer) => layer.kind === "point").forEach(function (layer) {
      layer.drawn.filter((one) => isNear(one, "point", near)).forEach(function (one) {
        const at = map.latLngToContainerPoint(one.path.getLatLng());
        const r = one.path.getRadius ? one.path.getRadius() : 8;
        taken.push(box(at.x, at.y, 2 * r, 2 * r));
      });
    });
    return taken;
  }

  // A dashed line, such as a cancelled course, has its name in outline.
  function paintLineName(label, style) {
    if (style.dash) {
      label.style.color = style.color;
      label.style.border = "1.5px dashed " + style.color;
      label.style.backgroundColor = "#ffffff";
    } else {
      label.style.backgroundColor = style.color;
      label.classList.toggle("on-light", page.isLight(style.color));
    }
  }

  function write(map, pane, wanted, text, spot, marked) {
    const kind = wanted.layer.labels;
    const label = page.add(pane, "div", "name name-" + kind, text);
    const at = map.containerPointToLayerPoint([spot[0], spot[1]]);
    const turn = spot[2] ? " rotate(" + spot[2].toFixed(4) + "rad)" : "";
    label.style.transform =
      "translate(" + at.x.toFixed(1) + "px," + at.y.toFixed(1) + "px) translate(-50%,-50%)" + turn;
    if (kind === "line") paintLineName(label, wanted.layer.style);
    if (marked) page.add(label, "span", "name-mark", page.words.indicative);
  }

  // Names of the same text keep this many pixels apart; line names keep off all line names.
  const APART = { stop: 120, station: 120, line: 320 };
  const OFF_OTHERS = 70;

  function firstFree(state, kind, text, found, width, height) {
    const free = found.filter(function (spot) {
      const own = box(spot[0], spot[1], width, height, spot[2]);
      return inside(own, state.frame) && !state.taken.some((other) => overlaps(own, other)) &&
        farFrom(spot, state.written[kind + text], APART[kind] || 320);
    });
    return (kind === "line" && free.find((s) => farFrom(s, state.lines, OFF_OTHERS))) || free[0];
  }

  function farFrom(spot, others, pixels) {
    return (others || []).every((o) => Math.hypot(o[0] - spot[0], o[1] - spot[1]) >= pixels);
  }

  function place(map, pane, state, wanted) {
    const kind = wanted.layer.labels;
    const text = page.shortened(wanted.one.feature.label, LONGEST[kind] || LONGEST_ELSE);
    const twins = state.written[kind + text] || [];
    if (kind === "line" && twins.length >= 2) return;
    const marked = wanted.one.feature.indicative && MARKED.indexOf(kind) >= 0;
    const width = textWidth(text, kind, state.family) + (marked ? 30 : 0) + (kind === "line" ? 12 : 4);
    const height = SIZE[kind] + 6;
    const found = spots(map, wanted.layer, wanted.one, width, height, state.size);
    const spot = firstFree(state, kind, text, found, width, height);
    if (!spot) return;
    state.taken.push(box(spot[0], spot[1], width, height, spot[2]));
    state.written[kind + text] = twins.concat([spot]);
    if (kind === "line") state.lines.push(spot);
    write(map, pane, wanted, text, spot, marked);
  }

  page.drawLabels = function (sheet) {
    const map = sheet.map;
    const size = map.getSize();
    const near = nearby(map);
    const wanted = candidates(sheet, near);
    sheet.names.textContent = "";
    if (!wanted.length) return;
    const state = {
      size: size, taken: obstacles(sheet, near), written: {}, lines: [],
      family: getComputedStyle(document.body).fontFamily,
      frame: Object.assign({ left: 0, right: size.x, bottom: size.y }, sheet.frame),
    };
    wanted.forEach((one) => place(map, sheet.names, state, one));
  };

  page.startLabels = function (sheet) {
    sheet.names = sheet.map.createPane("page-names" + sheet.suffix);
    sheet.names.classList.add("leaflet-zoom-hide");
    sheet.names.style.zIndex = 460;
    sheet.names.style.pointerEvents = "none";
    sheet.panes.push(sheet.names);
    const draw = () => page.drawLabels(sheet);
    sheet.map.on("moveend resize", draw);
    // After a jump the lines find their places on viewreset; names come last, to stand on them.
    sheet.map.on("viewprereset", () => sheet.map.off("viewreset", draw).on("viewreset", draw));
  };
})(transitPage);
