"""Bad scenarios: every fault at once, each with file, line, what was found and how to mend it.

Each case is a file (or a few) tried on the make-believe town. The messages stand in
``tests/golden_scenarios/<case>.txt`` and were read by a person; after a change of wording write
them anew with ``UPDATE_GOLDEN=1 pytest tests/test_bad_scenarios.py`` and read the diff.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from town import degrees, network

from transit.errors import DataError, Problem, TransitError
from transit.scenario.files import read_file
from transit.scenario.scenario import VERBS

GOLDEN = Path(__file__).parent / "golden_scenarios"
HEAD = "scenario: s\nchanges:\n"
GOOD = HEAD + "- {verb: remove_stop, stop: S6}\n"


def does(*changes: str) -> str:
    """A scenario of changes, each given as the inside of ``{…}``."""
    return HEAD + "".join(f"- {{{change}}}\n" for change in changes)


def lonlat(east: float, north: float) -> str:
    """``[lon, lat]`` of a place given in metres from the town's origin."""
    lon, lat = degrees(east, north)
    return f"[{lon:.6f}, {lat:.6f}]"


def new_stop(east: float = 300, north: float = 300, **values: object) -> str:
    lon, lat = degrees(east, north)
    given = {"stop_id": "N", "stop_name": "新站", "lon": f"{lon:.6f}", "lat": f"{lat:.6f}",
             "datum": "WGS-84", "indicative": "true", "year": 2021}  # fmt: skip
    return "verb: new_stop, " + ", ".join(f"{k}: {v}" for k, v in (given | values).items())


def line(verb: str, values: str) -> str:
    return does(f"verb: {verb}, {values}")


def street(values: str) -> str:
    marks = "datum: WGS-84, indicative: true, year: 2021"
    return does(f"verb: open_street, way_id: X, who: both, {marks}, {values}")


Files = dict[str, str | bytes]
CASES: dict[str, str | bytes | Files] = {
    # ---- the file itself
    "file_empty": "",
    "file_only_a_comment": "# nothing yet\n",
    "file_a_list": "- verb: remove_stop\n",
    "file_gbk": "scenario: 高研院\nchanges: []\n".encode("gb18030"),
    "file_utf16": "scenario: a\nchanges: []\n".encode("utf-16"),
    "file_not_text": b"\x89PNG\r\n\x1a\n\xff\xfe\x80",
    "file_nul": b"scenario: a\nchanges: []\n\0\0\0",
    "file_unseen_character": "scenario: a\ntitle: b\x07c\nchanges: []\n",
    "file_too_large": b"scenario: a\nchanges: []\n#" + b"x" * 2_000_000,
    "file_two_documents": GOOD + "---\n" + GOOD,
    "file_bom_in_the_middle": "scenario: a\n\ufeffchanges: []\n",
    "file_json_cut_off": '{"scenario": "a", "changes": [{"verb": "remove_stop"',
    # ---- YAML
    "yaml_tab": HEAD + "\t- verb: remove_stop\n",
    "yaml_escape_sequence": 'scenario: "t\\e[2Jx"\nchanges: []\n',
    "yaml_indentation": HEAD + "- verb: remove_stop\n   stop: S6\n",
    "yaml_indented_too_little": HEAD + "  - verb: remove_stop\n   stop: S6\n",
    "yaml_quote_open": "scenario: 'a\nchanges: []\n",
    "yaml_text_after_quote": HEAD + "- verb: remove_stop\n  stop: 'S6' (无路)\n",
    "yaml_bracket_open": HEAD + "- {verb: extend_line, line: 9X, end: end, stops: [S5, S2}\n",
    "yaml_brace_open": HEAD + "- {verb: remove_stop, stop: S6\n",
    "yaml_colon_in_text": "scenario: a\ntitle: 方案: 甲\nchanges: []\n",
    "yaml_colon_missing": "scenario: a\nchanges\n",
    "yaml_at_sign": HEAD + "- verb: remove_stop\n  stop: @S6\n",
    "yaml_percent": HEAD + "- verb: remove_stop\n  stop: %S6\n",
    "yaml_anchor": HEAD + "- &x {verb: remove_stop, stop: S6}\n",
    "yaml_alias": HEAD + "- *x\n",
    "yaml_star_in_text": HEAD + "- {verb: remove_stop, stop: *S6}\n",
    "yaml_tag": "scenario: !!python/object/apply:os.system [ls]\nchanges: []\n",
    "yaml_deep": f"scenario: a\nchanges: {'[' * 5000}",
    "yaml_list_as_key": HEAD + "- {? [verb] : remove_stop}\n",
    # ---- keys above the changes
    "head_key_unknown": "scenario: a\nchange: []\nowner: me\nchanges: []\n",
    "head_key_twice": "scenario: a\nscenario: b\nchanges: []\n",
    "head_keys_missing": "title: a\n",
    "head_no_name": "scenario: ' '\nchanges: []\n",
    "head_list_for_text": "scenario: [a, b]\ntitle: {c: d}\nchanges: []\n",
    "head_half_a_character": 'scenario: "\\ud800"\nchanges: []\n',
    "head_status_unknown": "scenario: a\nstatus: decide\nchanges: []\n",
    "head_date_unknown": "scenario: a\ndate: 31.8.2021\nchanges: []\n",
    "head_no_such_day": "scenario: a\ndate: 2021-02-30\nchanges: []\n",
    "head_changes_not_a_list": "scenario: a\nchanges: {verb: remove_stop, stop: S6}\n",
    "head_changes_missing_values": "scenario: a\nchanges:\n",
    # ---- the network it was made for
    "network_another": "scenario: a\nnetwork:\n  name: 另一城\n  year: 2019\n"
    "  fingerprint: 0123456789abcdef\n  streets: 0123456789abcdef\nchanges: []\n",
    "network_another_unknown_how": "scenario: a\nnetwork: {fingerprint: 0123456789abcdef}\n"
    "changes: []\n",
    "network_no_fingerprint": "scenario: a\nnetwork:\n  name: 城\nchanges: []\n",
    "network_values_wrong": "scenario: a\nnetwork:\n  fingerprint: xyz\n  year: soon\n  city: 城\n"
    "changes: []\n",
    "network_plain_text": "scenario: a\nnetwork: 0123456789abcdef\nchanges: []\n",
    # ---- bases
    "base_missing": {"s.yaml": "scenario: b\nbase: m450_2021\nchanges: []\n", "m450_2020.yaml": ""},
    "base_itself": "scenario: a\nbase: s\nchanges: []\n",
    "base_in_a_circle": {
        "s.yaml": "scenario: a\nbase: t\nchanges: []\n",
        "t.yaml": "scenario: b\nbase: u\nchanges: []\n",
        "u.yaml": "scenario: c\nbase: s\nchanges: []\n",
    },
    "base_elsewhere": "scenario: a\nbase: ../../etc/passwd\nchanges: []\n",
    "base_on_another_drive": "scenario: a\nbase: 'C:\\x'\nchanges: []\n",
    "base_with_an_ending": {"s.yaml": "scenario: a\nbase: t.yaml\nchanges: []\n", "t.yaml": GOOD},
    "base_name_too_long": f"scenario: a\nbase: {'x' * 300}\nchanges: []\n",
    "base_too_many": {
        f"{'s' if not n else f't{n}'}.yaml": f"scenario: a\nbase: t{n + 1}\nchanges: []\n"
        for n in range(30)
    },
    "base_faulty_as_well": {
        "s.yaml": "scenario: a\nbase: t\nchanges:\n- verb: fly\n",
        "t.yaml": "scenario: b\nchanges:\n\n- {verb: remove_stops, stop: S6}\n",
    },
    "base_does_not_fit": {
        "s.yaml": "scenario: a\nbase: t\nchanges:\n- {verb: remove_stop, stop: 无路}\n",
        "t.yaml": "scenario: b\nchanges:\n- {verb: remove_stop, stop: 无陆}\n",
    },
    # ---- changes
    "change_plain_text": HEAD + "- remove_stop\n",
    "change_without_verb": HEAD + "- stop: S6\n",
    "change_verb_unknown": HEAD + "- verb: remove_stops\n  stop: S6\n",
    "change_verb_a_list": HEAD + "- verb: [remove_stop]\n",
    "change_field_unknown": HEAD + "- verb: move_origin\n  line: '101'\n  from_stops: 远山\n"
    "  to_stop: S3\n",
    "change_field_twice": HEAD + "- verb: remove_stop\n  stop: S6\n  stop: S7\n",
    "change_value_a_mapping": HEAD + "- verb: remove_stop\n  stop: {id: S6}\n",
    "change_value_empty": HEAD + "- verb: change_headway\n  line: '101'\n  headway_secs:\n",
    "change_not_a_number": HEAD + "- verb: change_headway\n  line: '101'\n  headway_secs: 10 min\n",
    "change_number_full_width": HEAD
    + "- verb: change_headway\n  line: '101'\n  headway_secs: ６００\n",
    "change_number_in_clock_form": HEAD
    + "- verb: change_headway\n  line: '101'\n  headway_secs: 0:10\n",
    "change_out_of_range": HEAD + "- verb: change_headway\n  line: '101'\n  headway_secs: 0\n",
    "change_choice_unknown": line("extend_line", "line: 9X, end: finish, stops: [S2]"),
    "change_list_wanted": line("extend_line", "line: 9X, end: end, stops: S2"),
    "change_list_empty": line("extend_line", "line: 9X, end: end, stops: []"),
    "change_list_in_list": line("extend_line", "line: 9X, end: end, stops: [S2, [S5]]"),
    "change_clock_unknown": line("change_headway", "line: 1, headway_secs: 60, start_time: 7am"),
    "change_truth_unknown": does(new_stop(indicative="perhaps")),
    "change_datum_missing": does(new_stop().replace("datum: WGS-84, ", "")),
    "change_many_faults": HEAD + "- verb: new_stop\n  stop_id: ''\n  lon: 214\n  lat: nan\n"
    "  datum: Mars\n  year: 21\n- verb: x\n- verb: remove_stop\n- stop: S6\n",
    # ---- stops
    "stop_unknown": line("remove_stop", "stop: 银行"),
    "stop_hostile_name": line("remove_stop", "stop: '<script>alert(1)</script>{{7*7}}'"),
    "stop_id_taken": does(new_stop(stop_id="S1")),
    "stop_swapped": does(new_stop(lon=22.73, lat=84.04)),
    "stop_on_no_street": does(new_stop(-150, 100)),
    "stop_two_kerbs": line("extend_line", "line: 9X, end: end, stops: [银星]"),
    "stop_moved_nowhere": line(
        "move_stop", "stop: S1, lon: 1, lat: 1, datum: WGS-84, indicative: true, year: 2021"
    ),
    "stop_renamed_to_its_name": line("rename_stop", "stop: S1, stop_name: 银星"),
    "stop_of_a_faulty_change": does(
        new_stop(-150, 100), "verb: extend_line, line: 9X, end: end, stops: [N]"
    ),
    # ---- lines
    "line_number_misread": line("remove_stop", "stop: S1, line: 7"),
    "line_unknown": line("change_headway", "line: 1O1, headway_secs: 60"),
    "line_no_such_direction": line(
        "extend_line", "line: 9X, direction_id: 1, end: end, stops: [S2]"
    ),
    "line_which_direction": line("extend_line", "line: '101', end: end, stops: [S3]"),
    "line_no_such_pattern": line("remove_line", "line: '101', pattern: R101"),
    "line_twice_running": line("extend_line", "line: 9X, end: end, stops: [S5]"),
    "line_one_call_left": line("remove_stop", "stop: S7, line: 9X"),
    "line_does_not_call": line("remove_stop", "stop: S6, line: 9X"),
    "line_not_its_end": line("move_origin", "line: '101', from_stop: S5, to_stop: S7"),
    "line_wrong_way": line("reroute", "line: '101', direction_id: 1, from_stop: S5, to_stop: S2"),
    "line_loop_no_such_call": line("reroute", "line: 环1, from_stop: S5, to_stop: S3, to_call: 3"),
    "line_cut_at_its_end": line(
        "truncate_line", "line: '101', direction_id: 0, end: end, stop: S1"
    ),
    "line_id_taken": line(
        "add_line",
        "route_id: R101, route_short_name: 新, stops: [S1, S2], indicative: true, year: 2021",
    ),
    "line_colour": line(
        "add_line",
        "route_id: R1, route_short_name: 新, route_color: red, stops: [S1, S2], indicative: true, "
        "year: 2021",
    ),
    "line_split_at_its_end": line(
        "split_line", "line: 007, stop: S1, new_route_id: N, new_route_short_name: 新"
    ),
    "line_merge_apart": line("merge_lines", "line: 007, other: 9X, service: first"),
    "line_reversed_without_that_direction": line("reverse_line", "line: 9X, direction_id: 1"),
    "line_changes_nothing": line(
        "reroute", "line: '101', direction_id: 0, from_stop: S5, to_stop: S1, via: [S2]"
    ),
    # ---- service
    "service_by_timetable": line("change_headway", "line: 007, headway_secs: 600"),
    "service_unknown": line("change_headway", "line: 9X, headway_secs: 600"),
    "service_no_length": line(
        "change_headway", "line: '101', headway_secs: 60, start_time: 9:00, end_time: 09:00"
    ),
    "service_at_night": line(
        "change_headway", "line: '101', headway_secs: 60, start_time: 22:00, end_time: 23:00"
    ),
    "service_same_headway": line("change_headway", "line: '101', headway_secs: 600"),
    "service_same_speed": line("change_speed", "line: '101', speed_kmh: 20"),
    "service_speed_unsaid": line("change_speed", "line: '101'"),
    "service_same_dwell": line("change_dwell", "line: '101', dwell_secs: 0"),
    "service_last_before_first": line(
        "change_span", "line: '101', first_departure: 22:00, last_departure: 06:00"
    ),
    "service_none_to_remove": line(
        "remove_period", "line: '101', start_time: 23:00, end_time: 24:00"
    ),
    "service_period_taken": line(
        "add_period",
        "line: '101', start_time: 07:00, end_time: 09:00, headway_secs: 60, speed_kmh: 20, "
        "indicative: true, year: 2021",
    ),
    # ---- streets
    "street_unknown": line("close_street", "street: 新丹路"),
    "street_not_said": line("close_street", "who: both"),
    "street_one_point": street(f"points: [{lonlat(0, 0)}]"),
    "street_points_no_pairs": street("points: [114.04, 22.73]"),
    "street_joined_to_nothing": street(f"points: [{lonlat(50, 50)}, {lonlat(300, 300)}]"),
    "street_loses_a_line": line("close_street", f"near: {lonlat(250, 800)}, datum: WGS-84"),
    "street_hours": line("restrict_street", "street: w1, who: walkers, foot_hours: night"),
    "street_speed": line("change_street_speed", "street: w1, speed_kmh: 500"),
    "street_barrier_too_short": line(
        "barrier", f"points: [{lonlat(0, 0)}], datum: WGS-84, indicative: true"
    ),
    "street_side_unknown": line("close_stop_side", "stop: S1, side: up, indicative: true"),
}


def told(folder: Path) -> str:
    """Everything that is said about ``s.yaml`` of ``folder``, read and tried on the town."""
    town = network()
    problems: list[Problem] = []
    try:
        read = read_file(folder / "s.yaml")
        problems += read.stamp_problems(town) + read.whole.problems(town)
    except TransitError as error:
        problems += error.problems
    text = str(DataError(problems)) if problems else ""
    return text.replace(str(folder), "<folder>").replace("\\", "/")


@pytest.mark.parametrize("name", CASES)
def test_bad_scenario_is_refused_with_a_message_that_helps(name, tmp_path):
    """If this fails, a planner is told that something is wrong, but not what, where or how."""
    case = CASES[name]
    for file, content in (case if isinstance(case, dict) else {"s.yaml": case}).items():
        raw = content if isinstance(content, bytes) else content.encode("utf-8")
        (tmp_path / file).write_bytes(raw)
    said = told(tmp_path) + "\n"
    assert "<folder>/" in said
    assert " → " in said
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(said, encoding="utf-8", newline="\n")
    assert said == path.read_text(encoding="utf-8")


def test_every_golden_message_belongs_to_a_case():
    """If this fails, a message that nobody checks any more lies about as if it were checked."""
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(CASES)


def test_messages_differ_and_name_a_line():
    """If this fails, two different faults are told in the same words, or without a line."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(GOLDEN.glob("*.txt"))]
    assert len(set(texts)) >= 110
    without_line = [text for text in texts if " line " not in text]
    assert len(without_line) <= 10  # empty, of another encoding, too large, or without a key


def test_every_verb_has_a_bad_case():
    """If this fails, a verb was added and nobody has read what it says to a slip."""
    used = " ".join(str(case) for case in CASES.values())
    assert [verb for verb in VERBS if f"verb: {verb}" not in used] == []
