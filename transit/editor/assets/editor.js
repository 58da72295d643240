// The editor's map and panel. Every name is put into the page by textContent only; nothing is
// loaded. A gesture becomes a message to Python, and what Python sends back is drawn.

const STREETS = { main: { color: "#cbc7bd", weight: 3.5 }, local: { color: "#dedbd3", weight: 1.8 } };
const PARK = { color: "#7a3e65", weight: 2.2, fill: true, fillOpacity: 0.09 };
const TODAY = { color: "#8a8f94", weight: 3, dashArray: "6 5" };
const NOW = { color: "#0072b2", weight: 4.5, opacity: 0.9 };
const STRAIGHT = { ...NOW, dashArray: "2 7" };
const COVERED = {
  kept: { fillColor: "#9aa0a6", fillOpacity: 0.22 },
  gained: { color: "#56b4e9", fillColor: "#56b4e9", fillOpacity: 0.42 },
  lost: { color: "#d55e00", dashArray: "5 3", fillColor: "#d55e00", fillOpacity: 0.22 },
};
const STOP = { color: "#8a8f94", weight: 1.3, fillColor: "#ffffff", fillOpacity: 1, radius: 4 };
const TOOLS = ["move", "add", "remove", "extend", "origin", "reroute"];

function element(tag, parent, { text, name, ...attributes } = {}) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (name) made.className = `transit-editor-${name}`;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (parent) parent.append(made);
  return made;
}

// A label for Leaflet: an element, so that no name is ever read as markup.
const label = (text) => element("span", null, { text });

// What can be asked of Python, one after the other; the panel is dim while an answer is awaited.
function asking(model, root) {
  let asked = 0;
  return (command) => {
    asked += 1;
    root.dataset.waiting = String(asked);
    model.send({ ...command, asked });
  };
}

function drawnMap(model, place) {
  const map = L.map(place, {
    preferCanvas: true, attributionControl: false, zoomControl: false, scrollWheelZoom: false,
    zoomSnap: 0.5,
  });
  const words = model.get("words");
  L.control.zoom({ zoomInTitle: words.editor_zoom_in, zoomOutTitle: words.editor_zoom_out }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  map.on("focus", () => map.scrollWheelZoom.enable());
  map.on("blur", () => map.scrollWheelZoom.disable());
  const layers = {};
  for (const name of ["ground", "covered", "stops", "today", "now", "calls"]) {
    layers[name] = L.layerGroup().addTo(map);
  }
  return { map, layers };
}

function drawGround(model, layers) {
  const ground = model.get("ground");
  layers.ground.clearLayers();
  for (const kind of ["local", "main"]) {
    L.polyline(ground[kind], { ...STREETS[kind], interactive: false }).addTo(layers.ground);
  }
  const park = L.polygon(ground.park.outline, { ...PARK, interactive: false });
  park.addTo(layers.ground);
  for (const [lat, lon, name] of ground.gates) {
    const icon = L.divIcon({ className: "transit-editor-gate", iconSize: [9, 9] });
    L.marker([lat, lon], { icon, keyboard: false, interactive: true })
      .bindTooltip(label(name)).addTo(layers.ground);
  }
  return park;
}

function bounds(paths) {
  return L.latLngBounds(paths.flat());
}

export default {
  render({ model, el }) {
    const words = model.get("words");
    const root = element("div", el, { name: "root", lang: words.lang });
    const mapSide = element("div", root, { name: "map-side" });
    const place = element("div", mapSide, { name: "map" });
    const panel = element("div", root, { name: "panel" });
    const ask = asking(model, root);
    const { map, layers } = drawnMap(model, place);
    root.transitMap = map;

    let tool = "move";
    let chosen = []; // reroute: the two calls, by their number
    let via = []; // reroute: the places between them
    let park = null;

    // ------------------------------------------------------------------ the panel's parts
    const row = (name) => element("div", panel, { name: name || "row" });
    const pickers = row();
    const lineOf = element("select", pickers, { "aria-label": words.editor_line });
    const patternOf = element("select", pickers, { "aria-label": words.editor_course });
    const views = row();
    const button = (parent, text, press, more = {}) => {
      const made = element("button", parent, { text, type: "button", ...more });
      made.addEventListener("click", press);
      return made;
    };
    button(views, words.editor_to_line, () => showLine());
    button(views, words.editor_to_park, () => showPark());
    const undo = button(views, words.editor_undo, () => ask({ do: "undo" }), { "data-do": "undo" });
    const redo = button(views, words.editor_redo, () => ask({ do: "redo" }), { "data-do": "redo" });
    const tools = element("div", panel, { name: "tools", role: "radiogroup" });
    const names = {
      move: words.editor_move, add: words.editor_add, remove: words.editor_remove,
      extend: words.editor_extend, origin: words.editor_origin, reroute: words.editor_reroute,
    };
    const hints = {
      move: words.editor_move_hint, add: words.editor_add_hint, remove: words.editor_remove_hint,
      extend: words.editor_extend_hint, origin: words.editor_origin_hint,
      reroute: words.editor_reroute_hint,
    };
    const toolButtons = Object.fromEntries(TOOLS.map((one) => [
      one, button(tools, names[one], () => useTool(one), { role: "radio", "data-tool": one }),
    ]));
    const hint = element("div", panel, { name: "hint" });
    const options = row();
    const endOf = element("select", options, { "aria-label": words.editor_end });
    element("option", endOf, { text: words.editor_at_start, value: "start" });
    element("option", endOf, { text: words.editor_at_end, value: "end" });
    endOf.value = "end";
    const bothLabel = element("label", options);
    const both = element("input", bothLabel, { type: "checkbox", "data-field": "both" });
    both.checked = true;
    bothLabel.append(words.editor_both);
    const nameOf = element("input", options, {
      type: "text", "data-field": "name", placeholder: words.editor_name, "aria-label": words.editor_name,
    });
    const actions = row();
    button(actions, words.editor_extend_park, () => {
      ask({ do: "park", end: endOf.value, gate: gateOf.value, both: both.checked });
    }, { "data-do": "park" });
    const gateOf = element("select", actions, { "aria-label": words.editor_gate, "data-field": "gate" });
    const apply = button(actions, words.editor_apply, () => {
      ask({ do: "reroute", first: chosen[0], last: chosen[1], via });
      restart();
    }, { "data-do": "reroute" });
    const drop = button(actions, words.editor_cancel, () => restart());
    const headways = row();
    const headwayLabel = element("label", headways, { text: words.editor_headway });
    const headway = element("input", headwayLabel, {
      type: "number", min: "1", step: "1", "data-field": "headway",
    });
    button(headways, words.editor_set, () => {
      ask({ do: "headway", minutes: Number(headway.value), both: both.checked });
    }, { "data-do": "headway" });
    const faults = element("div", panel, { name: "faults", role: "alert" });
    const doubts = element("div", panel, { name: "doubts", role: "status" });
    const verdict = element("div", panel, { name: "verdict" });
    const table = element("table", panel, { name: "figures" });
    const status = element("div", panel, { name: "status", "aria-live": "polite" });
    element("div", mapSide, { name: "busy", text: words.editor_busy });
    const legend = element("div", mapSide, { name: "legend" });
    for (const key of Object.keys(COVERED)) {
      const entry = element("span", legend, { name: `swatch-${key}` });
      entry.textContent = words[`editor_covered_${key}`];
    }
    const list = (key, title, open) => {
      const box = element("details", panel, { "data-list": key });
      box.open = open;
      const summary = element("summary", box, { text: title });
      return { title, summary, items: element("ol", box) };
    };
    const lists = {
      losses: list("losses", words.editor_losses, true),
      gains: list("gains", words.editor_gains, false),
      changes: list("changes", words.editor_changes, true),
    };
    const out = row();
    const pathOf = element("input", out, {
      type: "text", "data-field": "path", placeholder: words.editor_path, "aria-label": words.editor_path,
    });
    button(out, words.editor_write, () => ask({ do: "write", path: pathOf.value }), { "data-do": "write" });
    const written = element("div", panel, { name: "written" });
    const textBox = element("details", panel);
    element("summary", textBox, { text: words.editor_yaml });
    const yaml = element("textarea", textBox, { readonly: "", rows: "12", "data-field": "yaml" });
    element("div", panel, { name: "notes", text: words.editor_notes });
    const sources = element("div", panel, { name: "notes" });

    // ------------------------------------------------------------------ tools on the map
    function useTool(one) {
      tool = one;
      restart();
    }

    function restart() {
      chosen = [];
      via = [];
      for (const one of TOOLS) toolButtons[one].setAttribute("aria-checked", String(one === tool));
      hint.textContent = hints[tool];
      endOf.disabled = !["extend", "origin", "move"].includes(tool);
      drop.hidden = tool !== "reroute";
      apply.hidden = tool !== "reroute";
      apply.disabled = true;
      drawCalls();
    }

    function pointedAt(spot) {
      if (tool === "add") ask({ do: "add", place: spot, both: both.checked });
      if (tool === "extend" || tool === "origin") {
        ask({ do: tool, end: endOf.value, place: spot, both: both.checked });
      }
      if (tool === "reroute" && chosen.length === 2) {
        via.push(spot);
        drawCalls();
      }
    }

    function clickedCall(number, stop) {
      if (tool === "remove") ask({ do: "remove", stop, both: both.checked });
      else if (tool === "reroute" && chosen.length < 2) {
        if (!chosen.includes(number)) chosen.push(number);
        apply.disabled = chosen.length < 2;
        drawCalls();
      } else if (tool !== "move") pointedAt({ stop });
    }

    map.on("click", ({ latlng }) => {
      if (tool === "move" || tool === "remove" || !model.get("panel").pattern) return;
      const spot = { lon: latlng.lng, lat: latlng.lat, name: nameOf.value };
      nameOf.value = "";
      pointedAt(spot);
    });

    // ------------------------------------------------------------------ drawing
    const stopsById = () => new Map(model.get("stops").map((stop) => [stop[0], stop]));

    function drawStops() {
      layers.stops.clearLayers();
      const called = new Set(model.get("course").calls || []);
      for (const [stop, name, lat, lon, indicative] of model.get("stops")) {
        if (called.has(stop)) continue;
        const style = indicative ? { ...STOP, dashArray: "2 2" } : STOP;
        L.circleMarker([lat, lon], { ...style, bubblingMouseEvents: false })
          .bindTooltip(label(indicative ? `${name} ${words.editor_mark}` : name))
          .on("click", () => pointedAt({ stop }))
          .addTo(layers.stops);
      }
    }

    function drawCourse() {
      const now = model.get("course");
      const today = model.get("today");
      layers.now.clearLayers();
      layers.today.clearLayers();
      const draw = (paths, style, layer) => {
        if (paths && paths.length) L.polyline(paths, { ...style, interactive: false }).addTo(layer);
      };
      draw([...(today.known || []), ...(today.straight || [])], TODAY, layers.today);
      draw(now.known, NOW, layers.now);
      draw(now.straight, STRAIGHT, layers.now);
    }

    function drawCalls() {
      layers.calls.clearLayers();
      const stops = stopsById();
      (model.get("course").calls || []).forEach((stop, number) => {
        const [, name, lat, lon, indicative] = stops.get(stop);
        const marks = [indicative ? "new" : "", chosen.includes(number) ? "chosen" : ""];
        const icon = L.divIcon({
          className: ["transit-editor-call", ...marks.filter(Boolean).map((one) => `transit-editor-${one}`)].join(" "),
          iconSize: [15, 15],
        });
        const marker = L.marker([lat, lon], { icon, draggable: tool === "move", autoPan: true, alt: "" });
        marker.bindTooltip(label(`${number + 1} ${name}${indicative ? ` ${words.editor_mark}` : ""}`));
        marker.on("click", () => clickedCall(number, stop));
        marker.on("dragend", () => {
          const { lat: north, lng: east } = marker.getLatLng();
          ask({ do: "move", stop, lon: east, lat: north });
        });
        marker.addTo(layers.calls);
        marker.getElement().dataset.stop = stop;
        marker.getElement().setAttribute("aria-label", `${number + 1} ${name}`);
      });
      for (const spot of via) {
        const at = spot.stop ? stops.get(spot.stop).slice(2, 4) : [spot.lat, spot.lon];
        const icon = L.divIcon({ className: "transit-editor-call transit-editor-via", iconSize: [15, 15] });
        L.marker(at, { icon, interactive: false }).addTo(layers.calls);
      }
    }

    function drawCovered() {
      layers.covered.clearLayers();
      for (const [key, polygons] of Object.entries(model.get("covered"))) {
        L.polygon(polygons, { stroke: key !== "kept", weight: 1.4, ...COVERED[key], interactive: false })
          .addTo(layers.covered);
      }
    }

    function showLine() {
      const { known = [], straight = [] } = model.get("course");
      const paths = [...known, ...straight];
      if (paths.length) map.fitBounds(bounds(paths).extend(park.getBounds()), { padding: [20, 20], animate: false });
    }

    function showPark() {
      map.fitBounds(park.getBounds().pad(0.6), { animate: false });
    }

    // ------------------------------------------------------------------ what Python says
    function fillLines() {
      const lines = model.get("lines");
      const pattern = model.get("panel").pattern;
      const place = lines.findIndex((line) => line.patterns.some((one) => one.pattern === pattern));
      lineOf.replaceChildren();
      element("option", lineOf, { text: words.editor_pick, value: "" });
      lines.forEach((line, number) => element("option", lineOf, { text: line.line, value: String(number) }));
      lineOf.value = place < 0 ? "" : String(place);
      patternOf.replaceChildren();
      for (const one of place < 0 ? [] : lines[place].patterns) {
        element("option", patternOf, { text: one.name, value: one.pattern });
      }
      patternOf.disabled = place < 0;
      if (place >= 0) patternOf.value = pattern;
    }

    function fillTable(figures) {
      table.replaceChildren();
      const head = element("tr", element("thead", table));
      for (const text of [words.editor_figure, words.editor_before, words.editor_after, words.editor_change]) {
        element("th", head, { text, scope: "col" });
      }
      const body = element("tbody", table);
      let of = "";
      for (const figure of figures) {
        if (figure.of !== of) {
          of = figure.of;
          element("th", element("tr", body), { text: of, colspan: "4", name: "of" });
        }
        const line = element("tr", body, { "data-key": figure.key });
        element("th", line, {
          text: figure.unit ? `${figure.name} (${figure.unit})` : figure.name, scope: "row", title: figure.means,
        });
        for (const part of ["before", "after"]) element("td", line, { text: figure[part], "data-part": part });
        element("td", line, { text: figure.change, "data-part": "change", name: figure.goes });
      }
    }

    function fillList({ title, summary, items }, texts) {
      summary.textContent = `${title} (${texts.length})`;
      items.replaceChildren();
      for (const text of texts) element("li", items, { text });
    }

    function fillPanel() {
      const said = model.get("panel");
      fillTable(said.figures);
      verdict.textContent = said.verdict;
      faults.replaceChildren();
      for (const text of said.faults) element("div", faults, { text });
      doubts.replaceChildren();
      if (said.doubts.length) element("b", doubts, { text: words.editor_doubts });
      for (const { text, means } of said.doubts) element("div", doubts, { text, title: means });
      for (const key of ["losses", "gains"]) fillList(lists[key], said[key]);
      // The texts of changes are numbered already.
      fillList(lists.changes, said.changes);
      undo.disabled = !said.undo;
      redo.disabled = !said.redo;
      headway.value = said.headway_min === null ? "" : String(said.headway_min);
      yaml.value = said.yaml;
      written.textContent = said.written;
      status.textContent = said.took_s ? `${words.editor_took} ${said.took_s.toFixed(2)} s` : "";
      sources.textContent = `${words.editor_sources} ${model.get("ground").sources.join(" · ")}`;
      root.dataset.answered = String(said.asked);
      if (root.dataset.waiting === String(said.asked)) delete root.dataset.waiting;
    }

    let seen = "";
    function drawAll() {
      fillLines();
      fillPanel();
      drawCovered();
      drawCourse();
      drawStops();
      restart();
      const pattern = model.get("panel").pattern;
      if (pattern && pattern !== seen) showLine();
      seen = pattern;
    }

    lineOf.addEventListener("change", () => {
      const line = model.get("lines")[Number(lineOf.value)];
      ask({ do: "pick", pattern: lineOf.value === "" ? "" : line.patterns[0].pattern });
    });
    patternOf.addEventListener("change", () => ask({ do: "pick", pattern: patternOf.value }));

    const ground = () => {
      park = drawGround(model, layers);
      gateOf.replaceChildren();
      element("option", gateOf, { text: words.editor_gate_nearest, value: "" });
      for (const [, , name, gate] of model.get("ground").gates) {
        element("option", gateOf, { text: name || gate, value: gate });
      }
      gateOf.hidden = gateOf.options.length < 3; // one gate or none is no choice
    };
    ground();
    showPark();
    drawAll();
    model.on("change:ground", ground);
    model.on("change:panel", drawAll);
    let sized = false; // a notebook shows an output before it has a size
    const watch = new ResizeObserver(() => {
      map.invalidateSize();
      if (!sized && place.clientWidth) {
        sized = true;
        if (model.get("panel").pattern) showLine();
        else showPark();
      }
    });
    watch.observe(place);
    return () => {
      watch.disconnect();
      model.off("change:ground", ground);
      model.off("change:panel", drawAll);
      map.remove();
    };
  },
};
