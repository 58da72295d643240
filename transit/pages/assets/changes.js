// The changes of a scenario, each looked at or not: what only others made is not drawn.
(function (page) {
  "use strict";

  const made = (layer) => layer.changes || [];

  page.isLookedAt = (layer) =>
    !made(layer).length || made(layer).some((place) => page.data.changes[place].on);

  page.lookAt = function (places, on) {
    places.forEach(function (place) {
      const change = page.data.changes[place];
      change.on = on;
      if (change.input) change.input.checked = on;
    });
  };

  page.lookAtMakers = (layer) => page.lookAt(made(layer), true);

  // Where what the changes made is drawn, a list of them stands above the layers.
  page.makeChanges = function (panel) {
    const changes = page.data.changes;
    if (!changes.length) return;
    const views = page.data.layers.filter((layer) => made(layer).length).flatMap((layer) => layer.views);
    const places = changes.map((change, place) => place);
    const group = page.add(panel, "section", "group changes");
    group.dataset.views = JSON.stringify(views);
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", page.words.changes);
    const head = page.add(group, "div", "group-head");
    page.add(head, "h2", "", page.words.changes);
    page.add(group, "p", "group-note", page.words.changes_note);
    const tools = page.add(head, "span", "group-tools");
    [[page.words.all, true], [page.words.none, false]].forEach((choice) =>
      page.button(tools, "link", choice[0], function () {
        page.lookAt(places, choice[1]);
        page.showLayers();
      }));
    const list = page.add(group, "div", "change-list");
    places.forEach((place) => makeRow(list, place));
  };

  function makeRow(list, place) {
    const change = page.data.changes[place];
    const row = page.add(list, "label", "row");
    change.input = page.add(row, "input");
    change.input.type = "checkbox";
    change.input.checked = change.on;
    change.input.dataset.change = String(place);
    change.input.addEventListener("change", function () {
      page.lookAt([place], change.input.checked);
      page.showLayers();
    });
    page.add(row, "span", "row-name", change.name);
    if (change.indicative) page.add(row, "span", "tag", page.words.indicative);
    const isDrawn = page.data.layers.some((layer) => made(layer).includes(place));
    if (!isDrawn) page.add(row, "span", "row-more", page.words.change_not_drawn);
  }
})(transitPage);
