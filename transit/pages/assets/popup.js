// What a click or a hover shows, built as text nodes.
(function (page) {
  "use strict";

  function tags(parent, popup) {
    (popup.tags || []).forEach((tag) => page.add(parent, "span", "tag", tag));
  }

  page.popupContent = function (popup) {
    const box = page.element("div", "popup");
    const head = page.add(box, "h3", "", popup.title);
    tags(head, popup);
    if (popup.rows) {
      const list = page.add(box, "dl");
      popup.rows.forEach(function (row) {
        page.add(list, "dt", "", row[0]);
        page.add(list, "dd", "", row[1]);
      });
    }
    if (popup.note) page.add(box, "p", "popup-note", popup.note);
    return box;
  };

  // No larger than the map beside its buttons: a longer text scrolls.
  function fit(popup) {
    const size = popup._map.getSize();
    popup.options.maxWidth = Math.max(160, Math.min(320, size.x - 110));
    popup.options.minWidth = Math.min(220, popup.options.maxWidth);
    popup.options.maxHeight = Math.max(90, Math.min(320, size.y - 60));
    popup.update();
  }

  page.bindPopup = function (layer, popup) {
    layer.bindPopup(() => page.popupContent(popup), {
      maxWidth: 320, minWidth: 220, maxHeight: 320, autoPanPaddingTopLeft: [50, 14],
      autoPanPaddingBottomRight: [14, 14],
    });
    layer.bindTooltip(() => page.element("span", "", page.shortened(popup.title, 40)), {
      sticky: true, opacity: 1, className: "hover",
    });
    layer.on("popupopen", function (event) {
      layer.closeTooltip();
      fit(event.popup);
      const close = event.popup.getElement().querySelector(".leaflet-popup-close-button");
      if (close) close.setAttribute("aria-label", page.words.close);
    });
    layer.on("tooltipopen", () => { if (layer.isPopupOpen()) layer.closeTooltip(); });
  };

  // SVG paths take the keyboard as well: Tab reaches them, Enter opens them.
  page.makeReachable = function (path, popup) {
    const element = path.getElement && path.getElement();
    if (!element || element.getAttribute("tabindex")) return;
    element.setAttribute("tabindex", "0");
    element.setAttribute("role", "button");
    element.setAttribute("aria-label", popup.title);
    element.addEventListener("keydown", function (event) {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        path.openPopup();
      }
    });
  };
})(transitPage);
