// The texts round the map: title, views, layer list, legend, tables, notes and sources.
(function (page) {
  "use strict";
  const LONG = 10;
  const SVG = "http://www.w3.org/2000/svg";

  function shape(parent, tag, values) {
    const made = document.createElementNS(SVG, tag);
    Object.keys(values).forEach((name) => made.setAttribute(name, values[name]));
    parent.appendChild(made);
    return made;
  }

  // A sample of a layer as drawn on the map.
  function swatch(parent, kind, style, indicative, arrows) {
    if (kind === "point" && style.shape !== "circle") {
      const spot = page.add(parent, "span", "swatch");
      const inner = page.add(spot, "span", "badge badge-" + style.shape, " ");
      inner.style.setProperty("--badge", style.color);
      if (indicative) inner.classList.add("is-indicative");
      return;
    }
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("class", "swatch");
    svg.setAttribute("viewBox", "0 0 28 16");
    svg.setAttribute("aria-hidden", "true");
    parent.appendChild(svg);
    const common = {
      stroke: style.color, "stroke-width": style.width, "stroke-opacity": style.opacity,
      fill: "none",
    };
    const dash = style.dash || (indicative ? "5 3" : "");
    if (dash) common["stroke-dasharray"] = dash;
    if (kind === "line") {
      if (style.halo) shape(svg, "path", { d: "M2 8H26", stroke: style.halo, "stroke-width": 11 });
      shape(svg, "path", Object.assign(common, { d: "M1 8H27" }));
      if (arrows && !style.dash) shape(svg, "path", { d: "M11 3.5l8 4.5-8 4.5z", fill: style.color });
    } else if (kind === "area") {
      const fill = { fill: style.fill || "none", "fill-opacity": style.fill_opacity };
      const spot = { x: 2, y: 2, width: 24, height: 12, rx: 2 };
      const made = shape(svg, "rect", Object.assign(common, fill, spot));
      if (style.hatch) made.classList.add("hatched");
    } else {
      const hollow = indicative ? "#ffffff" : style.fill || style.color;
      if (indicative) common["stroke-dasharray"] = "3.4 2.4";
      if (indicative && style.color === "#ffffff") common.stroke = style.fill;
      shape(svg, "circle", Object.assign(common, {
        cx: 14, cy: 8, r: Math.min(6, style.radius), fill: hollow, "fill-opacity": 1,
      }));
    }
  }

  function makeHead(map) {
    const head = emptied(".page-head");
    const texts = page.add(head, "div", "head-texts");
    page.add(texts, "h1", "", page.data.title);
    if (page.data.subtitle) page.add(texts, "p", "subtitle", page.data.subtitle);
    const isOpen = document.body.classList.contains("panel-open");
    const button = page.button(head, "panel-button", page.words[isOpen ? "panel_hide" : "panel_show"], function () {
      const open = document.body.classList.toggle("panel-open");
      button.setAttribute("aria-expanded", String(open));
      button.textContent = open ? page.words.panel_hide : page.words.panel_show;
    });
    button.setAttribute("aria-controls", "page-panel");
    button.setAttribute("aria-expanded", String(isOpen));
    const tools = page.add(head, "div", "head-tools");
    page.makeSearch(tools);
    page.makeLanguages(tools);
    page.button(tools, "print-button", page.words.print, () => window.print());
    if (page.data.views.length) makeViews(head, map);
  }

  function makeViews(head, map) {
    const bar = page.add(head, "div", "views");
    bar.setAttribute("role", "radiogroup");
    bar.setAttribute("aria-label", page.words.views);
    page.data.views.forEach(function (view) {
      const label = page.add(bar, "label", "view");
      const input = page.add(label, "input");
      input.type = "radio";
      input.name = "view";
      input.value = view.key;
      input.checked = view.key === page.view;
      input.addEventListener("change", () => page.chooseView(map, view.key));
      page.add(label, "span", "", view.name);
    });
    page.add(head, "p", "view-note");
  }

  // A view chosen by the page itself: its button follows.
  page.pickView = function (key) {
    document.querySelectorAll(".view input").forEach((one) => { one.checked = one.value === key; });
    page.chooseView(page.map, key);
  };

  page.chooseView = function (map, key) {
    page.view = key;
    page.maps().forEach((one) => one.closePopup());
    document.body.dataset.view = key;
    const view = page.viewOf(key);
    const note = document.querySelector(".view-note");
    if (note) note.textContent = view ? view.note : "";
    document.querySelectorAll("[data-views]").forEach(function (element) {
      element.hidden = !page.inView(JSON.parse(element.dataset.views));
    });
    hideRows();
    hideEmptyGroups();
    page.arrange(map);
    page.showLayers(map);
  };

  // Of layers that are switched together, one row is enough where two sides are seen at once.
  function hideRows() {
    const said = new Set();
    page.data.layers.filter((layer) => layer.row).forEach(function (layer) {
      const name = JSON.stringify([layer.group, layer.name]);
      const drawn = page.sides().some((side) => page.inView(layer.views, side));
      layer.row.hidden = !drawn || said.has(name);
      if (drawn) said.add(name);
    });
  }

  function hideEmptyGroups() {
    document.querySelectorAll(".group:not([data-views])").forEach(function (group) {
      const rows = Array.from(group.querySelectorAll(".row"));
      group.hidden = rows.length > 0 && rows.every((row) => row.hidden);
    });
  }

  function limited(element, views) {
    if (views && views.length) element.dataset.views = JSON.stringify(views);
  }

  function makeTable(panel, table) {
    const box = page.add(panel, "section", "facts");
    limited(box, table.views);
    if (!table.rows.length) {
      page.add(box, "p", "gap", table.caption);
      return;
    }
    const made = page.add(box, "table");
    page.add(made, "caption", "", table.caption);
    const header = page.add(page.add(made, "thead"), "tr");
    table.header.forEach((text) => { page.add(header, "th", "", text).scope = "col"; });
    const body = page.add(made, "tbody");
    table.rows.forEach(function (row, number) {
      const line = page.add(body, "tr");
      row.forEach(function (text, index) {
        const cell = page.add(line, index ? "td" : "th", "", text);
        if (!index) cell.scope = "row";
        if (!index && text.length > LONG) cell.className = "wraps";
        if (!index && table.indicative[number]) page.add(cell, "span", "tag", page.words.indicative);
        if (index && table.prose) cell.className = "in-words";
      });
    });
    if (!table.note) return;
    const note = page.add(box, "p", "small", table.note);
    if (table.note_indicative) page.add(note, "span", "tag", page.words.indicative);
  }

  function makeGroup(panel, map, name, layers) {
    const group = page.add(panel, "section", "group");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", name);
    const head = page.add(group, "div", "group-head");
    page.add(head, "h2", "", name);
    const noted = layers.find((layer) => layer.note);
    if (noted) page.add(group, "p", "group-note", noted.note);
    layers.forEach((layer) => makeRow(group, map, layer));
    if (layers.length < 4) return;
    const tools = page.add(head, "span", "group-tools");
    [[page.words.all, true], [page.words.none, false]].forEach(function (choice) {
      page.button(tools, "link", choice[0], function () {
        layers.forEach((layer) => page.switchLayer(layer, choice[1]));
        page.showLayers(map);
      });
    });
  }

  function makeRow(group, map, layer) {
    const row = page.add(group, "label", "row");
    layer.row = row;
    const input = page.add(row, "input");
    input.type = "checkbox";
    input.checked = layer.on;
    input.dataset.layer = layer.key;
    input.addEventListener("change", function () {
      page.switchLayer(layer, input.checked);
      page.showLayers(map);
    });
    layer.input = input;
    const marked = layer.features.length > 0 && layer.features.every((one) => one.indicative);
    const dashed = marked && layer.pane !== "streets";
    swatch(row, layer.kind, layer.style, dashed, layer.features.some((one) => one.arrows));
    page.add(row, "span", "row-name", layer.name);
    if (marked) page.add(row, "span", "tag", page.words.indicative);
  }

  // What is switched off before stays off after: layers of one name and group go together.
  page.switchLayer = function (layer, on) {
    page.data.layers
      .filter((other) => other.group === layer.group && other.name === layer.name)
      .forEach(function (other) {
        other.on = on;
        if (other.input) other.input.checked = on;
      });
  };

  function makeLegend(panel) {
    if (!page.data.legend.length) return;
    const box = page.add(panel, "section", "group legend");
    page.add(box, "h2", "", page.words.legend);
    page.data.legend.forEach(function (item) {
      const row = page.add(box, "div", "row");
      limited(row, item.views);
      swatch(row, item.kind, item.style, item.indicative, item.arrows);
      page.add(row, "span", "row-name", item.name);
    });
  }

  function makeList(panel, title, texts) {
    if (!texts.length) return;
    const box = page.add(panel, "section", "group notes");
    page.add(box, "h2", "", title);
    const list = page.add(box, "ul");
    texts.forEach((text) => page.add(list, "li", "", text));
  }

  function makeNotes(panel) {
    const definition = page.data.definition;
    const first = definition ? [page.words.colon.replace("{}", page.words.definition) + definition] : [];
    makeList(panel, page.words.notes, first.concat(page.data.notes));
    makeList(panel, page.words.sources, page.data.sources);
  }

  function makePanel(map) {
    const panel = emptied(".page-panel");
    panel.setAttribute("aria-label", page.words.panel);
    // On paper the layers stand beside the map, the rest below.
    const [told, drawn, noted] = ["told", "drawn", "noted"].map((name) => page.add(panel, "div", name));
    if (page.data.lead) page.add(told, "p", "lead", page.data.lead);
    page.makeChanges(told);
    page.data.tables.forEach((table) => makeTable(told, table));
    const groups = new Map();
    page.data.layers.filter((layer) => layer.listed).forEach(function (layer) {
      if (!groups.has(layer.group)) groups.set(layer.group, []);
      groups.get(layer.group).push(layer);
    });
    groups.forEach((layers, name) => makeGroup(drawn, map, name, layers));
    page.makeTilesRow(drawn);
    makeLegend(noted);
    makeNotes(noted);
  }

  function makeFoot() {
    const foot = page.add(emptied(".page-foot"), "div", "foot-text");
    const said = function (label, text, name = "") {
      if (!text) return;
      const item = page.add(foot, "span", `foot-item ${text.length < 24 ? "short" : ""} ${name}`);
      foot.append(" ");
      page.add(item, "b", "", page.words.colon.replace("{}", label));
      page.add(item, "span", "", text);
    };
    said(page.words.datum, page.data.datum);
    said(page.words.crs, page.data.crs);
    said(page.words.made_at, page.data.made_at);
    said(page.words.sources, page.data.sources.join(page.words.and), "foot-sources");
    if (page.data.tiles) {
      const shifted = page.data.tiles.shifted ? page.words.and + page.words.tiles_shifted : "";
      said(page.words.tiles, page.data.tiles.credit + shifted);
    }
    foot.append(" ");
    page.add(foot, "span", "foot-item short", page.words.engine);
  }

  function emptied(css) {
    const element = document.querySelector(css);
    element.textContent = "";
    return element;
  }

  page.makeTexts = function (map) {
    makeHead(map);
    makePanel(map);
    makeFoot();
  };
})(transitPage);
