// The index of a study: a table of cases and measures that is filtered, sorted and printed.
(function () {
  "use strict";
  const data = JSON.parse(document.getElementById("data").textContent);
  const AT_FIRST = 200;
  const SHARE = 100;
  const state = {
    language: data.start, text: "", figures: "both", sort: null, down: false, all: false,
    picked: {}, open: new Set(),
    measures: new Set(data.measures.filter((one) => one.usual).map((one) => one.id)),
  };
  const FIELDS = ["area", "park", "limit", "scenario"].filter(
    (field) => new Set(data.cases.map((one) => one[field])).size > 1);
  let words = {};

  // Names come from data files: they are put in as text, never as markup.
  function add(parent, tag, kind, text) {
    const made = document.createElement(tag);
    if (kind) made.className = kind;
    if (text !== undefined) made.textContent = text;
    parent.appendChild(made);
    return made;
  }

  function button(parent, kind, text, act) {
    const made = add(parent, "button", kind, text);
    made.type = "button";
    made.addEventListener("click", act);
    return made;
  }

  // Maps open in the language of this page.
  function link(parent, path, text) {
    const hash = path.endsWith("map.html") ? "#lang=" + state.language : "";
    add(parent, "a", "", text).href = path.split("/").map(encodeURIComponent).join("/") + hash;
  }

  function filled(text, ...values) {
    return text.replace(/\{(\d)\}/g, (_, number) => values[number]);
  }

  function number(value, share, more) {
    const shown = share ? value * SHARE : value;
    const digits = (share ? 1 : Math.abs(shown) >= 1000 ? 0 : 1) + (more || 0);
    const rounded = Number(shown.toFixed(digits));
    const places = { minimumFractionDigits: share ? digits : 0 };
    return { rounded, text: rounded.toLocaleString("en-US", places).replace("-", "−") };
  }

  function fieldText(field, value) {
    if (field === "scenario" && value === "") return words.as_it_is;
    return field === "limit" ? value + " m" : field === "area" ? data.areas[value].name : value;
  }

  function told(one) { return one.verdict ? one.verdict[state.language] : ""; }

  // What a measure is sorted by: the change where it is shown, else the value.
  function sortValue(one) {
    if (state.sort.field) {
      const value = one[state.sort.field];
      return state.sort.field === "area" ? data.areas[value].name : value;
    }
    const found = one.values[state.sort.measure];
    if (!found) return null;
    const [before, after] = found;
    const latest = after === null ? before : after;
    if (state.figures === "after") return latest;
    return after === null || before === null ? null : after - before;
  }

  function compare(first, second) {
    const one = sortValue(first), other = sortValue(second);
    if (one === null || other === null) return (one === null) - (other === null);
    const order = typeof one === "number" ? one - other : one.localeCompare(other, "zh");
    return state.down ? -order : order;
  }

  function chosen() {
    const wanted = state.text.trim().toLowerCase();
    const found = data.cases.filter((one) => FIELDS.every((field) => {
      const picked = state.picked[field];
      return picked === undefined || String(one[field]) === picked;
    }) && (!wanted || searched(one).includes(wanted)));
    return state.sort ? found.sort(compare) : found;
  }

  function searched(one) {
    return [one.scenario, one.title, one.park, data.areas[one.area].name, told(one),
      one.notes.join(" "), one.problems.join(" ")].join("\n").toLowerCase();
  }

  function drawHead() {
    const head = document.getElementById("head");
    head.replaceChildren();
    add(head, "h1", "name", data.title || data.study);
    const language = button(head, "plain language", words.language, function () {
      state.language = state.language === "en" ? "zh-CN" : "en";
      draw();
      document.querySelector(".language").focus();
    });
    language.lang = state.language === "en" ? "zh-CN" : "en";
    if (data.title) add(head, "p", "soft name", data.study);
    const count = (field) => new Set(data.cases.map((one) => one[field])).size;
    const parks = new Set(data.cases.map((one) => one.area + "\n" + one.park_id)).size;
    const scenarios = new Set(data.cases.map((one) => one.scenario).filter(Boolean)).size;
    const summary = filled(words.summary, data.cases.length, count("area"), parks, count("limit"), scenarios);
    const at = data.at ? " · " + filled(words.at, data.at) : "";
    add(head, "p", "soft links", summary + at);
    const downloads = add(head, "p", "soft links");
    add(downloads, "span", "", words.downloads);
    ["results.csv", "results.xlsx", "cases.csv"].forEach((name) => link(downloads, name, name));
    const waiting = data.cases.filter((one) => one.state === "waiting").length;
    if (waiting) {
      const done = data.cases.length - waiting;
      add(head, "p", "alert", filled(words.unfinished, done, data.cases.length));
    }
  }

  function drawTools() {
    const tools = document.getElementById("tools");
    tools.replaceChildren();
    const search = add(tools, "input");
    search.type = "search";
    search.value = state.text;
    search.placeholder = words.search;
    search.setAttribute("aria-label", words.search);
    search.addEventListener("input", function () { state.text = search.value; drawTable(); });
    FIELDS.forEach((field) => drawSelect(tools, field));
    const figures = add(tools, "div", "figures");
    figures.setAttribute("role", "radiogroup");
    figures.setAttribute("aria-label", words.show_as);
    ["both", "after", "change"].forEach((kind) => {
      const label = add(figures, "label");
      const radio = add(label, "input");
      Object.assign(radio, { type: "radio", name: "figures", checked: state.figures === kind });
      radio.addEventListener("change", function () { state.figures = kind; drawTable(); });
      add(label, "span", "", words["show_" + kind]);
    });
    drawChoice(tools);
  }

  function drawSelect(tools, field) {
    const select = add(tools, "select");
    select.setAttribute("aria-label", words[field]);
    add(select, "option", "", words["any_" + field]).value = "any";
    [...new Set(data.cases.map((one) => one[field]))].forEach((value) => {
      const option = add(select, "option", "", fieldText(field, value));
      option.value = "=" + value;
      option.selected = state.picked[field] === String(value);
    });
    select.addEventListener("change", function () {
      const value = select.value;
      state.picked[field] = value === "any" ? undefined : value.slice(1);
      drawTable();
    });
  }

  function drawChoice(tools) {
    const choose = add(tools, "details", "choose");
    choose.open = Boolean(state.choosing);
    choose.addEventListener("toggle", function () { state.choosing = choose.open; });
    add(choose, "summary", "", words.choose);
    const list = add(choose, "div");
    data.measures.forEach((one) => {
      const label = add(list, "label");
      const box = add(label, "input");
      Object.assign(box, { type: "checkbox", checked: state.measures.has(one.id) });
      box.addEventListener("change", function () {
        if (box.checked) state.measures.add(one.id); else state.measures.delete(one.id);
        drawTable();
        drawFoot();
      });
      add(label, "span", "", one[state.language].name);
    });
    const set = (wanted) => function () {
      state.measures = new Set(data.measures.filter(wanted).map((one) => one.id));
      draw();
    };
    button(choose, "link", words.all, set(() => true));
    choose.append("  ");
    button(choose, "link", words.usual, set((one) => one.usual));
  }

  function heading(row, kind, text, unit, sort) {
    const cell = add(row, "th", kind);
    cell.scope = "col";
    const key = JSON.stringify(sort);
    const mine = JSON.stringify(state.sort) === key;
    cell.setAttribute("aria-sort", mine ? (state.down ? "descending" : "ascending") : "none");
    const made = button(cell, "", "", function () {
      // Figures are first asked for from the top, names from the beginning.
      const first = "measure" in sort;
      const asked = JSON.stringify(state.sort) === key;
      if (asked && state.down !== first) state.sort = null;
      else state.down = asked ? !state.down : first;
      if (state.sort || !asked) state.sort = sort;
      drawTable();
    });
    made.title = words.sorted;
    add(made, "span", "sign", text);
    if (unit) add(made, "span", "unit", unit);
  }

  function drawTable() {
    const main = document.getElementById("table");
    main.replaceChildren();
    const rows = chosen();
    const measures = data.measures
      .map((one, place) => Object.assign({ place }, one))
      .filter((one) => state.measures.has(one.id));
    const table = add(main, "table");
    const head = add(add(table, "thead"), "tr");
    heading(head, "name-column", words.scenario, "", { field: "scenario" });
    FIELDS.filter((field) => field !== "scenario").forEach((field) =>
      heading(head, "", words[field], "", { field }));
    measures.forEach((one) => {
      const said = one[state.language];
      heading(head, "number", said.name, one.share ? "%" : said.unit, { measure: one.place });
    });
    ["verdict", "outputs"].forEach((name) => {
      const cell = add(head, "th");
      cell.scope = "col";
      cell.style.padding = "6px 10px";
      cell.textContent = words[name];
    });
    const body = add(table, "tbody");
    const shown = state.all ? rows : rows.slice(0, AT_FIRST);
    shown.forEach((one) => drawRow(body, one, measures));
    const below = add(main, "div", "below soft");
    add(below, "span", "count", filled(words.shown, shown.length, data.cases.length));
    if (shown.length < rows.length) {
      button(below, "link", filled(words.show_all, rows.length - shown.length), showAll);
    }
    add(below, "span", "", "* " + words.indicative);
  }

  function showAll() { state.all = true; drawTable(); }

  function drawRow(body, one, measures) {
    const row = add(body, "tr", one.scenario ? "" : "base");
    const first = add(row, "th", "name-column");
    first.scope = "row";
    add(first, "span", "name", fieldText("scenario", one.scenario));
    if (one.title) add(first, "span", "name title", one.title);
    one.notes.forEach((note) => add(first, "span", "name title less", note));
    FIELDS.filter((field) => field !== "scenario").forEach((field) =>
      add(add(row, "td", field === "limit" ? "number" : "place"), "span", "name", fieldText(field, one[field])));
    measures.forEach((measure) => drawFigures(add(row, "td", "number"), one, measure));
    const verdict = add(row, "td", "verdict");
    if (one.state === "done") add(verdict, "span", "name", told(one));
    else add(verdict, "span", "failed", words[one.state]);
    const links = add(add(row, "td"), "div", "row-links");
    one.files.forEach((name) => {
      const known = { "map.html": words.map, "report/report.html": words.report }[name];
      if (known) link(links, one.folder + "/" + name, known);
    });
    const key = one.folder;
    const more = button(links, "link", words.details, function () {
      if (state.open.has(key)) state.open.delete(key); else state.open.add(key);
      drawTable();
    });
    more.setAttribute("aria-expanded", String(state.open.has(key)));
    if (state.open.has(key)) drawDetails(body, one, row.children.length);
  }

  function drawFigures(cell, one, measure) {
    const found = one.values[measure.place];
    if (!found) {
      if (one.state === "done") add(cell, "span", "same", words.unknown);
      return;
    }
    const [before, after, indicative] = found;
    const value = (part) => part === null ? words.unknown : number(part, measure.share).text;
    if (after === null) cell.append(value(before));
    else if (state.figures === "after") cell.append(value(after));
    else if (state.figures === "both") cell.append(value(before) + " → " + value(after));
    if (after !== null && before !== null && state.figures !== "after") {
      // What a reader subtracts; where both are shown alike, two more digits of the change itself.
      const printed = number(after, measure.share).rounded - number(before, measure.share).rounded;
      const near = number(measure.share ? printed / SHARE : printed, measure.share);
      const change = near.rounded === 0 ? number(after - before, measure.share, 2) : near;
      const way = change.rounded === 0 ? "same" : measure.cost ? "" : change.rounded > 0 ? "more" : "less";
      const sign = change.rounded > 0 ? "+" : "";
      if (state.figures === "both") cell.appendChild(document.createElement("br"));
      add(cell, "span", "changed " + way, change.rounded === 0 ? "±0" : sign + change.text);
    }
    if (indicative) add(cell, "span", "mark", "*").title = words.indicative;
  }

  function drawDetails(body, one, width) {
    const cell = add(add(body, "tr"), "td", "detail");
    cell.colSpan = width;
    const list = add(cell, "dl");
    const row = (name, text) => {
      add(list, "dt", "", name);
      return add(list, "dd", "name", text);
    };
    if (told(one)) row(words.verdict, told(one));
    if (one.notes.length) row(words.column_notes, one.notes.join(words.and));
    if (one.problems.length) row(words.column_problems, one.problems.join("\n"));
    if (one.files.length) {
      const files = row(words.outputs, "");
      one.files.forEach((name) => { link(files, one.folder + "/" + name, name); files.append("  "); });
    }
    if (one.fingerprint) row(words.fingerprint, one.fingerprint);
  }

  function drawFoot() {
    const foot = document.getElementById("foot");
    foot.replaceChildren();
    if (data.faults.length) {
      add(foot, "h2", "", words.faults);
      const list = add(foot, "ul", "faults");
      data.faults.forEach((text) => add(add(list, "li"), "span", "name", text));
    }
    add(foot, "h2", "", words.definitions);
    const meanings = add(foot, "dl");
    data.measures.filter((one) => state.measures.has(one.id)).forEach((one) => {
      const said = one[state.language];
      add(meanings, "dt", "", said.name);
      const of = said.denominator ? filled(words.denominator, said.denominator) : "";
      add(meanings, "dd", "", said.definition + of);
    });
    add(foot, "h2", "", words.sources);
    data.areas.forEach((one) => {
      add(foot, "p", "soft name", one.name + " · " + one.crs + " · " + one.fingerprint);
      const list = add(foot, "ul", "soft");
      one.sources.forEach((text) => add(add(list, "li"), "span", "name", text));
    });
  }

  function draw() {
    words = data.words[state.language];
    document.documentElement.lang = state.language;
    drawHead();
    drawTools();
    drawTable();
    drawFoot();
  }

  document.getElementById("tools").addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("beforeprint", showAll);
  draw();
})();
