// The page in each of its languages: texts change in place, then what shows them is made anew.
(function (page) {
  "use strict";
  const WITHOUT_TEXTS = ["parts", "texts", "pinyin", "languages", "bounds", "style"];
  let places = [];

  // Where the languages differ stands {"t": number}: the text's place in the list of texts.
  page.findTexts = function (owner) {
    Object.keys(owner).forEach(function (key) {
      const value = owner[key];
      if (!value || typeof value !== "object" || WITHOUT_TEXTS.indexOf(key) >= 0) return;
      if (value.t === undefined) page.findTexts(value);
      else places.push([owner, key, value.t]);
    });
  };

  page.useTexts = function (language) {
    page.language = language;
    places.forEach((place) => { place[0][place[1]] = page.data.texts[place[2]][language]; });
    document.documentElement.lang = page.data.languages[language].tag;
    document.title = page.data.title;
  };

  page.languageTag = () => page.data.languages[page.language].tag;

  page.chooseLanguage = function (tag) {
    const language = page.data.languages.findIndex((one) => one.tag === tag);
    if (language < 0 || language === page.language) return;
    page.useTexts(language);
    const panel = document.querySelector(".page-panel");
    const from = panel.scrollTop;
    page.makeTexts(page.map);
    page.nameControls();
    nameDrawn();
    page.chooseView(page.map, page.view);
    panel.scrollTop = from;
  };

  // What stands on signs that are drawn already, and what screen readers say of drawn things.
  function nameDrawn() {
    page.sheets.forEach((sheet) => sheet.layers.forEach((layer) => layer.drawn.forEach(function (one) {
      const icon = one.path.options.icon;
      if (icon && one.feature.badge) icon.options.html.textContent = one.feature.badge;
      const element = one.path.getElement && one.path.getElement();
      const said = element && element.getAttribute("aria-label") && one.feature.popup;
      if (said) element.setAttribute("aria-label", one.feature.popup.title);
    })));
  }

  page.makeLanguages = function (parent) {
    if (page.data.languages.length < 2) return;
    const bar = page.add(parent, "div", "languages");
    bar.setAttribute("role", "group");
    bar.setAttribute("aria-label", page.words.language);
    page.data.languages.forEach(function (one, place) {
      const button = page.button(bar, "language", one.name, function () {
        page.chooseLanguage(one.tag);
        document.querySelector(".language[lang='" + one.tag + "']").focus();
      });
      button.lang = one.tag;
      button.setAttribute("aria-pressed", String(place === page.language));
    });
  };
})(transitPage);
