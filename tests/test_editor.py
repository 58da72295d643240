"""The editor without a browser: gestures are changes, figures are those of the comparison."""

from __future__ import annotations

import math

import pytest
import town
from shapely import Polygon

import transit
from transit.analysis.operation_changes import operation_changes
from transit.editor.commands import obeyed
from transit.editor.doubts import doubts
from transit.editor.drawing import covered
from transit.editor.figures import COLUMNS, LINE_FIGURES, PARK_FIGURES, figures, ledger
from transit.editor.panel import legend, shown
from transit.editor.running import SUMMED, touched_lines
from transit.editor.state import EditorState, opened
from transit.errors import DataError, UsageError
from transit.scenario.files import read_scenario, write_scenario
from transit.scenario.lines import ExtendLine
from transit.scenario.scenario import Scenario
from transit.units import project

HOSTILE = "</script><img src=x onerror=alert(1)>`${7*7}`\u202e=cmd|' /C calc'!A0"


def begun(pattern: str = "R101_0") -> EditorState:
    """A session on the town with one pattern picked."""
    return obeyed(opened(town.network(), town.park()), {"do": "pick", "pattern": pattern})


def calls(state: EditorState, pattern: str) -> list[str]:
    """The stops of a pattern, in order."""
    return state.network.feed.sequence(pattern)


def at(east: float, north: float, name: str = "") -> dict:
    """A place of the town, as a click tells it."""
    lon, lat = town.degrees(east, north)
    return {"lon": lon, "lat": lat, "name": name}


def test_a_stop_is_added_in_the_nearest_hop_of_both_directions():
    """If this fails, a click puts a stop where no bus passes, or in one direction only.

    (300, 800) lies on the street between S2 (200, 800) and S1 (700, 400).
    """
    state = obeyed(begun(), {"do": "add", "place": at(300, 800, HOSTILE)})
    assert state.faults == ()
    assert [change.verb for change in state.scenario.changes] == ["new_stop", "reroute", "reroute"]
    assert sorted(set(calls(state, "R101_0")) - {"S4", "S5", "S2", "S1"}) == ["NEW1"]
    assert "NEW1" in calls(state, "R101_1")
    assert state.scenario.changes[0].stop_name == HOSTILE
    assert state.scenario.changes[0].indicative


def test_a_line_goes_on_from_an_end_and_comes_back_the_same_way():
    """If this fails, an extension to the park reaches it in one direction only."""
    state = obeyed(begun(), {"do": "extend", "end": "end", "place": {"stop": "S3"}})
    assert calls(state, "R101_0") == ["S4", "S5", "S2", "S1", "S3"]
    assert calls(state, "R101_1") == ["S3", "S1b", "S2", "S5", "S4"]
    one = obeyed(begun(), {"do": "extend", "end": "end", "place": {"stop": "S3"}, "both": False})
    assert calls(one, "R101_1") == ["S1b", "S2", "S5", "S4"]


def test_extended_to_the_park_it_ends_at_the_nearest_gate():
    """If this fails, the button brings the line to another gate than the one it passes.

    S1 (700, 400) is 100 m from the east gate (600, 400) and 510 m from the west gate.
    """
    state = obeyed(begun(), {"do": "park", "end": "end"})
    new = state.scenario.changes[0]
    assert (new.lon, new.lat) == pytest.approx(town.degrees(600, 400), abs=1e-6)
    assert calls(state, "R101_0")[-1] == calls(state, "R101_1")[0] == "NEW1"


def test_extended_to_the_gate_that_was_chosen():
    """If this fails, the planner's choice of a gate is ignored; the west gate is at (200, 300)."""
    state = obeyed(begun(), {"do": "park", "end": "end", "gate": "G1"})
    new = state.scenario.changes[0]
    assert (new.lon, new.lat) == pytest.approx(town.degrees(200, 300), abs=1e-6)
    wrong = obeyed(begun(), {"do": "park", "end": "end", "gate": "no"}, "en")
    assert [fault.what for fault in wrong.faults] == ["the park has no gate no"]


def test_what_an_edit_makes_doubtful_is_said():
    """If this fails, a stop dropped in another county is taken without a word.

    By hand: 101 and 环1 go 89 km east to it and come back, 178 km more than past it.
    """
    state = begun()
    base = state.before.network
    assert doubts(base, state.network, "en") == []
    lon, lat = town.degrees(90_000, 800)
    away = obeyed(state, {"do": "move", "stop": "S2", "lon": lon, "lat": lat})
    told = [one["text"] for one in doubts(base, away.network, "en")]
    assert {(text[:42], text[-5:]) for text in told} == {
        ("call far out of the line's way: 桥头*, 178,1", "(101)"),
        ("call far out of the line's way: 桥头*, 178,1", " (环1)"),
    }
    assert all(one["means"] for one in doubts(base, away.network, "zh-CN"))
    assert doubts(base, obeyed(away, {"do": "undo"}).network, "en") == []


def test_the_map_of_the_editor_shows_what_of_the_park_is_covered():
    """If this fails, the painted part is not the one that the panel gives as a share."""
    state = obeyed(begun(), {"do": "park", "end": "end"})
    drawn = covered(state.before, state.after)
    metres = {
        name: sum(
            Polygon(*(metric_rings(polygon)[:1]), metric_rings(polygon)[1:]).area
            for polygon in polygons
        )
        for name, polygons in drawn.items()
    }
    told = {row["key"]: row for row in shown(state, "en")["figures"]}["park/share_walk_served"]
    before, after = (float(told[side].rstrip("*")) / 100 for side in ("before", "after"))
    area = state.park.area_m2
    assert (metres["kept"] + metres["lost"]) / area == pytest.approx(before, abs=0.001)
    assert (metres["kept"] + metres["gained"]) / area == pytest.approx(after, abs=0.001)
    assert metres["gained"] > 0
    painted = {language: legend(state, language) for language in ("en", "zh-CN")}
    assert painted["en"]["editor_covered_kept"] == "park within 500 m of served stops, walking"
    assert painted["zh-CN"]["editor_covered_kept"] == "园区距有班次站点步行 500 m 以内"


def metric_rings(polygon: list) -> list:
    """The rings of a polygon of (lat, lon), in metres."""
    return [project([(lon, lat) for lat, lon in ring], town.CRS) for ring in polygon]


def test_a_stop_is_moved_dropped_and_a_terminal_changed():
    """If this fails, a drag or click changes another stop than the one pointed at."""
    lon, lat = town.degrees(300, 800)
    state = obeyed(begun(), {"do": "move", "stop": "S2", "lon": lon, "lat": lat})
    east, north = state.network.stop_xy[state.network.stop_row["S2"]] - town.ORIGIN
    assert (east, north) == pytest.approx((300, 800), abs=0.1)
    state = obeyed(state, {"do": "remove", "stop": "S5"})
    assert calls(state, "R101_0") == ["S4", "S2", "S1"]
    assert calls(state, "R101_1") == ["S1b", "S2", "S4"]
    state = obeyed(state, {"do": "origin", "end": "start", "place": {"stop": "S3"}})
    assert calls(state, "R101_0") == ["S3", "S2", "S1"]
    assert calls(state, "R101_1") == ["S1b", "S2", "S3"]


def test_a_reroute_names_the_call_of_a_line_that_passes_twice():
    """If this fails, the wrong part of a loop is changed: 8字 runs S3 S1 S2 S1 S5."""
    asked = {"do": "reroute", "first": 3, "last": 4, "via": [{"stop": "S3"}]}
    state = obeyed(begun("RTWICE_0"), asked)
    assert calls(state, "RTWICE_0") == ["S3", "S1", "S2", "S1", "S3", "S5"]


def test_a_headway_and_what_it_takes_are_those_of_the_comparison():
    """If this fails, the panel says another cost than the report on the same scenario."""
    state = obeyed(begun(), {"do": "headway", "minutes": 5})
    state = obeyed(state, {"do": "extend", "end": "end", "place": {"stop": "S3"}})
    made = figures(state.before, state.after, "R101").set_index(["of", "measure"])
    found = transit.compare(town.network(), state.scenario, town.park())
    table = found.table[found.table["subject"] == "park"].set_index("measure")
    operation = found.operation.set_index(["route_id", "measure"])
    for side in ("before", "after"):
        for name in PARK_FIGURES:
            assert made.loc[("park", name), side] == table.loc[name, side]
        for name in LINE_FIGURES:
            assert made.loc[("line", name), side] == operation.loc[("R101", name), side]
    assert made.loc[("line", "headway_min"), "before"] == 10
    assert made.loc[("line", "headway_min"), "after"] == 5
    assert list(made.reset_index()) == list(COLUMNS)
    assert ledger(state.before, state.after).equals(found.ledger.drop(columns="scenario"))


MOVED = dict(zip(("lon", "lat"), town.degrees(300, 800), strict=True)) | {
    "do": "move",
    "stop": "S2",
}


@pytest.mark.parametrize(
    "gestures",
    [
        [],
        [{"do": "headway", "minutes": 5}],
        [MOVED],
        [{"do": "remove", "stop": "S5"}, {"do": "park", "end": "end"}],
        [{"do": "extend", "end": "end", "place": {"stop": "S3"}}, {"do": "undo"}],
    ],
)
@pytest.mark.parametrize("route", ["", "R101", "RTWICE"])
def test_sums_over_all_lines_are_those_of_the_comparison(gestures, route):
    """If this fails, a line that the gesture touches keeps the cost that it had.

    Only lines that an edit touches are worked out again; the comparison works out every line.
    """
    state = begun()
    for gesture in gestures:
        state = obeyed(state, gesture)
    assert not state.faults
    made = figures(state.before, state.after, route).set_index(["of", "measure"])
    every = operation_changes(state.before.network, state.after.network)
    known = every[every["change"].notna()].groupby("measure")[["before", "after", "change"]].sum()
    for name in SUMMED:
        told = made.loc[("all lines", name), ["before", "after", "change"]].astype(float)
        assert told.tolist() == pytest.approx(known.loc[name].tolist())
    own = every[every["route_id"] == route].set_index("measure")
    for name in LINE_FIGURES if route else ():
        told = made.loc[("line", name), ["before", "after"]].astype(float).tolist()
        assert told == pytest.approx(own.loc[name, ["before", "after"]].tolist(), nan_ok=True)


def test_lines_that_an_edit_touches_are_found():
    """If this fails, a moved stop changes the cost of one of its lines only, or of every line."""
    base = town.network()
    calling = base.feed.visits
    moved = obeyed(begun(), MOVED).network
    assert touched_lines(base, moved) == set(calling.loc[calling["stop_id"] == "S2", "route_id"])
    assert touched_lines(base, base) == set()
    denser = obeyed(begun(), {"do": "headway", "minutes": 5}).network
    assert touched_lines(base, denser) == {"R101"}
    assert touched_lines(base, base.with_streets(base.streets.at(3600))) is None


def test_undo_and_redo_go_through_all_steps():
    """If this fails, a planner cannot take back a slip, or loses what was right."""
    first = begun()
    second = obeyed(first, {"do": "extend", "end": "end", "place": {"stop": "S3"}})
    third = obeyed(second, {"do": "headway", "minutes": 5})
    back = obeyed(third, {"do": "undo"})
    assert back.scenario == second.scenario
    assert back.network.fingerprint() == second.network.fingerprint()
    assert obeyed(back, {"do": "redo"}).scenario == third.scenario
    assert obeyed(obeyed(back, {"do": "undo"}), {"do": "undo"}).network is first.network
    assert not obeyed(back, {"do": "headway", "minutes": 6}).undone


@pytest.mark.parametrize(
    "asked",
    [
        {"do": "extend", "end": "end", "place": {"stop": "S1"}},
        {"do": "headway", "minutes": 10},
        {"do": "headway", "minutes": 0},
        {"do": "headway", "minutes": float("nan")},
        {"do": "add", "place": {"lon": 500, "lat": 0}},
        {"do": "add", "place": {"stop": "nowhere"}},
        {"do": "reroute", "first": 1, "last": 99},
        {"do": "explode"},
        {},
    ],
)
def test_what_cannot_be_is_said_and_not_taken(asked):
    """If this fails, a slip of the mouse spoils the scenario or ends the session."""
    state = obeyed(begun(), asked)
    assert state.faults
    assert state.scenario.changes == ()
    assert state.network is state.before.network
    assert not obeyed(state, {"do": "pick", "pattern": "R101_0"}).faults


def test_nothing_is_done_without_a_line():
    """If this fails, a click before a line is picked ends in a traceback."""
    state = opened(town.network(), town.park())
    assert obeyed(state, {"do": "park"}, "en").faults[0].what == "no line is picked"


def test_a_scenario_is_opened_again_step_by_step():
    """If this fails, yesterday's scenario cannot be gone on with."""
    given = Scenario("mine", (ExtendLine(line="101", direction_id=0, end="end", stops=("S3",)),))
    state = opened(town.network(), town.park(), given)
    assert state.scenario == given
    assert obeyed(state, {"do": "undo"}).scenario.changes == ()
    wrong = Scenario("mine", (ExtendLine(line="none", end="end", stops=("S3",)),))
    with pytest.raises(DataError, match="none"):
        opened(town.network(), town.park(), wrong)


def test_the_panel_says_figures_losses_and_the_yaml_in_both_languages(tmp_path):
    """If this fails, the panel and the file differ, or an English reader gets Chinese labels."""
    state = obeyed(begun(), {"do": "remove", "stop": "S2"})
    english, chinese = shown(state, "en"), shown(state, "zh-CN")
    assert any("101" in text for text in english["losses"])
    assert len(english["losses"]) == len(chinese["losses"])
    named = {row["key"]: row["name"] for row in english["figures"]}
    assert named["line/vehicles"] == "vehicles"
    assert {row["key"]: row["name"] for row in chinese["figures"]}["line/vehicles"] == "配车数"
    assert all(_subtracts(row) for row in (*english["figures"], *chinese["figures"]))
    path = tmp_path / "one.yaml"
    path.write_text(english["yaml"], encoding="utf-8")
    assert read_scenario(path) == state.scenario
    assert write_scenario(state.scenario) == chinese["yaml"]


def _subtracts(row: dict[str, str]) -> bool:
    """Whether the change of a row is the difference of the numbers before it; none where alike."""
    texts = (row[name].rstrip("*").replace(",", "") for name in ("before", "after"))
    before, after = (float("nan" if text == "–" else text) for text in texts)
    change = float(row["change"].replace(",", "").replace("−", "-") or "0")
    return math.isnan(after - before) or math.isclose(change, after - before, abs_tol=1e-9)


def test_the_widget_draws_writes_and_keeps_foreign_files(tmp_path):
    """If this fails, the notebook's editor loses a planner's file or says nothing of it."""
    pytest.importorskip("anywidget")
    made = transit.edit(town.network(), town.park(), language="en")
    made.ask(do="pick", pattern="R101_0")
    made.ask(do="add", place=at(300, 800, HOSTILE))
    assert made.course["calls"] == made.state.network.feed.sequence("R101_0")
    made.ask(do="write", path=str(tmp_path / "mine.yaml"))
    assert "mine.yaml" in made.panel["written"]
    assert read_scenario(tmp_path / "mine.yaml") == made.scenario
    foreign = tmp_path / "letter.txt"
    foreign.write_text("Dear Sir", encoding="utf-8")
    made.ask(do="write", path=str(foreign))
    assert made.panel["written"].startswith("Not written")
    assert foreign.read_text(encoding="utf-8") == "Dear Sir"
    with pytest.raises(UsageError, match="zh-CN"):
        transit.edit(town.network(), town.park(), language="fr")
