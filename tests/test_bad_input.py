"""Bad input: a clear message that says how to mend it, the right exit code, nothing written.

Each case spoils a copy of the bundled area or asks what cannot be asked, and runs the command.
The messages stand in ``tests/golden/<case>.txt`` and were read by a person; after a change of
wording write them anew with ``UPDATE_GOLDEN=1 pytest tests/test_bad_input.py`` and read the diff.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from bundle import copy_bundle, copy_of_few_lines, replace_text, rows, run, snapshot
from coord_convert import transform as oracle

GOLDEN = Path(__file__).parent / "golden"
Spoil = Callable[[Path], object]


@dataclass(frozen=True)
class Case:
    """How the copy is spoilt, what is asked (``{area}`` is the copy), and the exit code."""

    spoil: Spoil = lambda folder: None
    arguments: tuple[str, ...] = ("brief", "--area", "{area}")
    code: int = 3


def edited(file: str, old: str, new: str, count: int = 1) -> Case:
    return Case(lambda folder: replace_text(folder / file, old, new, count))


def holding(file: str, content: bytes) -> Case:
    return Case(lambda folder: (folder / file).write_bytes(content))


def asked(*arguments: str, code: int = 2) -> Case:
    return Case(arguments=arguments, code=code)


def geojson(file: str, change: Callable[[dict], object]) -> Case:
    def spoil(folder: Path) -> None:
        content = json.loads((folder / file).read_text(encoding="utf-8"))
        change(content)
        (folder / file).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")

    return Case(spoil)


def park_geometry(geometry: object) -> Case:
    return geojson(
        "parks.geojson", lambda content: content["features"][0].update(geometry=geometry)
    )


def park_ring(*corners: tuple[float, float]) -> Case:
    return park_geometry({"type": "Polygon", "coordinates": [[*corners, corners[0]]]})


def stops_in_gcj02(folder: Path) -> None:
    found = rows("stops", folder)
    for row in found:
        lon, lat = oracle.wgs2gcj(float(row["stop_lon"]), float(row["stop_lat"]))
        row["stop_lon"], row["stop_lat"] = f"{lon:.6f}", f"{lat:.6f}"
    with (folder / "stops.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(found[0]))
        writer.writeheader()
        writer.writerows(found)


def several_bad_values(folder: Path) -> None:
    replace_text(folder / "stops.csv", "114.04162,22.73234", "114°02′,22.73234")
    replace_text(folder / "stops.csv", "114.04307", "nan")
    replace_text(folder / "stops.csv", "龙华区,false,2020", "龙华区,no,2020")
    replace_text(folder / "frequencies.csv", "06:30:00,21:00:00,900", "6.30,21:00:00,0")


def with_scenario(*changes: str) -> Case:
    text = "scenario: mine\nchanges:\n" + "".join(changes)
    return Case(
        lambda folder: (folder / "scenarios" / "mine.yaml").write_text(text, encoding="utf-8"),
        ("compare", "mine", "--area", "{area}"),
    )


def new_stop(lon: str, lat: str, datum: str = "WGS-84", stop_id: str = "N1") -> str:
    return (
        f"  - verb: new_stop\n    stop_id: {stop_id}\n    stop_name: 新站\n    lon: {lon}\n"
        f"    lat: {lat}\n    datum: {datum}\n    indicative: true\n    year: 2026\n"
    )


MOVE = "  - verb: move_origin\n    line: {}\n    from_stop: {}\n    to_stop: {}\n"
NO_STREET = ("114.0480", "22.7260")  # 640 m east of 新丹路: no street was drawn there

CASES: dict[str, Case] = {
    # files and folders
    "missing_file": Case(lambda folder: (folder / "calls.csv").unlink()),
    "misnamed_file": Case(lambda folder: (folder / "calls.csv").rename(folder / "call.csv")),
    "missing_streets": Case(lambda folder: (folder / "streets.geojson").unlink()),
    "folder_missing": asked("brief", "--area", "{area}/nowhere", code=3),
    "folder_empty": Case(
        lambda folder: (folder / "empty").mkdir(), ("brief", "--area", "{area}/empty")
    ),
    "several_files": Case(
        lambda folder: ((folder / "calls.csv").unlink(), (folder / "parks.geojson").unlink())
    ),
    # tables
    "missing_column": edited("stops.csv", "stop_lon", "lon"),
    "unknown_column": edited("routes.csv", "route_color,", "route_colour,"),
    "extra_column": Case(
        lambda folder: (folder / "gates.csv").write_text(
            "".join(
                f"{line},x\n"
                for line in (folder / "gates.csv").read_text(encoding="utf-8-sig").splitlines()
            ),
            encoding="utf-8",
        )
    ),
    "repeated_column": edited("gates.csv", "gate_id,gate_name", "gate_name,gate_name"),
    "duplicate_key": edited("stops.csv", "S0002,", "S0001,"),
    "unknown_stop_in_calls": edited("calls.csv", "M450_0,2,S0002", "M450_0,2,S002"),
    "unknown_park_of_a_gate": edited("gates.csv", "yinxing,G1", "yinxin,G1"),
    "pattern_of_one_call": Case(
        lambda folder: replace_text(
            folder / "patterns.csv",
            "M450_0,M450,0,",
            "M450_9,M450,0,x,false,2020,x\nM450_0,M450,0,",
        )
    ),
    "values": Case(several_bad_values),
    "swapped_lon_lat": edited("stops.csv", "114.04015,22.73540", "22.73540,114.04015"),
    "quotes": edited("stops.csv", "S0003,观澜", 'S0003,"观澜'),
    "uneven_rows": edited("stops.csv", "S0003,观澜", "S0003,,观澜"),
    "blank_rows_are_counted": edited(
        "stops.csv", "S0003,观澜爱心家园,114.04015", "\n\nS0003,观澜爱心家园,west"
    ),
    "table_empty": holding("stops.csv", b""),
    "table_of_garbage": holding("stops.csv", bytes(range(256)) * 8),
    "table_of_zeros": holding("stops.csv", b"\0" * 512),
    "table_in_utf16": holding("stops.csv", "stop_id,stop_name".encode("utf-16")),
    "table_is_a_picture": holding("stops.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0"),
    # the area's settings
    "settings_broken": edited("area.yaml", "area_id: yinxing", "area_id: [yinxing"),
    "settings_key_unknown": edited("area.yaml", "year: 2020", "years: 2020"),
    "settings_key_missing": edited("area.yaml", "crs: EPSG:4547\n", ""),
    "settings_key_twice": edited("area.yaml", "year: 2020", "year: 2020\ndatum: BD-09"),
    "settings_list": holding("area.yaml", b"- a\n- b\n"),
    "box_swapped": edited(
        "area.yaml", "114.0284, 22.7145, 114.0592, 22.743", "22.7145, 114.0284, 22.743, 114.0592"
    ),
    "crs_web_mercator": edited("area.yaml", "EPSG:4547", "EPSG:3857"),
    "crs_degrees": edited("area.yaml", "EPSG:4547", "EPSG:4326"),
    "crs_nonsense": edited("area.yaml", "EPSG:4547", "Guangzhou 1980"),
    "crs_elsewhere": edited("area.yaml", "EPSG:4547", "EPSG:32610"),
    "datum_unknown": edited("area.yaml", "datum: WGS-84", "datum: Mars"),
    "datum_is_bd09_they_say": edited("area.yaml", "datum: WGS-84", "datum: BD-09"),
    "datum_is_gcj02_they_say": edited("area.yaml", "datum: WGS-84", "datum: GCJ-02"),
    "datum_of_stops_is_gcj02": Case(stops_in_gcj02),
    # positions
    "stop_on_no_street": edited("stops.csv", "114.04015,22.73540", ",".join(NO_STREET)),
    "gate_on_no_street": edited("gates.csv", "114.041785,22.732600", ",".join(NO_STREET)),
    # parks
    "park_is_a_point": park_geometry({"type": "Point", "coordinates": [114.0418, 22.7285]}),
    "park_without_geometry": park_geometry(None),
    "park_without_outline": park_geometry({"type": "Polygon", "coordinates": []}),
    "park_of_no_kind": park_geometry({"coordinates": [[114.04, 22.73]]}),
    "park_crosses_itself": park_ring(
        (114.040, 22.730), (114.045, 22.725), (114.045, 22.730), (114.040, 22.725)
    ),
    "park_projected": park_ring((504000, 2514000), (504500, 2514000), (504500, 2514500)),
    "park_swapped": park_ring((22.730, 114.040), (22.725, 114.045), (22.730, 114.045)),
    "park_elsewhere": park_ring((116.38, 39.90), (116.39, 39.90), (116.39, 39.91)),
    "park_in_another_crs": geojson(
        "parks.geojson",
        lambda content: content.update(
            crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4547"}}
        ),
    ),
    "park_in_an_odd_crs": geojson("parks.geojson", lambda content: content.update(crs="EPSG:4490")),
    "park_without_properties": geojson(
        "parks.geojson", lambda content: content["features"][0].update(properties=None)
    ),
    "no_park": geojson("parks.geojson", lambda content: content.update(features=[])),
    # streets
    "streets_empty": geojson("streets.geojson", lambda content: content.update(features=[])),
    "streets_not_json": holding("streets.geojson", "街道".encode()),
    "streets_empty_file": holding("streets.geojson", b""),
    "streets_of_garbage": holding("streets.geojson", bytes(range(256)) * 8),
    "streets_of_a_list": holding("streets.geojson", b"[1, 2]"),
    "streets_with_a_huge_number": holding("streets.geojson", b'{"a": ' + b"9" * 5000 + b"}"),
    "streets_value_unknown": geojson(
        "streets.geojson", lambda content: content["features"][2]["properties"].update(oneway="2")
    ),
    # questions
    "park_unknown": asked("brief", "--area", "{area}", "--park", "金星科技园"),
    "limit_zero": asked("brief", "--area", "{area}", "--limit", "0"),
    "limit_negative": asked("brief", "--area", "{area}", "--limit", "-5"),
    "limit_nan": asked("compare", "both", "--area", "{area}", "--limit", "nan"),
    "limit_huge": asked("map", "--area", "{area}", "--limit", "1e300"),
    "scenario_unknown": asked("compare", "m450", "--area", "{area}"),
    "scenario_file_missing": asked("compare", "mine.yaml", "--area", "{area}", code=3),
    # scenarios
    "scenario_three_faults": with_scenario(
        "  - verb: remove_stop\n    stop: 金星科技园\n",
        MOVE.format("M45O", "观澜银星工业园", "S0002"),
        new_stop(*NO_STREET),
    ),
    "scenario_two_broken_files": Case(
        lambda folder: (
            (folder / "scenarios" / "a.yaml").write_text("- a", encoding="utf-8"),
            (folder / "scenarios" / "b.yaml").write_text("scenario: b\n\tx: y", encoding="utf-8"),
        ),
        ("compare", "a", "b", "--area", "{area}"),
    ),
    "scenario_values_missing": with_scenario("  - verb: new_stop\n    stop_id: N1\n"),
    "scenario_values_wrong": with_scenario(
        new_stop("nan", "114.04", "Mars"),
        "  - verb: change_headway\n    line: M450\n    headway_secs: often\n    start_time: 7h\n",
    ),
    "scenario_verb_unknown": with_scenario("  - verb: moveorigin\n    line: M450\n"),
    "scenario_swapped": with_scenario(new_stop("22.7334", "84.04")),
    "scenario_kerb_not_named": with_scenario(MOVE.format("B919", "观澜爱心家园", "大布巷社区")),
    "scenario_wrong_end": with_scenario(MOVE.format("M450", "大布巷社区", "S0002")),
    "scenario_id_taken": with_scenario(new_stop("114.0418", "22.7285", stop_id="S0001")),
    "scenario_changes_nothing": with_scenario(MOVE.format("M450", "S0001", "S0001")),
}


@pytest.fixture(scope="module")
def few_lines(tmp_path_factory):
    """The bundled area with four lines: what is wrong shows as well, and sooner."""
    folder = tmp_path_factory.mktemp("few") / "area"
    return copy_of_few_lines(folder, ("M450", "627", "B919", "M510"))


@pytest.mark.parametrize("name", CASES)
def test_bad_input_is_refused_with_a_message_that_helps(name, few_lines, tmp_path, monkeypatch):
    """If this fails, a planner sees a traceback, a wrong exit code, half a file or a riddle."""
    case = CASES[name]
    folder = tmp_path / "area"
    shutil.copytree(few_lines, folder)
    case.spoil(folder)
    monkeypatch.chdir(tmp_path)
    before = snapshot(tmp_path)
    ran = run(*(text.replace("{area}", str(folder)) for text in case.arguments))
    assert ran.out == b""
    assert ran.code == case.code, ran.err
    assert "Traceback" not in ran.err
    assert snapshot(tmp_path) == before
    said = ran.err.replace(str(folder), "<area>").replace("\\", "/")
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(said, encoding="utf-8", newline="\n")
    assert said == path.read_text(encoding="utf-8")


def test_every_golden_message_belongs_to_a_case():
    """If this fails, a message that nobody checks any more lies about as if it were checked."""
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(CASES)


@pytest.mark.parametrize(
    ("command", "place"),
    [("brief", ""), ("brief", "deep/er"), ("compare", ""), ("demo", "deep"), ("map", ""),
     ("fetch", ""), ("fetch", "deep/er")],
)  # fmt: skip
def test_output_that_cannot_be_written(command, place, few_lines, tmp_path, monkeypatch):
    """If this fails, a slip in --out destroys a file, or ends in a traceback."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken").write_text("mine", encoding="utf-8")
    out = tmp_path / "taken" / place
    before = snapshot(tmp_path)
    arguments = {
        "brief": ("brief", "--area", few_lines, "--out", out),
        "compare": ("compare", "b919_2021", "--area", few_lines, "--out", out),
        "demo": ("demo", "--out", out),
        "map": ("map", "--area", few_lines, "--out", out),
        "fetch": ("fetch", out, "--osm", tmp_path / "missing.osm"),
    }[command]
    ran = run(*arguments)
    assert ran.code == (2 if (command, place) == ("fetch", "") else 3)
    assert ran.out == b""
    assert ran.err.count("\n") == 1
    assert "Traceback" not in ran.err
    assert snapshot(tmp_path) == before


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a user whom modes bind")
def test_output_folder_without_permission(tmp_path):
    """If this fails, a read-only share ends in a traceback."""
    shut = tmp_path / "shut"
    shut.mkdir(mode=0o500)
    ran = run("brief", "--out", shut / "tables")
    assert ran.code == 3
    assert "cannot be written (Permission denied)" in ran.err


def test_input_without_permission_or_on_a_lost_disk(tmp_path, monkeypatch):
    """If this fails, an unreadable file ends in a traceback."""
    folder = copy_bundle(tmp_path / "area")

    def lost(path, *_):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", lost)
    ran = run("brief", "--area", folder)
    assert (ran.code, ran.out) == (3, b"")
    assert "area.yaml: cannot be read (Permission denied)" in ran.err


@pytest.mark.parametrize(
    "arguments",
    [("brief", "--frog"), ("frog",), ("compare",), ("fetch",), ("brief", "--limit", "wide"), ()],
    ids=" ".join,
)
def test_wrong_usage_exits_with_2(arguments, tmp_path, monkeypatch):
    """If this fails, a script cannot tell a slip on the command line from bad data."""
    monkeypatch.chdir(tmp_path)
    ran = run(*arguments)
    assert ran.code == 2
    assert "Traceback" not in ran.err
    assert snapshot(tmp_path) == {}
