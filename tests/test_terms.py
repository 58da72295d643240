"""The glossary: every text in both languages, used, and set as each language is set."""

from __future__ import annotations

import ast
import dataclasses
import io
import re
import string
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
import yaml
from rich.console import Console

import transit
from transit.analysis.measures import MEASURES
from transit.analysis.operation import OPERATION
from transit.answer import brief_answer, comparison_answer
from transit.errors import UsageError
from transit.scenario.files import read_scenario
from transit.schema import TABLES
from transit.sources.area import bundled_area, read_area
from transit.terms import (
    LANGUAGES,
    measure_said,
    metro_said,
    osm_said,
    readable,
    spoken,
    terms,
    title_of,
    told,
    unit_of,
)

PACKAGE = Path(transit.__file__).parent
FILES = (PACKAGE / "terms" / "glossary.yaml", PACKAGE / "terms" / "help.yaml")
HAN = re.compile("[\u4e00-\u9fff]")
FULL_WIDTH = "，。；：？！（）、“”‘’《》「」"
NAMES_IN_ENGLISH = ("公交都市", "中文", "银星科技园")
"""An evaluation of the ministry that has no English name; a language and a park by their own."""
NOT_SAID = {"仿宋", "黑体", "一二三四五六七八九十", "线路园区覆盖",
            "Folder of a study area; by default the bundled 银星科技园."}  # fmt: skip
"""Names of fonts, numerals, letters that a font is tried with, the name of a park."""
SPEAKING = ("answer", "attribution", "cli", "comparison.py", "editor", "ledger", "maps",
            "pages", "reporting", "search", "study")  # fmt: skip
"""Rooms that speak to readers in either language. Notices and names of stops are Chinese by
nature, and the words that tables of others use for columns stand in ``schema``."""


def entries() -> list[tuple[str, str, dict]]:
    """Topic, key and entry of each, as YAML has them; what an entry has besides with a dot."""
    found = []
    topics = [one for path in FILES
              for one in yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader).items()]  # noqa: S506 # fmt: skip
    for topic, keys in topics:
        for key, entry in keys.items():
            found.append((topic, key, {part: entry.get(part) for part in ("zh", "en")}))
            found += [(topic, f"{key}.{part}", texts) for part, texts in entry.items()
                      if isinstance(texts, dict)]  # fmt: skip
    return found


def places(text: str) -> Counter:
    """The places of a text with how each is written, such as {0:.1f}."""
    parsed = string.Formatter().parse(text)
    return Counter((name, form) for _, name, form, _ in parsed if name is not None)


def faulty(fault) -> list[str]:
    """The keys, with their texts, that ``fault`` is true of."""
    return [f"{key}: {texts}" for _, key, texts in entries() if fault(texts)]


def test_no_key_stands_twice():
    """If this fails, a text is another than the one that somebody wrote, without a word."""
    roots = [pair for path in FILES for pair in yaml.compose(path.read_text("utf-8")).value]
    topics = [name.value for name, _ in roots]
    keys = [key.value for _, topic in roots for key, _ in topic.value]
    parts = [Counter(part.value for part, _ in entry.value)
             for _, topic in roots for _, entry in topic.value]  # fmt: skip
    assert [name for name, count in Counter(topics + [f"{key} " for key in keys]).items()
            if count > 1] == []  # fmt: skip
    assert all(count == 1 for part in parts for count in part.values())


def test_every_text_is_there_in_both_languages_with_the_same_places():
    """If this fails, one language has a gap, or an answer ends in an IndexError."""
    assert faulty(lambda texts: set(texts) != {"zh", "en"} or None in texts.values()) == []
    assert faulty(lambda texts: bool(texts["zh"] + texts["en"]) and not any(texts.values())) == []
    numbered = {"zh", "en"}
    assert faulty(lambda texts: len({frozenset(places(texts[one])) for one in numbered}) > 1) == []
    assert set(terms("zh-CN")) == set(terms("en"))


def test_chinese_is_set_as_chinese():
    """If this fails, a reply to a bureau has Latin commas between Chinese words."""
    latin = re.compile("[\u4e00-\u9fff][,;:?!()]|[,;:?!()][\u4e00-\u9fff]")
    assert faulty(lambda texts: bool(latin.search(texts["zh"]))) == []
    assert faulty(lambda texts: '"' in texts["zh"] or "'" in texts["zh"]) == []
    assert faulty(lambda texts: "..." in texts["zh"]) == []


def test_english_is_set_as_english():
    """If this fails, an English page has full-width brackets, or straight beside curly quotes."""

    def plain(text: str) -> str:
        for name in NAMES_IN_ENGLISH:
            text = text.replace(name, "")
        return text

    wide = set(FULL_WIDTH) - set("“”")
    assert faulty(lambda texts: bool(HAN.search(plain(texts["en"])))) == []
    assert faulty(lambda texts: any(mark in texts["en"] for mark in wide)) == []
    assert faulty(lambda texts: '"' in texts["en"] or "..." in texts["en"]) == []


def _asked() -> tuple[set[str], list[re.Pattern[str]]]:
    """Texts of the code that may be keys, and patterns of those with places in them."""
    whole, forms = set(), []
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole.add(node.value)
            if isinstance(node, ast.JoinedStr):
                parts = [re.escape(part.value) if isinstance(part, ast.Constant) else ".+"
                         for part in node.values]  # fmt: skip
                if any(
                    isinstance(part, ast.Constant) and "_" in part.value for part in node.values
                ):
                    forms.append(re.compile("".join(parts)))
    for path in PACKAGE.rglob("*.js"):
        whole |= set(re.findall(r"(?:words\.|\")(\w+)", path.read_text("utf-8")))
    return whole, forms


def test_no_text_is_left_over():
    """If this fails, translators mend texts that nobody ever reads."""
    whole, forms = _asked()
    found_by_text = ("values", "measures", "units", "columns", "scenario", "quality_page", "rules",
                     "importing", "import_parts", "osm_parts", "help_commands", "help_shared",
                     "help_own")  # fmt: skip
    unused = [key for topic, key, _ in entries()
              if "." not in key and topic not in found_by_text and key not in whole
              and not any(form.fullmatch(key) for form in forms)]  # fmt: skip
    assert unused == []


def _literals(path: Path):
    """Texts of the code that are no docstrings."""
    tree = ast.parse(path.read_text("utf-8"))
    docs = {id(node.value) for node in ast.walk(tree)
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)}  # fmt: skip
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value


def test_no_text_for_readers_stands_outside_the_glossary():
    """If this fails, a page or an answer says something that exists in one language only."""
    paths = [path for room in SPEAKING for path in ([PACKAGE / room] if room.endswith(".py")
             else (PACKAGE / room).rglob("*.py"))]  # fmt: skip
    found = {f"{path.relative_to(PACKAGE)}: {text}" for path in paths if path.exists()
             for text in _literals(path) if HAN.search(text) and text not in NOT_SAID}  # fmt: skip
    scripts = [*(PACKAGE / "pages" / "assets").glob("*.js")]
    found |= {f"{path.name}: {line.strip()}" for path in scripts
              for line in path.read_text("utf-8").splitlines()
              if HAN.search(line.split("//")[0])}  # fmt: skip
    assert found == set()


# What tables and answers say in a language


def test_an_unknown_language_or_topic_is_refused_with_those_there_are():
    """If this fails, a slip in a language ends in a traceback."""
    with pytest.raises(UsageError, match="zh-CN, en"):
        terms("fr")
    with pytest.raises(UsageError, match="quality_page"):
        terms("en", "quality")


def test_texts_cannot_be_changed():
    """If this fails, one caller's edit is in everybody's pages."""
    with pytest.raises(TypeError):
        terms("en")["stops"] = "mine"
    assert terms("en", "page")["north"] == "N"
    assert "stops" not in terms("en", "page")


def test_what_tables_say_is_found_again_and_names_are_left_alone():
    """If this fails, a Chinese table is half English, or a stop loses its name."""
    assert spoken("line within the limit, walking", "zh-CN") == "步行限距内停靠"
    assert spoken("walk from 园区P1", "zh-CN") == "自园区P1步行距离"
    walk = "straight access to a street (at most 60 m) plus the walk along streets within 300 m"
    assert (
        spoken(walk, "zh-CN") == "从街道到站点的直线接驳（不超过 60 m）与沿街步行合计不超过 300 m"
    )
    for name in ("银星科技园", "<b>walk</b>", "Stop {0}", "walking", ""):
        assert spoken(name, "zh-CN") == name
    for text in ("any stop", "walk from 园区P1", walk):
        assert spoken(text, "en") == text


@pytest.mark.parametrize(
    ("column", "unit", "english", "chinese"),
    [
        ("walk_m", "m", "walk (m)", "步行距离（m）"),
        ("covered_m2", "m²", "area covered (m²)", "覆盖面积（m²）"),
        ("vehicle_km", "km/day", "vehicle-km (km/day)", "车公里（km/日）"),
        ("buses_per_hour", "buses/h", "peak buses (buses/h)", "高峰班次（班/小时）"),
        ("lines_km_before", "", "length of lines before (km)", "调整前线路总里程（km）"),
        ("stop_name", "", "stop", "站点"),
        ("nobody_knows_it", "", "nobody_knows_it", "nobody_knows_it"),
    ],
)
def test_titles_of_columns_carry_their_units(column, unit, english, chinese):
    """If this fails, a planner reads metres for kilometres, or a machine name for a title."""
    assert title_of(column, "en") == english
    assert title_of(column, "zh-CN") == chinese
    assert not unit or unit_of(column) == unit


def test_a_table_for_readers_keeps_rows_numbers_and_names():
    """If this fails, the table that is handed on is another than the one that was worked out."""
    table = pd.DataFrame(
        {
            "stop_name": ["walk", "北站"],
            "walk_m": [120.5, float("nan")],
            "kind": ["walk", "straight"],
            "measure": ["share_walk", "vehicles"],
            "unit": ["share of outline", "vehicles"],
            "indicative": [True, False],
            "title": ["stop far from every street", ""],
            "title_zh": ["站点远离街道", ""],
            "extra": ["a", "b"],
        }
    )
    chinese = readable(table)
    assert list(chinese) == [
        "站点",
        "步行距离（m）",
        "距离类型",
        "指标",
        "单位",
        "示意",
        "标题",
        "extra",
    ]
    # A stop that is named walk keeps its name; the kind of distance is ours to say.
    assert chinese.iloc[0].tolist() == ["walk", 120.5, "步行", "步行覆盖率", "占园区面积", "是",
                                        "站点远离街道", "a"]  # fmt: skip
    assert chinese.iloc[1, [2, 3, 4, 5]].tolist() == ["直线", "配车数", "辆", "否"]
    english = readable(table, "en")
    assert list(english)[:3] == ["stop", "walk (m)", "kind of distance"]
    assert english["title"].tolist() == ["stop far from every street", ""]
    assert english["measure"].tolist() == ["share_walk", "vehicles"]
    assert list(table) == ["stop_name", "walk_m", "kind", "measure", "unit", "indicative", "title",
                           "title_zh", "extra"]  # fmt: skip


def test_two_columns_of_one_title_can_be_told_apart():
    """If this fails, a workbook has two columns of one name."""
    table = pd.DataFrame({"route_short_name": ["1"], "line": ["1"]})
    assert list(readable(table)) == ["线路（route_short_name）", "线路（line）"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_measure_has_name_unit_definition_denominator_and_status(language):
    """If this fails, a figure is quoted without what it is a share of."""
    table = transit.metrics(language).set_index("measure")
    assert list(table.index) == [*MEASURES, *OPERATION]
    assert (table[["name", "definition", "denominator", "status"]] != "").all(axis=None)
    shares = table.loc[[name for name in table.index if name.startswith("share")], "denominator"]
    assert not shares.isin(["–", "—"]).any()


def test_the_table_of_measures_says_what_planners_know():
    """If this fails, a repealed standard is quoted as if it held, or a term is not the trade's."""
    table = transit.metrics("zh-CN").set_index("measure")
    assert table.loc["vehicles", "name"] == "配车数"
    assert table.loc["directness", "name"] == "非直线系数"
    assert "废止" in table.loc["directness", "status"]
    assert table.loc["share_straight", "denominator"] == "园区范围面积"
    assert measure_said("share_walk", "zh-CN") == "步行覆盖率"


# Answers about the bundled area


@pytest.fixture(scope="module")
def compared():
    area = read_area(bundled_area())
    scenarios = [read_scenario(path) for path in area.scenarios]
    return transit.compare(area.network, scenarios, area.parks, zones=area.zones)


def answered(compared, language: str) -> str:
    console = Console(width=400, record=True, file=io.StringIO(), markup=False, highlight=False)
    console.print(brief_answer(compared.before[0], language))
    console.print(comparison_answer(compared, language))
    return console.export_text()


def names(compared) -> list[str]:
    """Everything in an answer that is named by others: stops, lines, streets, places, scenarios."""
    found: set[str] = set()
    for network in (compared.base, *compared.networks):
        feed = network.feed
        found |= {*feed.stops["stop_name"], *feed.stops["district"], *feed.stops["stop_id"]}
        found |= {*feed.routes["route_short_name"], *network.stations["station_name"]}
        found |= {*network.streets.edges["street_name"], *network.streets.edges["way_id"]}
        found |= {network.name, network.crs}
    for brief in compared.before:
        found |= {brief.park.park_name, brief.park.park_id, *brief.park.gates["gate_name"]}
    found |= {text for one in compared.scenarios for text in (one.name, one.title)}
    return sorted(filter(None, found), key=len, reverse=True)


def without(text: str, known: list[str]) -> str:
    for name in known:
        text = text.replace(name, " ")
    return text


def test_the_chinese_answer_is_chinese(compared):
    """If this fails, a planner's Chinese answer breaks off into English."""
    text = without(answered(compared, "zh-CN"), names(compared))
    words = set(re.findall("[A-Za-z]{2,}", text))
    # Units, and the two options that write the tables.
    assert words <= {"km", "min", "out", "json"}
    assert set(re.findall(r"(?<![A-Za-z])[A-Za-z](?![A-Za-z])", text)) <= {"m", "h", "s"}


def test_the_english_answer_is_english(compared):
    """If this fails, a reader without Chinese stumbles over more than names."""
    text = without(answered(compared, "en"), names(compared))
    assert HAN.findall(text) == []


def test_both_answers_say_the_same_figures(compared):
    """If this fails, the two languages tell two stories."""
    figures = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
    both = [Counter(figures.findall(without(answered(compared, one), names(compared))))
            for one in LANGUAGES]  # fmt: skip
    differ = {number for number in both[0] | both[1] if both[0][number] != both[1][number]}
    assert differ <= {"4", "2"}  # Line 4; half of the departures of two hours


@pytest.mark.parametrize(("named", "chinese", "english"), [
    ("4", "4 号线：长湖（", "Line 4: 长湖 ("),
    ("Piccadilly", "Piccadilly：长湖（", "Piccadilly: 长湖 ("),
    ("", "未注明线路：长湖（", "line not named: 长湖 ("),
])  # fmt: skip
def test_a_station_is_told_with_the_line_that_the_data_name(named, chinese, english):
    """If this fails, a town without a metro line 4 is told that its stations are on it."""
    area = read_area(bundled_area())
    stations = area.network.stations
    lines = stations["metro_line"].where(stations["metro_line"] != "4", named)
    network = dataclasses.replace(area.network, stations=stations.assign(metro_line=lines))
    brief = transit.brief(network, area.parks[0], limit_m=500)
    for language, wanted in (("zh-CN", chinese), ("en", english)):
        console = Console(width=900, record=True, file=io.StringIO(), markup=False)
        console.print(brief_answer(brief, language))
        assert wanted in console.export_text()


def test_a_metro_line_is_called_by_its_number_or_its_name():
    """If this fails, a page says Line Line 4."""
    assert [metro_said(line, terms("zh-CN")) for line in ("6B", "Line 4", "四号线")] == [
        "6B 号线", "Line 4", "四号线",
    ]  # fmt: skip
    assert metro_said("12", terms("en")) == "Line 12"


def test_the_verdict_in_chinese(compared):
    """If this fails, a bureau reads another verdict than the ledger gives."""
    # By hand from the sequence of stops: with M450 at 4 an hour each way (headway 15 min) two new
    # stops gain 2 × 4 = 8 buses an hour, and the old terminal loses as many.
    said = compared.verdicts("zh-CN")["m450_2020"]
    assert said.startswith("受益：银星科技园（")
    assert (
        "电子科大深圳高研院（+8.0 班/小时*）、银星科技园公交首末站（+8.0 班/小时*）；受损：" in said
    )
    assert "观澜银星工业园（−8.0 班/小时*，M450 的最近站需步行 427 m）。" in said
    assert compared.verdict == compared.verdicts("en")


def test_every_column_that_is_handed_out_has_a_title(compared):
    """If this fails, one column of a planner's sheet has a machine name between the titles."""
    base, changed = compared.base, compared.networks[0]
    (brief,), first = compared.before, compared.scenarios[0]
    shares = transit.attribute(base, first, ["share_walk"], brief.park)
    few = transit.Catalogue(("move_origin",), lines=("M450",), most_stops=1)
    found = transit.suggest(base, brief.park, catalogue=few, best=1)
    tables = [
        *brief.tables().values(), compared.table, compared.ledger, compared.operation,
        compared.courses, compared.overlap, compared.bottlenecks, compared.assumptions.table(),
        *shares.tables().values(), found.best, found.tried,
        *transit.quality(base).tables().values(),
        transit.operation(base), transit.run_times(base), transit.hops(base), transit.overlap(base),
        transit.network_differences(base, changed), transit.common_stops(base),
    ]  # fmt: skip
    columns = {column for table in tables for column in table}
    columns |= {column.name for table in TABLES for column in table.columns}
    assert sorted(column for column in columns if title_of(column) == column
                  and not column.endswith("_zh")) == []  # fmt: skip


def test_every_verb_and_field_of_a_change_has_a_word():
    """If this fails, a scenario read out in Chinese has an English verb in it."""
    shapes = transit.scenario_schema()["$defs"].values()
    changes = [one["properties"] for one in shapes if "verb" in one.get("properties", {})]
    known = terms("zh-CN", "scenario")
    assert len(changes) > 20
    assert {f"verb_{one['verb']['const']}" for one in changes} <= set(known)
    apart = {"verb", "note", "source", "indicative"}
    assert {f"field_{name}" for one in changes for name in set(one) - apart} <= set(known)


# What an import says


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        (
            "Columns: 线路 is line_name; walk is stop_name. Not used: 备注.",
            "列：线路 作 line_name；walk 作 stop_name。未用：备注。",
        ),
        (
            "Made one or mended (import/merges.csv): one name: 3; slip of the pen: 2. Not made: 4.",
            "已归并或更正（import/merges.csv）：同名 3；疑为笔误 2。未归并：4。",
        ),
        (
            "Made one or mended (import/merges.csv): nothing. Not made: 0.",
            "已归并或更正（import/merges.csv）：无。未归并：0。",
        ),
        (
            "Note: day of service: 2024-01-02 (Tuesday) is the busiest day: 1,200 departures; "
            "3 other days have as many, this is the first.",
            "注：服务日 2024-01-02（星期二）班次最多，发车 1,200 班；"
            "另有 3 天同样多，取最早的一天。",
        ),
        (
            "Datum: GCJ-02 fits: read as GCJ-02, 20 positions lie 3 m (median) from the bundled "
            "stop they are named after; as WGS-84 560 m, as BD-09 700 m.",
            "坐标基准：GCJ-02 相符：按 GCJ-02 读入时，20 个位置距同名的自带的站点 3 m（中位数）；"
            "按 WGS-84 则为 560 m，按 BD-09 则为 700 m。",
        ),
    ],
)
def test_a_line_of_an_import_is_said_with_what_it_lists(english, chinese):
    """If this fails, the counts that a planner checks before writing are half English."""
    assert told(english, "zh-CN") == chinese
    assert told(english, "en") == english
    assert told("a line of nobody", "zh-CN") == "a line of nobody"


SOURCES = PACKAGE / "sources"
NOT_TOLD = {
    "7; speed 7 km/h and dwell 7 s assumed", "its 7 holds the control character U+7",
    "7 lines have this name and other stops: 7", "its name tells the end 7, its stops 7",
    "day of service: 7", "as 7 7 m",
}  # fmt: skip
"""Sources, faults and reasons in tables; and heads and parts of lines that are told as a whole."""


def test_every_line_that_an_import_can_say_has_its_chinese():
    """If this fails, a new note of a reader is English in a Chinese import."""
    paths = [*SOURCES.glob("importing/*.py"), *SOURCES.glob("tables/*.py"),
             *SOURCES.glob("gtfs/reading.py"), *SOURCES.glob("datum_fit/*.py")]  # fmt: skip
    lines = [line for path in paths for line in _told_in(path)]
    assert len(lines) > 25
    assert {line for line in lines if not HAN.search(told(f"Note: {line}.", "zh-CN")[2:])
            and not HAN.search(told(line, "zh-CN"))} == NOT_TOLD  # fmt: skip


def test_what_is_left_out_of_openstreetmap_is_said_in_chinese():
    """If this fails, a Chinese fetch says in English what it did not take, and why."""
    said = {text for path in (SOURCES / "osm").glob("*.py") for text in _left_out(path)}
    assert len(said) > 25
    assert [text for text in sorted(said) if not HAN.search(osm_said(text, "zh-CN"))] == []
    assert osm_said("3 perhaps the same", "zh-CN") == "疑为同站 3"
    assert osm_said("3 perhaps the same", "en") == "3 perhaps the same"


def _left_out(path: Path):
    """What is said of things left out, and why, in a file."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Call(func=ast.Name(id="LeftOut"), args=[what, _, why]):
                texts = [what, why]
            case ast.Assign(targets=[ast.Name(id="why")], value=value):
                texts = [value]
            case _:
                continue
        yield from (text for one in texts if (text := _filled(one)))


def _filled(node: ast.AST) -> str:
    """A text of the code with 7 at its places; empty for what is none."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "7"
                       for part in node.values)  # fmt: skip
    return str(node.value) if isinstance(node, ast.Constant) else ""


def _told_in(path: Path):
    """What is put among ``notes`` and ``told`` in a file, each place with a number in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        for name, value in _given(node):
            if name in ("notes", "note", "told", "said", "why"):
                yield from _texts_in(value)


def _given(node: ast.AST):
    if isinstance(node, ast.Assign | ast.AugAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        yield from ((one.id, node.value) for one in targets if isinstance(one, ast.Name))
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append"), args=[value]):
            yield name, value


def _texts_in(value: ast.AST):
    """Texts of a sentence or more, joined ones as one."""
    for node in ast.walk(value):
        if isinstance(node, ast.JoinedStr) and len((text := _filled(node)).split()) > 3:
            yield text
