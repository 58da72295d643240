"""``transit import``: tables and feeds become study areas, and say first what was understood."""

from __future__ import annotations

import csv
import json
import os
import zipfile
from datetime import date
from pathlib import Path

import pytest
from bundle import rows, run, snapshot
from coord_convert import transform as oracle
from town import COURSES, STOPS, TRIPS, degrees
from town import network as town_network

import transit
from transit.sources.area import bundled_area
from transit.sources.gtfs import write_gtfs

FACTS = ("--datum", "GCJ-02", "--year", "2024", "--source", "公司台账")
# Lines of the town that are told apart by name and way; 8字 and 环1 call at a stop twice.
TOLD = {"R101_0": "101路(远山-银星)", "R101_1": "101路(银星-远山)", "R007_0": "007路(银星-远山)"}


def gcj(stop: str) -> tuple[float, float]:
    return oracle.wgs2gcj(*degrees(*STOPS[stop][1:3]))


def line_table(path: Path, *, encoding: str = "gb18030") -> Path:
    """One row a call, as a bureau's spreadsheet has it: GB 18030, web-map positions."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["线路名称", "站序", "站点名称", "经度", "纬度", "备注"])
        for pattern, name in TOLD.items():
            for number, stop in enumerate(COURSES[pattern][2].split(), 1):
                lon, lat = gcj(stop)
                writer.writerow([name, number, STOPS[stop][0], f"{lon:.8f}", f"{lat:.8f}", "=1+1"])
    return path


def trusted_stops(path: Path) -> Path:
    """The town's true stops, WGS-84, spread with more of them so that there is evidence."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["stop_name", "lon", "lat"])
        for name, east, north, _ in STOPS.values():
            writer.writerow([name, *degrees(east, north)])
    return path


def test_what_was_understood_is_said_and_nothing_is_written(tmp_path):
    """If this fails, a planner cannot check a table before it counts."""
    table = line_table(tmp_path / "线路.csv")
    before = snapshot(tmp_path)
    ran = run("import", str(table), *FACTS)
    assert ran.code == 0, ran.err
    said = " ".join(ran.text.split())
    # R101 has four calls each way, 007 three: 11 calls of three directions of two lines.
    assert "one row a call; 3 line directions of 2 lines, 11 calls" in said
    assert "线路名称 is line_name; 站序 is stop_sequence; 站点名称 is stop_name" in said
    assert "Not used: 备注" in said
    assert "GB 18030" in said
    assert "GCJ-02, and converted to WGS-84" in said
    # Called at are S1, S1b, S2, S3, S4, S5; S1 and S1b are 10 m apart, passed in opposite ways.
    assert "Headways are known of 0 line directions" in said
    assert "Nothing is written" in said
    assert snapshot(tmp_path) == before


def test_a_table_becomes_a_study_area(tmp_path):
    """If this fails, a GBK table of web-map positions is misplaced or loses calls."""
    table, out = line_table(tmp_path / "lines.csv"), tmp_path / "area"
    ran = run("import", str(table), *FACTS, "--out", str(out), "--yes", "--name", "小镇")
    assert ran.code == 0, ran.err
    area = transit.read_area(out)
    assert area.network.name == "小镇"
    assert area.network.sources == ("公司台账",)
    lines = {row["route_short_name"] for row in rows("routes", out)}
    assert lines == {"101", "007"}  # 007 stays a text
    names = {row["stop_id"]: row["stop_name"] for row in rows("stops", out)}
    for pattern, (_, _, stops) in COURSES.items():
        if pattern in TOLD:
            key = pattern.removeprefix("R")
            called = [names[stop] for stop in area.network.feed.sequence(key)]
            assert called == [STOPS[stop][0] for stop in stops.split()]
    # By coord-convert and back by ours: a hundred-thousandth of a degree is a metre.
    at = {row["stop_name"]: row for row in rows("stops", out) if row["stop_name"] != "银星"}
    for stop in ("S2", "S3", "S4", "S5"):
        lon, lat = degrees(*STOPS[stop][1:3])
        found = at[STOPS[stop][0]]
        assert float(found["stop_lon"]) == pytest.approx(lon, abs=2e-6)
        assert float(found["stop_lat"]) == pytest.approx(lat, abs=2e-6)
    assert {row["year"] for row in rows("stops", out)} == {"2024"}
    lists = {path.name for path in (out / "import").iterdir()}
    assert {"columns.csv", "left_out.csv", "merges.csv", "stop_doubts.csv"} <= lists
    assert "不" not in (out / "SOURCES.md").read_text(encoding="utf-8")
    assert run("quality", "--area", str(out), "--fail-on", "never").code == 0


def test_utf8_and_gb18030_give_the_same_area(tmp_path):
    """If this fails, how a table was saved changes its lines."""
    for encoding in ("gb18030", "utf-8-sig"):
        table = line_table(tmp_path / f"{encoding}.csv", encoding=encoding)
        ran = run(
            "import",
            str(table),
            *FACTS,
            "--name",
            "n",
            "--yes",
            "--out",
            str(tmp_path / encoding[:3]),
        )
        assert ran.code == 0, ran.err
    first, second = (transit.read_area(tmp_path / name) for name in ("gb1", "utf"))
    assert first.network.fingerprint() == second.network.fingerprint()


def test_what_the_table_cannot_say_must_be_given(tmp_path):
    """If this fails, a datum, a year or a source is guessed."""
    ran = run("import", str(line_table(tmp_path / "lines.csv")), "--out", str(tmp_path / "a"))
    assert ran.code == 2
    for option in ("--datum", "--year", "--source"):
        assert f"{option}: is not given" in ran.err
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        (("--datum", "WGS84"), "--datum WGS84: is not known"),
        (("--near", "114"), "--near 114: is no place"),
        (("--near", "22.7,114.0"), "--near 22.7,114.0: is no place"),
        (("--column", "lon"), "--column lon: does not say which column it is"),
        (("--outlines-datum", "gcj"), "--outlines-datum gcj: is not known"),
        (("--gates", "g.csv"), "--gates: are those of parks that are not given"),
    ],
)
def test_options_that_say_nothing_are_refused(tmp_path, extra, said):
    """If this fails, a slip in an option is taken for something else."""
    table = line_table(tmp_path / "lines.csv")
    ran = run("import", str(table), *FACTS, *extra, "--out", str(tmp_path / "a"))
    assert ran.code == 2
    assert said in ran.err
    assert not (tmp_path / "a").exists()


def test_feeds_and_tables_are_not_mixed(tmp_path):
    """If this fails, one of two files is dropped in silence."""
    table = line_table(tmp_path / "lines.csv")
    other = line_table(tmp_path / "others.csv")
    ran = run("import", str(table), str(other), *FACTS)
    assert ran.code == 2
    assert "2 files are not all GTFS feeds" in ran.err


def test_only_lines_near_a_place_are_kept(tmp_path):
    """If this fails, a study area holds other lines than those that serve the park."""
    table, out = line_table(tmp_path / "lines.csv"), tmp_path / "near"
    lon, lat = degrees(950, 300)  # S3, where 007 calls and 101 does not
    ran = run("import", str(table), *FACTS, "--near", f"{lon},{lat}", "--within", "50",
              "--out", str(out), "--yes")  # fmt: skip
    assert ran.code == 0, ran.err
    assert {row["route_short_name"] for row in rows("routes", out)} == {"007"}
    assert len(rows("calls", out)) == 3


def test_a_folder_that_holds_files_is_left_as_it_is(tmp_path):
    """If this fails, an import writes over a planner's work."""
    table = line_table(tmp_path / "lines.csv")
    before = snapshot(tmp_path)
    ran = run("import", str(table), *FACTS, "--out", str(tmp_path), "--yes")
    assert ran.code == 2
    assert "is not empty" in ran.err
    assert snapshot(tmp_path) == before


def test_streets_and_parks_come_with_it(tmp_path):
    """If this fails, imported lines cannot be put on streets and asked about a park."""
    table, out = line_table(tmp_path / "lines.csv"), tmp_path / "area"
    corners = [degrees(*place) for place in ((200, 200), (600, 200), (600, 500), (200, 500))]
    outline = {
        "type": "Feature",
        "properties": {"park_id": "P1", "名称": "园区"},
        "geometry": {"type": "Polygon",
                     "coordinates": [[oracle.wgs2gcj(*one) for one in [*corners, corners[0]]]]},
    }  # fmt: skip
    parks = tmp_path / "parks.geojson"
    parks.write_text(json.dumps({"type": "FeatureCollection", "features": [outline]}), "utf-8")
    gates = tmp_path / "gates.csv"
    lon, lat = oracle.wgs2gcj(*degrees(600, 400))
    gates.write_text(f"park_id,名称,经度,纬度\nP1,东门,{lon},{lat}\n", encoding="utf-8")
    ran = run("import", str(table), *FACTS, "--parks", str(parks), "--outlines-datum", "GCJ-02",
              "--gates", str(gates), "--out", str(out), "--yes")  # fmt: skip
    assert ran.code == 0, ran.err
    assert "Parks: 1, with 1 gates. 园区: the nearest stop is 100 m" in " ".join(ran.text.split())
    (park,) = transit.read_area(out).parks
    assert park.park_name == "园区"
    assert park.area_m2 == pytest.approx(120_000, rel=1e-3)  # 400 m by 300 m
    ran = run("brief", "--area", str(out), "--limit", "350")
    assert ran.code == 0, ran.err
    assert "银星" in ran.text


def test_positions_from_a_table_of_stops(tmp_path):
    """If this fails, line lists of names only cannot be imported, or stops are swapped."""
    lines = tmp_path / "lines.csv"
    lines.write_text("线路,途经站点\n9路,北站、桥头、田心\n", encoding="utf-8")
    stops = tmp_path / "stops.csv"
    with stops.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["站名", "经度", "纬度"])
        writer.writerows([STOPS[stop][0], *gcj(stop)] for stop in ("S2", "S3", "S5"))
    out = tmp_path / "area"
    ran = run("import", str(lines), *FACTS, "--stops", str(stops), "--out", str(out), "--yes")
    assert ran.code == 0, ran.err
    assert [row["stop_name"] for row in rows("stops", out)] == ["北站", "桥头", "田心"]
    lon, _ = degrees(*STOPS["S5"][1:3])
    assert float(rows("stops", out)[0]["stop_lon"]) == pytest.approx(lon, abs=2e-6)
    stops.write_text("站名,经度,纬度\n北站,114.05,22.7\n北站,114.06,22.7\n", encoding="utf-8")
    ran = run("import", str(lines), *FACTS, "--stops", str(stops))
    assert ran.code == 3
    for said in ("桥头: is not in stops.csv", "北站: stands there more than once"):
        assert said in ran.err


def test_a_feed_becomes_a_study_area(tmp_path):
    """If this fails, a GTFS feed loses stops, trips or headways on its way in."""
    network = town_network()
    feed = write_gtfs(network, tmp_path / "town.zip", date=date(2024, 5, 6))
    out = tmp_path / "area"
    ran = run("import", str(feed), "--out", str(out), "--yes")
    assert ran.code == 0, ran.err
    assert "town 2024-05-06" in ran.text
    read = transit.read_area(out).network
    assert set(read.feed.stops["stop_id"]) == set(network.feed.stops["stop_id"])
    assert len(read.feed.calls) == len(network.feed.calls)
    assert len(read.feed.trips) == len(TRIPS["R007_0"]) == 4
    assert (out / "import" / "validation.csv").is_file()


def test_a_feed_with_faults_says_which_and_what_to_do(tmp_path):
    """If this fails, a planner reads that a feed has errors, and not which they are."""
    feed = write_gtfs(town_network(), tmp_path / "town.zip", date=date(2024, 5, 6))
    with zipfile.ZipFile(feed) as held:
        files = {name: held.read(name) for name in held.namelist()}
    header, *rows = files["routes.txt"].decode("utf-8").splitlines()
    bad = [f"{header},route_text_color", *(f"{row},nocolour" for row in rows)]
    files["routes.txt"] = "\n".join(bad).encode("utf-8")
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as made:
        for name, held_bytes in files.items():
            made.writestr(name, held_bytes)
    ran = run("import", str(tmp_path / "bad.zip"))
    assert f"error, {len(rows)} ×: routes.txt invalid_color: write six hexadecimal" in ran.text


def test_a_feed_of_lines_without_headways_is_told_to_have_no_departures(tmp_path):
    """If this fails, a planner hands on a feed that looks empty to whoever gets it."""
    table = tmp_path / "lines.csv"
    table.write_text(
        "线路,站名,经度,纬度\n9,甲,114.04,22.72\n9,乙,114.05,22.72\n", encoding="utf-8"
    )
    area = tmp_path / "area"
    run("import", str(table), "--datum", "WGS-84", "--year", "2024", "--source", "own",
        "--out", str(area), "--yes")  # fmt: skip
    ran = run("export", "--area", str(area), "--to", "gtfs", "--day", "2024-05-06",
              "--out", str(tmp_path / "x.zip"))  # fmt: skip
    assert ran.code == 0, ran.err
    assert "1 of 1 line directions have no service" in ran.text


def test_names_in_a_table_do_nothing(tmp_path):
    """If this fails, a name in somebody's table ends the command, colours it or runs in Excel."""
    names = ["=1+1", "[/red]甲", "<script>乙</script>", "丙\u202e丁", "戊" * 10_000]
    with (tmp_path / "lines.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["线路", "站名", "经度", "纬度", "[/red]\x1b[31m备注"])
        for number, name in enumerate(names):
            writer.writerow(["[bold]9[/]路", name, 114.04 + number / 100, 22.72, ""])
    out = tmp_path / "area"
    ran = run("import", str(tmp_path / "lines.csv"), "--datum", "WGS-84", "--year", "2024",
              "--source", "=cmd", "--out", str(out), "--yes")  # fmt: skip
    assert ran.code == 0, ran.err
    assert "\x1b" not in ran.text
    assert "[/red]" in ran.text
    assert transit.read_area(out).network.feed.stops["stop_name"].tolist() == names
    for path in [*out.glob("*.csv"), *(out / "import").glob("*.csv")]:
        with path.open(encoding="utf-8-sig", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        assert not [cell for cell in cells if cell[:1] in ("=", "+", "@", "\t", "\r")], path.name


@pytest.mark.parametrize("option", ["--name", "--source"])
def test_options_with_control_characters_are_refused(tmp_path, option):
    """If this fails, a name acts in every terminal that shows it later."""
    table = line_table(tmp_path / "lines.csv")
    ran = run("import", str(table), *FACTS, option, "a\x1b[2Jb")
    assert ran.code == 2
    assert f"{option}: holds a control character" in ran.err


def test_geojson_of_parks_is_in_wgs84_whatever_the_table_is_in(tmp_path):
    """If this fails, a park moves 600 m with the datum of the stops."""
    folder = bundled_area()
    table, out = line_table(tmp_path / "lines.csv"), tmp_path / "area"
    ran = run("import", str(table), *FACTS, "--parks", str(folder / "parks.geojson"),
              "--out", str(out), "--yes")  # fmt: skip
    assert ran.code == 0, ran.err
    (park,), (bundled,) = transit.read_area(out).parks, transit.read_area(folder).parks
    assert park.outline.equals_exact(bundled.outline, 1e-3)


def test_the_area_of_the_streets_gives_its_parks_and_gates(tmp_path):
    """If this fails, lines imported onto an area's streets lose the park they are for."""
    table, out = line_table(tmp_path / "lines.csv"), tmp_path / "area"
    ran = run("import", str(table), *FACTS, "--streets", str(bundled_area()),
              "--out", str(out), "--yes")  # fmt: skip
    assert ran.code == 0, ran.err
    (park,) = transit.read_area(out).parks
    assert park.park_name == "银星科技园"
    assert len(park.gates) == 2


def test_an_area_without_parks_says_how_to_get_one(tmp_path):
    """If this fails, the first question after an import is answered by nothing at all."""
    table, out = line_table(tmp_path / "lines.csv"), tmp_path / "area"
    ran = run("import", str(table), *FACTS, "--out", str(out), "--yes")
    assert ran.code == 0, ran.err
    assert "parks.geojson" in ran.text
    for command in (("brief",), ("map", "--rings", "300"), ("map", "--coverage")):
        ran = run(*command, "--area", str(out), "--out", str(tmp_path / "answers"))
        assert ran.code == 2
        assert "has no park to answer for" in ran.err
        assert "--parks FILE" in ran.err
    assert not (tmp_path / "answers").exists()


def test_an_area_without_parks_has_its_network_drawn(tmp_path):
    """If this fails, whoever imports a feed cannot look at it before a park is drawn."""
    table, out = line_table(tmp_path / "lines.csv"), tmp_path / "area"
    assert run("import", str(table), *FACTS, "--out", str(out), "--yes").code == 0
    ran = run("map", "--area", str(out), "--out", str(tmp_path / "maps"))
    assert ran.code == 0, ran.err
    assert "parks.geojson" in ran.text
    assert [path.name for path in (tmp_path / "maps").glob("*.html")] == ["network.html"]


def test_what_is_not_known_is_not_0(tmp_path):
    """If this fails, a table without headways is answered by 0.0 buses an hour."""
    table, out = line_table(tmp_path / "lines.csv"), tmp_path / "area"
    ran = run("import", str(table), *FACTS, "--streets", str(bundled_area()),
              "--out", str(out), "--yes")  # fmt: skip
    assert ran.code == 0, ran.err
    ran = run("brief", "--area", str(out), "--limit", "5000")
    assert ran.code == 0, ran.err
    said = " ".join(ran.text.split())
    assert "Most loaded street of these lines: unknown (no headway and no trip is known)" in said
    assert "Districts reached without a transfer: unknown" in said


def test_a_table_of_one_line(tmp_path):
    """If this fails, the stops of one line cannot be imported without editing the file."""
    path = tmp_path / "m1.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["seq", "stop", "lon", "lat"])
        writer.writerows([n, STOPS[s][0], *gcj(s)] for n, s in enumerate(["S2", "S5", "S4"], 1))
    assert "line_name" in run("import", str(path), *FACTS).err
    ran = run("import", str(path), *FACTS, "--line", "M1")
    assert ran.code == 0, ran.err
    assert "1 line directions of 1 lines, 3 calls" in ran.text


def test_a_feed_takes_no_datum(tmp_path):
    """If this fails, a declared datum of a feed is passed over in silence."""
    feed = write_gtfs(town_network(), tmp_path / "town.zip", date=date(2024, 5, 6))
    ran = run("import", str(feed), "--datum", "GCJ-02")
    assert ran.code == 2
    assert "GTFS is in WGS-84" in ran.err


def test_years_and_distances_that_are_none_are_told_before_anything_is_read(tmp_path):
    """If this fails, the preview is sound and the fault comes when the area is to be written."""
    ran = run("import", str(tmp_path / "absent.csv"), "--year", "-5", "--within", "nan")
    assert ran.code == 2
    assert "--year -5: is no year" in ran.err
    assert "--within nan: is no distance" in ran.err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused(tmp_path):
    """If this fails, the command waits for ever for somebody to write."""
    os.mkfifo(tmp_path / "lines.csv")
    ran = run("import", str(tmp_path / "lines.csv"), *FACTS)
    assert ran.code == 3
    assert "is no file, but a pipe or a device" in ran.err
