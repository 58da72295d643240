// Finds stops, lines, streets and parks by name: Chinese, pinyin or its initials, any width or case.
(function (page) {
  "use strict";
  const MOST = 12;
  const LONGEST_NAME = 200;
  const LONGEST_QUERY = 40;
  const TOGETHER_M = 400;
  const ORDER = ["park", "station", "stop", "gate", "line", "street"];
  const POINTS = ["station", "stop", "gate"];
  const NEAREST = 16.5;
  let entries = null;
  let found = [];
  let chosen = -1;
  let input;
  let list;
  let status;
  let mark;

  const folded = (text) => text.normalize("NFKC").toLowerCase().replace(/\s+/g, "");

  // ---- the list of names --------------------------------------------------------------------

  function boundsOf(layer, feature) {
    const rings = layer.kind === "area" ? feature.parts.map((part) => part[0]) : feature.parts;
    return L.latLngBounds(rings.flatMap(page.vertices));
  }

  // Kerbs of one name that lie together are one entry; a line's or a street's pieces always are.
  function makeEntries() {
    const byName = new Map();
    entries = [];
    page.data.layers.forEach(function (layer, number) {
      if (ORDER.indexOf(layer.labels) < 0) return;
      layer.features.filter((one) => one.label).forEach(function (feature) {
        const bounds = boundsOf(layer, feature);
        if (!bounds.isValid()) return;
        const key = layer.labels + "\n" + feature.label;
        if (!byName.has(key)) byName.set(key, []);
        const near = (one) => POINTS.indexOf(layer.labels) < 0 ||
          one.bounds.getCenter().distanceTo(bounds.getCenter()) < TOGETHER_M;
        let entry = byName.get(key).find(near);
        if (!entry) {
          entry = newEntry(layer.labels, feature.label, bounds);
          byName.get(key).push(entry);
          entries.push(entry);
        }
        entry.places.push({ number: number, feature: feature, bounds: bounds });
      });
    });
  }

  function newEntry(kind, name, bounds) {
    const own = folded(name).slice(0, LONGEST_NAME);
    return { kind: kind, name: name, folded: own, letters: Array.from(own), bounds: bounds, places: [] };
  }

  // ---- matching -----------------------------------------------------------------------------

  const spoken = new Map();

  function readings(letter) {
    if (!spoken.has(letter)) {
      const said = Object.prototype.hasOwnProperty.call(page.data.pinyin, letter);
      spoken.set(letter, said ? page.data.pinyin[letter].split(" ") : []);
    }
    return spoken.get(letter);
  }

  // How many letters of the query, from `from` on, one letter of a name can stand for: itself, its
  // syllable, as much of it as was typed last, or its initial.
  function steps(letter, query, from) {
    const own = query.startsWith(letter, from) ? [letter.length] : [];
    readings(letter).forEach(function (syllable) {
      let same = 0;
      while (same < syllable.length && syllable[same] === query[from + same]) same += 1;
      if (!same) return;
      if (same === syllable.length || from + same === query.length) own.push(same);
      own.push(1);
      if (same >= 2 && /^[zcs]h/.test(syllable)) own.push(2);
    });
    return own;
  }

  function isSpelt(letters, start, query) {
    let reached = new Set([0]);
    for (let at = start; at < letters.length && reached.size; at += 1) {
      const next = new Set();
      for (const from of reached) {
        for (const step of steps(letters[at], query, from)) {
          if (from + step >= query.length) return true;
          next.add(from + step);
        }
      }
      reached = next;
    }
    return false;
  }

  // 0 is the same name, then begins with it, holds it, is spelt so from its start, or within.
  function distance(entry, query) {
    if (entry.folded === query) return 0;
    const at = entry.folded.indexOf(query);
    if (at >= 0) return at ? 2 : 1;
    if (!/[a-z]/.test(query)) return -1;
    if (isSpelt(entry.letters, 0, query)) return 3;
    for (let start = 1; start < entry.letters.length; start += 1) {
      if (isSpelt(entry.letters, start, query)) return 4;
    }
    return -1;
  }

  page.find = function (text) {
    if (!entries) makeEntries();
    const query = folded(text).slice(0, LONGEST_QUERY);
    if (!query) return [];
    return entries
      .map((entry, place) => ({ entry: entry, place: place, far: distance(entry, query) }))
      .filter((one) => one.far >= 0)
      .sort((a, b) => a.far - b.far || ORDER.indexOf(a.entry.kind) - ORDER.indexOf(b.entry.kind) ||
        a.entry.letters.length - b.entry.letters.length || a.place - b.place)
      .map((one) => one.entry);
  };

  // ---- going there --------------------------------------------------------------------------

  function isSeen(place) {
    const views = page.data.layers[place.number].views;
    return page.sides().some((side) => page.inView(views, side));
  }

  page.goTo = function (entry) {
    const place = entry.places.find(isSeen) || entry.places[0];
    const layer = page.data.layers[place.number];
    if (!isSeen(place)) page.pickView(layer.views[0]);
    page.switchLayer(layer, true);
    page.lookAtMakers(layer);
    page.showLayers();
    const sheet = page.sheets.find((one) => page.isDrawn(one, one.layers[place.number])) || page.sheets[0];
    const map = sheet.map;
    if (layer.kind === "point") {
      map.setView(place.bounds.getCenter(), Math.max(map.getZoom(), NEAREST), { animate: false });
    } else map.fitBounds(place.bounds, { padding: [40, 40], maxZoom: NEAREST, animate: false });
    showMark(map, layer, place);
    const own = sheet.layers[place.number].drawn.filter((one) => one.feature === place.feature);
    const path = own.map((one) => one.path).find((one) => one.getPopup && one.getPopup());
    if (path) path.openPopup();
  };

  function clearMark() {
    if (mark) mark.remove();
    mark = null;
  }

  // A ring round a point, a pale band along a line or an outline.
  function showMark(map, layer, place) {
    clearMark();
    if (!map.getPane("page-found")) {
      const pane = map.createPane("page-found");
      pane.style.zIndex = 425;
      pane.style.pointerEvents = "none";
    }
    const look = { pane: "page-found", renderer: L.svg({ pane: "page-found" }), interactive: false,
      color: "#f0b400", weight: 9, opacity: 0.75, fill: false };
    if (layer.kind === "point") {
      mark = L.circleMarker(place.bounds.getCenter(), Object.assign(look, { radius: 15, weight: 5 }));
    } else {
      const parts = place.feature.parts.flatMap((part) => (layer.kind === "area" ? part : [part]));
      mark = L.polyline(parts.map(page.vertices), look);
    }
    mark.addTo(map);
  }

  // ---- the box ------------------------------------------------------------------------------

  // A stop's lines tell it from others of its name.
  function detail(entry) {
    const popup = entry.places[0].feature.popup;
    if (entry.kind !== "stop" || !popup || !popup.rows) return "";
    const lines = popup.rows[0][1].split("\n").map((text) => text.split(" ")[0]);
    return page.shortened(Array.from(new Set(lines)).join(" "), 30);
  }

  function show(entriesFound) {
    found = entriesFound.slice(0, MOST);
    list.textContent = "";
    found.forEach(function (entry, place) {
      const row = page.add(list, "li", "result");
      row.id = "result-" + place;
      row.setAttribute("role", "option");
      page.add(row, "span", "result-name", page.shortened(entry.name, 60));
      page.add(row, "span", "result-kind", page.words["kind_" + entry.kind]);
      const more = detail(entry);
      if (more) page.add(row, "span", "result-more", more);
      // The box keeps the keyboard, so that the list does not close under the finger.
      row.addEventListener("pointerdown", (event) => event.preventDefault());
      row.addEventListener("click", () => choose(place));
    });
    const typed = folded(input.value);
    const said = entriesFound.length > MOST ? page.words.search_more : page.words.search_found;
    status.textContent = !typed ? "" : found.length
      ? said.replace("{}", String(entriesFound.length)) : page.words.search_none;
    status.classList.toggle("is-said", Boolean(typed) && (!found.length || entriesFound.length > MOST));
    open(Boolean(typed));
    point(found.length ? 0 : -1);
  }

  function open(isOpen) {
    input.parentNode.classList.toggle("is-open", isOpen);
    input.setAttribute("aria-expanded", String(isOpen && found.length > 0));
  }

  function point(place) {
    chosen = place;
    Array.from(list.children).forEach(function (row, number) {
      row.setAttribute("aria-selected", String(number === place));
      if (number === place) row.scrollIntoView({ block: "nearest" });
    });
    if (place < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", "result-" + place);
  }

  function choose(place) {
    if (!found[place]) return;
    const entry = found[place];
    input.value = entry.name;
    open(false);
    page.goTo(entry);
  }

  function onKey(event) {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.isComposing) return;
    if (event.key in steps && found.length) {
      event.preventDefault();
      if (!input.parentNode.classList.contains("is-open")) open(true);
      else point((chosen + steps[event.key] + found.length) % found.length);
    } else if (event.key === "Enter") choose(chosen);
    else if (event.key === "Escape") {
      input.value = "";
      found = [];
      show([]);
      clearMark();
    }
  }

  page.makeSearch = function (parent) {
    entries = null;
    if (!page.data.layers.some((layer) => ORDER.indexOf(layer.labels) >= 0)) return;
    const box = page.add(parent, "div", "search");
    box.setAttribute("role", "search");
    input = page.add(box, "input");
    Object.assign(input, {
      type: "search", placeholder: page.words.search, title: page.words.search_hint,
      autocomplete: "off", spellcheck: false,
    });
    const said = {
      role: "combobox", "aria-label": page.words.search, "aria-controls": "results",
      "aria-expanded": "false", "aria-autocomplete": "list",
    };
    Object.keys(said).forEach((name) => input.setAttribute(name, said[name]));
    const results = page.add(box, "div", "results");
    list = page.add(results, "ul");
    list.id = "results";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", page.words.search);
    status = page.add(results, "p", "search-status");
    status.setAttribute("role", "status");
    input.addEventListener("input", () => show(page.find(input.value)));
    input.addEventListener("keydown", onKey);
    input.addEventListener("focus", () => open(found.length > 0 && Boolean(input.value)));
    input.addEventListener("blur", () => open(false));
  };
})(transitPage);
