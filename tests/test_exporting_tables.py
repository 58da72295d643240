"""CSV, XLSX and the command: what Excel opens, and what comes back of it."""

from __future__ import annotations

import json
import zipfile

import openpyxl
import pytest
import town
from test_exporting_gis import NAMES, content
from typer.testing import CliRunner

import transit
from transit.cli import app
from transit.errors import DataError
from transit.exporting import Content, export
from transit.schema import ROUTES, STOPS
from transit.sources.tables import read_csv, read_raw


@pytest.fixture(scope="module")
def workbook(tmp_path_factory):
    (path,) = export(content(), tmp_path_factory.mktemp("xlsx") / "town.xlsx", to="xlsx")
    return path


def test_nothing_in_a_workbook_is_a_formula(workbook):
    """If this fails, a stop's name from the web runs on the planner's machine."""
    with zipfile.ZipFile(workbook) as packed:
        sheets = [packed.read(name) for name in packed.namelist() if "worksheets/" in name]
    assert sheets
    assert not any(b"<f>" in sheet or b"<f " in sheet for sheet in sheets)
    cells = list(openpyxl.load_workbook(workbook)["stops"].iter_rows(min_row=2))
    assert [row[1].value for row in cells][:7] == NAMES
    assert {row[1].data_type for row in cells} == {"s"}
    # Marked as text: =1+1 stays a text also when somebody edits the cell.
    assert {row[1].number_format for row in cells} == {"@"}


def test_a_workbook_says_units_and_keeps_kinds(workbook):
    """If this fails, Excel cannot add up the headways, or shows line 007 as 7."""
    book = openpyxl.load_workbook(workbook)
    sheet = book["frequencies"]
    header = [cell.value for cell in sheet[1]]
    assert "headway_secs (s)" in header
    assert "speed_kmh (km/h)" in header
    assert sheet.freeze_panes == "A2"
    rows = [dict(zip(header, row, strict=True)) for row in sheet.iter_rows(2, values_only=True)]
    found = {row["pattern_id"]: row for row in rows}
    assert found["R101_0"]["headway_secs (s)"] == 600
    assert found["R101_0"]["start_time"] == "06:00:00"
    assert found["R101_0"]["indicative"] is False
    assert "007" in [row[1] for row in book["routes"].iter_rows(2, values_only=True)]
    meanings = {row[:2]: row[4] for row in book["columns"].iter_rows(2, values_only=True)}
    assert meanings["frequencies", "headway_secs"] == "time between departures"


def test_a_workbook_is_read_as_tables_again(workbook):
    """If this fails, what was exported to Excel cannot be imported."""
    stops = read_raw(workbook, sheet="stops")
    assert stops.frame["stop_name"].tolist()[:7] == NAMES
    lon, lat = town.degrees(700, 400)
    row = stops.frame.set_index("stop_id").loc["S1"]
    # Workbooks hold sixteen digits of the seventeen that a double may need: a billionth of a metre.
    assert float(row["stop_lon (degree)"]) == pytest.approx(lon, abs=1e-13)
    assert float(row["stop_lat (degree)"]) == pytest.approx(lat, abs=1e-13)


def test_csv_tables_come_back_to_the_last_bit(tmp_path):
    """If this fails, a table that went through Excel's CSV has other names or positions."""
    given = content()
    export(given, tmp_path / "out", to="csv")
    for table, frame in ((STOPS, given.network.feed.stops), (ROUTES, given.network.feed.routes)):
        path = tmp_path / "out" / f"{table.name}.csv"
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        read, problems = read_csv(path, table)
        assert problems == []
        for name in frame:
            assert read[name].tolist() == frame[name].tolist(), name


def test_equal_tables_give_equal_workbooks(workbook, tmp_path):
    """If this fails, a workbook under version control changes each time it is written."""
    (again,) = export(content(), tmp_path / "again.xlsx", to="xlsx")
    assert again.read_bytes() == workbook.read_bytes()


@pytest.mark.parametrize(("text", "told"), [("a\x0bb", "U\\+000B"), ("x" * 32_768, "32,768")])
def test_a_text_that_no_cell_holds_is_named(tmp_path, text, told):
    """If this fails, Excel offers to mend the workbook and throws the sheet away."""
    network = town.network()
    stops = network.feed.stops.assign(stop_name=text)
    given = Content(network.with_feed(network.feed.with_tables(stops=stops)))
    with pytest.raises(DataError, match=told) as caught:
        export(given, tmp_path / "t.xlsx", to="xlsx")
    assert "stops row 2 stop_name" in caught.value.problems[0].where
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("to", ["gpkg", "parquet", "geojson", "csv", "xlsx", "graphml", "gtfs"])
def test_the_command_writes_each_format(tmp_path, to):
    """If this fails, transit export does not give the file that was asked for."""
    out = tmp_path / "new" / "out"
    day = ["--day", "2026-11-25"] if to == "gtfs" else []
    run = CliRunner().invoke(app, ["export", "--to", to, "--out", str(out), "--json", *day])
    assert run.exit_code == 0, run.output
    written = json.loads(run.stdout)["written"]
    assert written
    assert out.exists()


def test_the_command_exports_a_scenario_with_catchments(tmp_path):
    """If this fails, what a planner opens in QGIS is the network before the change."""
    area = transit.read_area(transit.bundled_area())
    path = area.scenarios[0]
    out = tmp_path / "after.gpkg"
    given = ["export", "--scenario", path.stem, "--catchments", "--out", str(out)]
    run = CliRunner().invoke(app, given)
    assert run.exit_code == 0, run.output
    after = transit.read_scenario(path).apply(area.network)
    assert transit.read_gpkg(out).network.fingerprint() == after.fingerprint()
    assert len(read_raw(out, sheet="catchments").frame) >= 1


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["--to", "gpkg"], "--out: is not given"),
        (["--to", "shp", "--out", "x"], "--to shp: is no format"),
        (["--to", "gtfs", "--out", "x.zip"], "needs a service day"),
        (["--to", "gtfs", "--out", "x.zip", "--day", "tomorrow"], "is no date"),
        (["--out", str(transit.bundled_area() / "stops.csv"), "--to", "xlsx"], "lies in the study"),
    ],
)
def test_what_cannot_be_asked_is_told(tmp_path, monkeypatch, given, told):
    """If this fails, a slip on the command line ends in a traceback or overwrites a table."""
    monkeypatch.chdir(tmp_path)
    run = CliRunner().invoke(app, ["export", *given])
    assert told in str(run.exception)
    assert list(tmp_path.iterdir()) == []


def test_units_of_a_workbook_fit_its_columns():
    """If this fails, a header says degrees of a column that holds metres."""
    layers = content().layers()
    told = {(layer.name, one.name): one.unit for layer in layers for one in layer.columns}
    assert told["lines", "length_m"] == "m"
    assert told["parks", "area_m2"] == "m²"
    assert told["stops", "stop_lon"] == "degree"
