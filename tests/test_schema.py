"""Tables of text against their declaration: every fault named with its row, nothing dropped."""

from __future__ import annotations

import pandas as pd
import pytest

from transit.parsing import empty, parse, reference_problems
from transit.schema import CALLS, FREQUENCIES, PATTERNS, ROUTES, STOPS, TABLES, TRIPS, WAYS

STOP = {"stop_id": "007", "stop_name": "银星", "stop_lon": "114.04", "stop_lat": "22.73",
        "district": "", "indicative": "false", "year": "2020", "source": "field"}  # fmt: skip
FREQUENCY = {"pattern_id": "P", "start_time": "06:30", "end_time": "25:10:00",
             "headway_secs": "600", "speed_kmh": "15.5", "dwell_secs": "20", "indicative": "TRUE",
             "year": "2020", "source": "field"}  # fmt: skip
ROUTE = {"route_id": "R", "route_short_name": "NO", "route_long_name": "", "route_type": "3",
         "route_color": "0072b2", "indicative": "false", "year": "2020", "source": "f"}  # fmt: skip
WAY = {"way_id": "1", "name": "", "highway": "residential", "oneway": "no", "foot": "yes",
       "motor": "yes", "indicative": "false", "year": "2020", "source": "f"}  # fmt: skip


def parsed(table, *rows):
    frame = pd.DataFrame(list(rows), columns=table.names, dtype=str)
    return parse(frame, table, where="file.csv")


def one_fault(table, row, **changed):
    """The only problem of a row with some values changed."""
    _, problems = parsed(table, row | changed)
    assert len(problems) == 1, problems
    return problems[0]


def test_good_rows_get_their_kinds():
    """If this fails, 007 becomes 7, NO becomes False, or 25:10 is not after midnight."""
    stops, problems = parsed(STOPS, STOP)
    assert problems == []
    assert stops.loc[0, ["stop_id", "stop_lon", "indicative", "year", "district"]].tolist() == [
        "007", 114.04, False, 2020, "",
    ]  # fmt: skip
    service, problems = parsed(FREQUENCIES, FREQUENCY)
    assert problems == []
    # 6.5 h = 23,400 s; 25 h 10 min = 90,600 s.
    assert service.loc[0, ["start_time", "end_time", "headway_secs", "speed_kmh"]].tolist() == [
        23_400, 90_600, 600, 15.5,
    ]  # fmt: skip
    assert service["indicative"].tolist() == [True]
    routes, problems = parsed(ROUTES, ROUTE)
    assert (problems, routes.loc[0, "route_short_name"], routes.loc[0, "route_color"]) == (
        [], "NO", "0072B2",
    )  # fmt: skip


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_empty_tables_are_typed(table):
    """If this fails, a feed without trips or stations cannot be built, or loses its types."""
    frame = empty(table)
    assert (len(frame), list(frame.columns)) == (0, table.names)
    kinds = {"id": "str", "text": "str", "colour": "str", "integer": "int64", "time": "int64",
             "number": "float64", "boolean": "bool"}  # fmt: skip
    assert [str(kind) for kind in frame.dtypes] == [kinds[c.kind] for c in table.columns]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_column_has_a_meaning_and_a_unit_where_it_measures(table):
    """If this fails, the data dictionary has a hole."""
    assert all(column.meaning for column in table.columns)
    measured = [c for c in table.columns if c.kind in ("number", "time")]
    assert all(column.unit for column in measured)
    assert set(table.key) | set(table.references) <= set(table.names)


@pytest.mark.parametrize(
    ("table", "row", "column", "text", "says"),
    [
        (STOPS, STOP, "stop_id", "", "is empty"),
        (STOPS, STOP, "stop_id", "\u3000", "is empty"),
        (STOPS, STOP, "stop_name", None, "is empty"),
        (STOPS, STOP, "stop_lon", "114,04", "not a number"),
        (STOPS, STOP, "stop_lon", "１１４.０４", "not a number"),
        (STOPS, STOP, "stop_lon", "114_04", "not a number"),
        (STOPS, STOP, "stop_lon", "−114.04", "not a number"),
        (STOPS, STOP, "stop_lon", "nan", "not a number"),
        (STOPS, STOP, "stop_lon", "inf", "not a number"),
        (STOPS, STOP, "stop_lon", "1e400", "not a number"),
        (STOPS, STOP, "stop_lon", "180.01", "above 180"),
        (STOPS, STOP, "stop_lat", "-90.5", "below -90"),
        (STOPS, STOP, "stop_lat", "114.04", "above 90"),
        (STOPS, STOP, "year", "2020.0", "not a whole number"),
        (STOPS, STOP, "year", "２０２０", "not a whole number"),
        (STOPS, STOP, "year", "1899", "below 1900"),
        (STOPS, STOP, "indicative", "yes", "not a truth value"),
        (STOPS, STOP, "indicative", "1", "not a truth value"),
        (FREQUENCIES, FREQUENCY, "start_time", "6.30", "not a clock time"),
        (FREQUENCIES, FREQUENCY, "start_time", "０６:３０", "not a clock time"),
        (FREQUENCIES, FREQUENCY, "end_time", "22:60", "not a clock time"),
        (FREQUENCIES, FREQUENCY, "headway_secs", "0", "below 1"),
        (FREQUENCIES, FREQUENCY, "headway_secs", "-600", "below 1"),
        (FREQUENCIES, FREQUENCY, "headway_secs", "--600", "not a whole number"),
        (FREQUENCIES, FREQUENCY, "headway_secs", "-", "not a whole number"),
        (FREQUENCIES, FREQUENCY, "headway_secs", "9" * 30, "not a whole number"),
        (FREQUENCIES, FREQUENCY, "headway_secs", "9" * 5000, "not a whole number"),
        (FREQUENCIES, FREQUENCY, "speed_kmh", "121", "above 120"),
        (ROUTES, ROUTE, "route_color", "#0072B2", "not a colour"),
        (ROUTES, ROUTE, "route_color", "0072G2", "not a colour"),
        (WAYS, WAY, "oneway", "maybe", "not allowed"),
        (STOPS, STOP, "stop_name", "银星\x1b[2J", "control character U+001B"),
        (WAYS, WAY, "foot", "Yes", "not allowed"),
    ],
)
def test_each_fault_names_file_row_and_column(table, row, column, text, says):
    """If this fails, a planner hunts through the file for the fault, or a wrong value is used."""
    problem = one_fault(table, row, **{column: text})
    assert problem.where == f"file.csv row 2 {column}"
    assert says in problem.what
    assert problem.mend
    assert "invalid literal" not in problem.mend


def test_all_faults_at_once_and_rows_as_a_spreadsheet_counts():
    """If this fails, faults come out one run at a time, or at the wrong row."""
    rows = [STOP, STOP | {"stop_id": "2", "stop_lon": "x", "year": "?"},
            STOP | {"stop_id": "3", "stop_lat": "y"}]  # fmt: skip
    frame, problems = parsed(STOPS, *rows)
    assert [problem.where for problem in problems] == [
        "file.csv row 3 stop_lon", "file.csv row 4 stop_lat", "file.csv row 3 year",
    ]  # fmt: skip
    assert len(frame) == 3


def test_rows_are_numbered_whatever_the_index():
    """If this fails, a filtered table reports faults at rows that do not exist."""
    frame = pd.DataFrame([STOP, STOP | {"stop_id": "2", "year": "?"}], index=[40, 7], dtype=str)
    _, problems = parse(frame, STOPS, where="f")
    assert [problem.where for problem in problems] == ["f row 3 year"]


def test_key_twice_names_the_second_row():
    """If this fails, two stops share an id and one of them wins by chance."""
    _, problems = parsed(STOPS, STOP, STOP | {"stop_id": "8"}, STOP)
    assert [problem.where for problem in problems] == ["file.csv row 4 stop_id"]
    assert problems[0].what == "007 appears a second time"
    call = {"pattern_id": "P", "stop_sequence": "1", "stop_id": "A"}
    _, problems = parsed(CALLS, call, call | {"stop_id": "B"})
    assert problems[0].where == "file.csv row 3 pattern_id+stop_sequence"


def test_spaces_do_not_make_another_key():
    """If this fails, "007 " and "007" are two stops."""
    _, problems = parsed(STOPS, STOP, STOP | {"stop_id": " 007 "})
    assert [problem.what for problem in problems] == ["007 appears a second time"]


def test_missing_column_names_the_one_that_was_probably_meant():
    """If this fails, a renamed column is a riddle."""
    frame = pd.DataFrame([STOP], dtype=str).rename(columns={"stop_lon": "stop_long"})
    table, problems = parse(frame, STOPS, where="stops.csv")
    assert len(table) == 0
    assert [problem.what for problem in problems] == ["column 'stop_lon' is missing"]
    assert "stop_long" in problems[0].mend


def test_unknown_column_is_refused_by_name():
    """If this fails, a column somebody relies on is dropped in silence."""
    frame = pd.DataFrame([STOP | {"colour": "red"}], dtype=str)
    _, problems = parse(frame, STOPS, where="stops.csv")
    assert [problem.what for problem in problems] == ["column 'colour' is not known"]


def test_column_twice_is_refused():
    """If this fails, one of two columns of the same name wins by chance."""
    frame = pd.DataFrame([[*STOP.values(), "x"]], columns=[*STOP, "source"], dtype=str)
    _, problems = parse(frame, STOPS, where="stops.csv")
    assert [problem.what for problem in problems] == ["column 'source' appears twice"]


def test_the_frame_given_is_left_as_it_was():
    """If this fails, reading a table changes the caller's copy of it."""
    frame = pd.DataFrame([STOP], columns=STOPS.names, dtype=str)
    before = frame.copy(deep=True)
    parse(frame, STOPS, where="f")
    pd.testing.assert_frame_equal(frame, before)


def test_references_name_every_missing_value_once():
    """If this fails, a call at a stop that does not exist passes, or is named a hundred times."""
    calls = pd.DataFrame({"pattern_id": ["P", "P", "Q"], "stop_sequence": [1, 2, 1],
                          "stop_id": ["A", "X", "X"]})  # fmt: skip
    stops, _ = parsed(STOPS, STOP | {"stop_id": "A"})
    patterns = empty(PATTERNS)
    problems = reference_problems(
        {"calls": calls, "stops": stops, "patterns": patterns, "trips": empty(TRIPS)}, where="feed"
    )
    assert [(problem.where, problem.what) for problem in problems] == [
        ("feed calls.pattern_id", "'P' is not in patterns"),
        ("feed calls.pattern_id", "'Q' is not in patterns"),
        ("feed calls.stop_id", "'X' is not in stops"),
    ]
    assert reference_problems({"calls": calls}, where="feed") == []
