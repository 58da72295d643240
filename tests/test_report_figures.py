"""Figures of a report: sizes, letters, fonts, scale bars and lines side by side, by hand."""

from __future__ import annotations

import re
import struct
import warnings

import numpy as np
import pytest
from report_cases import compared, reply

from transit.errors import DataError
from transit.pages.content import Feature, Layer, PageContent, PageText, Style
from transit.reporting.charts import Bars
from transit.reporting.drawing import fonts
from transit.reporting.drawing.labels import Label, _boxes, shown, width_pt
from transit.reporting.drawing.lanes import Part, side_by_side
from transit.reporting.drawing.marks import round_length, wrapped
from transit.reporting.drawing.sheet import Sheet
from transit.reporting.figures import bars_picture, map_picture
from transit.reporting.pictures import state_map
from transit.terms import terms
from transit.units import unproject

SAID = terms("zh-CN")


def size_of(png: bytes) -> tuple[int, int]:
    """Width and height in the header of a PNG."""
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def test_pictures_are_fine_enough_to_print():
    """If this fails, maps in the reply are blurred on paper."""
    for picture in reply().pictures:
        width, height = picture.size_in
        wide, high = size_of(picture.png)
        assert picture.png.startswith(b"\x89PNG")
        assert wide / width >= 200
        assert high / height >= 200
        assert width <= 6.31  # 16 cm between the margins of A4


def test_no_letter_is_missing():
    """If this fails, the reply shows boxes where names should be."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made = state_map(compared().before, "zh-CN")
        assert made.png
        assert made.svg


def test_svg_needs_no_font_and_says_no_hour():
    """If this fails, a figure looks different on another machine or on another day."""
    apart = set()
    for picture in reply().pictures:
        text = picture.svg.decode()
        assert "<text" not in text
        assert "dc:date" not in text
        assert "<svg" in picture.inline[:5]
        names = re.findall(r'id="(p[0-9a-f]{12}-)?', picture.inline)
        assert len(set(names)) == 1  # all of one picture begin alike, and each picture otherwise
        assert names[0] not in {"", *apart}
        apart.add(names[0])


def test_a_letter_that_no_font_has_is_named():
    """If this fails, one rare character turns to a box and nobody knows which."""
    bars = Bars("m", ("街𒀀",), (("one", (1.0,)),))
    with pytest.raises(DataError, match=r"no font has '𒀀' \(U\+12000\), in '街𒀀'"):
        assert bars_picture("rare", "", "", bars).png


def test_a_machine_without_chinese_fonts_is_told_what_to_install(monkeypatch):
    """If this fails, a server writes reports full of boxes."""
    monkeypatch.setattr(fonts, "CHINESE", ("No Such Font",))
    fonts._family.cache_clear()
    with pytest.raises(DataError, match=r"no font with Chinese letters.*fonts-noto-cjk"):
        fonts.family()
    fonts._family.cache_clear()


def test_dollars_are_no_formula():
    """If this fails, a stop called $x^2$ is set as mathematics, or stops the figure."""
    bars = Bars("m", ("$x^2$", r"\frac{1}{2}", "${hit}"), (("one", (1.0, 2.0, 3.0)),))
    picture = bars_picture("dollars", "", "", bars)
    assert picture.png
    axes = picture._figure.axes[0]
    names = [one.get_text() for one in axes.get_yticklabels()]
    assert names == ["$x^2$", r"\frac{1}{2}", "${hit}"]
    assert not any(one.get_parse_math() for one in axes.get_yticklabels())


def square(side_m: float) -> PageContent:
    """A page whose first view is a square of this side at the park, without layers."""
    corner = np.array([504_000.0, 2_514_000.0])
    (west, south), (east, north) = unproject(np.array([corner, corner + side_m]), "EPSG:4547")
    text = PageText("", sources=("测绘",), crs="EPSG:4547")
    return PageContent(text, (), (west, south, east, north))


def test_a_map_is_drawn_to_scale():
    """If this fails, a distance measured on the printed map is wrong."""
    content = square(1000)
    west, south, east, north = Sheet(content).bounds(100, 50)
    # The square is 1000 m high, so a sheet twice as wide as high shows 2000 m by 1000 m.
    assert (east - west, north - south) == (pytest.approx(2000, abs=1), pytest.approx(1000, abs=1))
    picture = map_picture("scale", "", content, SAID)
    axes = picture._figure.axes[0]
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    box = axes.get_window_extent()
    assert (right - left) / box.width == pytest.approx((high - low) / box.height, rel=1e-3)
    bars = [patch for patch in axes.patches if patch.get_zorder() == 60]
    said = next(one.get_text() for one in axes.texts if one.get_text().endswith("m"))
    assert sum(bar.get_width() for bar in bars) == pytest.approx(float(said.split()[0]))
    assert any(one.get_text() == "北" for one in axes.texts)
    foot = "".join(one.get_text() for one in picture._figure.texts)
    assert "EPSG:4547" in foot
    assert "测绘" in foot


@pytest.mark.parametrize(("most", "length"), [(499, 200), (500, 500), (1999, 1000), (7, 5)])
def test_scale_bars_have_round_lengths(most, length):
    """If this fails, the bar says 437 m and nobody can use it."""
    assert round_length(most) == length


def test_lines_on_one_street_lie_side_by_side():
    """If this fails, only the last of several lines on a street can be seen."""
    east = np.array([[0.0, 0.0], [100.0, 0.0]])
    parts = [Part(0, east), Part(1, east[::-1]), Part(2, east + np.array([0, 500.0]))]
    one, other, alone = side_by_side(parts, 10.0)
    # Two lanes 10 m apart about the street: 5 m to each side, whichever way they run.
    assert one.tolist() == [[0, -5], [100, -5]]
    assert other.tolist() == [[100, 5], [0, 5]]
    assert alone.tolist() == [[0, 500], [100, 500]]


def test_a_lane_turns_a_corner_in_parallel():
    """If this fails, lines cross one another at each corner."""
    corner = np.array([[0.0, 0.0], [100.0, 0.0], [100.0, 100.0]])
    one, other = side_by_side([Part(0, corner), Part(1, corner)], 10.0)
    # 5 m to the right of driving east is y = -5, of driving north x = 105.
    assert one.tolist() == [[0, -5], [105, -5], [105, 100]]
    assert other.tolist() == [[0, 5], [95, 5], [95, 100]]


def test_what_is_indicative_is_dashed():
    """If this fails, a guess looks like a survey on paper."""
    point, known = unproject(np.array([[504_500.0, 2_514_500.0], [504_600.0, 2_514_500.0]]),
                             "EPSG:4547")  # fmt: skip
    import shapely

    lines = tuple(
        Feature(shapely.LineString([point, known]), indicative=marked) for marked in (True, False)
    )
    layer = Layer("x", "线", "", "line", "lines", lines, Style("#000000", 2))
    content = square(1000)
    content = PageContent(content.text, (layer,), content.bounds)
    axes = map_picture("dash", "", content, SAID)._figure.axes[0]
    marked, sure = (one.get_linestyle()[0][1] for one in axes.collections)
    assert marked is not None
    assert sure is None


def test_names_are_cut_and_measured():
    """If this fails, a name of 10,000 letters covers the map."""
    assert shown("万" * 10_000) == "万" * 21 + "…"
    assert shown("a\nb\u202ec\u2028d") == "a bc d"
    # Chinese letters are as wide as high: 4 x 10 pt; Latin ones about 0.6 of it.
    assert width_pt("银星ab", 10) == pytest.approx(2 * 10 + 2 * 6)
    assert _boxes(Label("银星", 100, 100, 0, 10))[0][0] == 105


def test_small_print_breaks_within_the_width():
    """If this fails, sources run out of the picture."""
    lines = wrapped("来源：OpenStreetMap contributors 与测绘", 60, 6)
    assert "".join(lines).replace(" ", "") == "来源：OpenStreetMapcontributors与测绘"
    assert all(width_pt(line, 6) <= 60 for line in lines)


def test_no_line_of_small_print_begins_with_a_comma():
    """If this fails, the credits are set as no Chinese text is."""
    lines = wrapped("数据来源：公交线路，站点（二〇二〇年）；街道。", 42, 6)
    assert len(lines) > 1
    assert not any(line[0] in "，；：。）" or line[-1] == "（" for line in lines)
