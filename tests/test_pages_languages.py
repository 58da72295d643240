"""Pages of each language in a browser: fonts, signs, and nothing left in the other language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import transit
from transit.maps.study import study_map
from transit.pages.page import write_page
from transit.sources.area import bundled_area, read_area

PACKAGE = Path(transit.__file__).parent
MARKS = re.compile(r"""[，。；：？！、（）]|join\("[;:,、；] |[a-z)]\s*\+ "[;:]\s""")
"""Chinese marks, and marks that a script puts between texts by itself."""
SIGN = "[...document.querySelectorAll('.badge-badge')].map((one) => one.textContent)"
TOO_WIDE = """[...document.querySelectorAll('.badge-badge')]
  .filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent)"""
QUOTE_EM = """() => {
  const one = document.createElement('span');
  one.textContent = '“';
  document.body.append(one);
  const em = one.getBoundingClientRect().width / parseFloat(getComputedStyle(one).fontSize);
  one.remove();
  return em;
}"""


def opened_map(chromium_page, path, **size):
    page = chromium_page(path, **size).page
    page.wait_for_selector("body.ready")
    return page


@pytest.fixture(scope="module")
def study_file(tmp_path_factory):
    area = read_area(bundled_area())
    found = transit.brief(area.network, area.parks[0], limit_m=500)
    return write_page(tmp_path_factory.mktemp("languages") / "study.html", study_map(found))


@pytest.mark.browser
def test_quotes_are_as_wide_as_each_language_has_them(study_file, chromium_page):
    """If this fails, English quotes stand in holes as wide as a Chinese letter."""
    page = opened_map(chromium_page, study_file)
    assert page.evaluate(QUOTE_EM) == pytest.approx(1, abs=0.05)
    page.click(".language[lang=en]")
    assert page.evaluate(QUOTE_EM) < 0.6


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_signs_change_with_the_language_and_hold_their_words(study_file, chromium_page, width):
    """If this fails, an English map has Chinese signs, or a sign cuts its word off."""
    page = opened_map(chromium_page, study_file, width=width)
    assert "最集中" in page.evaluate(SIGN)
    assert page.evaluate(TOO_WIDE) == []
    page.click(".language[lang=en]")
    signs = page.evaluate(SIGN)
    assert "Most loaded" in signs
    assert "最集中" not in signs
    assert page.evaluate(TOO_WIDE) == []
    page.click(".language[lang=zh-CN]")
    assert "最集中" in page.evaluate(SIGN)


def test_no_script_writes_the_marks_of_one_language():
    """If this fails, an English page has a Chinese colon between its words, or the other way."""
    scripts = [path for path in PACKAGE.rglob("assets/*.js") if "vendor" not in path.parts]
    assert len(scripts) > 10
    found = {f"{path.name}: {line.strip()}" for path in scripts
             for line in path.read_text("utf-8").splitlines()
             if MARKS.search(line.split("// ")[0])}  # fmt: skip
    assert found == set()
