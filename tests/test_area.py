"""Study areas as planners keep them: other encodings, other datums, tables left out, two parks."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from bundle import FOLDER, copy_bundle, copy_of_few_lines, replace_text, rows, run
from coord_convert import transform as oracle

import transit
from transit.analysis.measures import measures
from transit.errors import DataError, UsageError
from transit.model.streets import Streets
from transit.sources.area import bundled_area


@pytest.fixture(scope="module")
def original():
    return transit.read_area(transit.bundled_area())


@pytest.fixture
def folder(tmp_path):
    return copy_bundle(tmp_path / "area")


def same(one, other) -> bool:
    return one.network.fingerprint() == other.network.fingerprint()


def test_gb18030_tables_are_read(folder, original):
    """If this fails, tables saved by a Chinese Excel turn into mojibake or are refused."""
    for path in folder.glob("*.csv"):
        path.write_bytes(path.read_text(encoding="utf-8-sig").encode("gb18030"))
    assert same(transit.read_area(folder), original)


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n\n"], ids=["windows", "old mac", "blank lines"])
def test_line_ends_make_no_difference(folder, original, end):
    """If this fails, a table saved on another system is another table."""
    for path in folder.glob("*.csv"):
        text = path.read_text(encoding="utf-8-sig")
        path.write_bytes(text.replace("\r\n", "\n").replace("\n", end).encode())
    assert same(transit.read_area(folder), original)


def test_rows_in_another_order_give_the_same_network(folder, original):
    """If this fails, sorting a table in Excel changes results."""
    for path in folder.glob("*.csv"):
        header, *body = path.read_text(encoding="utf-8-sig").splitlines()
        path.write_text("\n".join([header, *reversed(body)]), encoding="utf-8")
    assert same(transit.read_area(folder), original)


def test_columns_in_another_order_and_excel_leftovers(folder, original):
    """If this fails, a moved column or the empty rows Excel leaves at the end break a table."""
    found = rows("stops", folder)
    names = list(reversed(found[0]))
    text = io.StringIO()
    writer = csv.DictWriter(text, names)
    writer.writeheader()
    writer.writerows(found)
    text.write("," * (len(names) - 1) + "\r\n")
    (folder / "stops.csv").write_text(text.getvalue(), encoding="utf-8", newline="")
    assert same(transit.read_area(folder), original)


@pytest.mark.parametrize("name", ["frequencies", "stations", "gates"])
def test_optional_tables_may_be_absent(folder, name):
    """If this fails, a planner without headways, metro or gates gets no answer at all."""
    (folder / f"{name}.csv").unlink()
    area = transit.read_area(folder)
    brief = transit.brief(area.network, area.parks[0])
    tables = brief.tables()
    assert len(tables["stops"]) == 14  # within 500 m of the outline, as in SOURCES.md
    if name == "frequencies":
        assert (tables["lines"]["buses_per_hour"] == 0).all()
        assert tables["districts"]["ride_min"].isna().all()
    if name == "stations":
        assert tables["stations"].empty
    if name == "gates":  # nothing is known from the gates: not 0 stops, but no row
        assert list(tables["definitions"]["within"]) == ["point", "outline"]
        assert tables["stops"][["to_gate_m", "walk_m"]].isna().all(axis=None)


@pytest.mark.parametrize("datum", ["GCJ-02", "BD-09"])
def test_another_datum_declared_gives_the_same_network(folder, original, datum):
    """If this fails, a feed from a Chinese web map lies 0.6 or 1.2 km off.

    The shifted coordinates come from coord-convert, a program that is not ours.
    """
    shift = {"GCJ-02": oracle.wgs2gcj, "BD-09": oracle.wgs2bd}[datum]
    for name, what in (("stops", "stop"), ("stations", "station"), ("gates", "gate")):
        found = rows(name, folder)
        for row in found:
            lon, lat = shift(float(row[f"{what}_lon"]), float(row[f"{what}_lat"]))
            row[f"{what}_lon"], row[f"{what}_lat"] = f"{lon:.9f}", f"{lat:.9f}"
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(found[0]))
            writer.writeheader()
            writer.writerows(found)
    replace_text(folder / "area.yaml", "datum: WGS-84", f"datum: {datum}")
    area = transit.read_area(folder)
    old, new = original.network, area.network
    assert list(new.feed.stops["stop_id"]) == list(old.feed.stops["stop_id"])
    for found, wanted in ((new.stop_xy, old.stop_xy), (new.station_xy, old.station_xy),
                          (area.parks[0].gate_xy, original.parks[0].gate_xy)):  # fmt: skip
        assert np.hypot(*(found - wanted).T).max() < 0.01
    assert area.parks[0].outline.equals(original.parks[0].outline)  # GeoJSON is always WGS-84
    assert new.streets.fingerprint() == old.streets.fingerprint()


def add_second_park(folder) -> None:
    """A park of 200 m round 龙华社保分局, with one gate on the street beside it."""
    path = folder / "parks.geojson"
    content = json.loads(path.read_text(encoding="utf-8"))
    own = content["features"][0]["properties"]
    lon, lat, half_lon, half_lat = 114.0341, 22.7258, 0.000974, 0.000903  # 100 m each way
    ring = [[lon - half_lon, lat - half_lat], [lon + half_lon, lat - half_lat],
            [lon + half_lon, lat + half_lat], [lon - half_lon, lat + half_lat],
            [lon - half_lon, lat - half_lat]]  # fmt: skip
    second = own | {
        "park_id": "second", "park_name": "另一园区", "point_lon": lon, "point_lat": lat,
        "indicative": False, "source": "a square for the test",
    }  # fmt: skip
    content["features"].append(
        {"type": "Feature", "properties": second,
         "geometry": {"type": "Polygon", "coordinates": [ring]}}
    )  # fmt: skip
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    with (folder / "gates.csv").open("a", encoding="utf-8") as file:
        file.write("second,G1,东门,114.03425,22.72580,false,2025,a gate for the test\n")


def test_several_parks_at_once(folder, original):
    """If this fails, a district with several parks must be asked park by park."""
    add_second_park(folder)
    area = transit.read_area(folder)
    assert [park.park_id for park in area.parks] == ["yinxing", "second"]
    assert area.park("另一园区") is area.park("second")
    second = area.park("second")
    assert second.area_m2 == pytest.approx(40_000, rel=0.005)
    assert list(second.gates["gate_name"]) == ["东门"]
    assert not second.indicative
    assert len(area.park("yinxing").gates) == 2

    old = transit.brief(original.network, original.parks[0])
    first, other = transit.briefs(area.network, area.parks)
    assert first.stops.equals(old.stops)  # the second park changes nothing for the first
    assert set(other.stops["park_id"]) == {"second"}
    inside = other.stops[other.stops["to_outline_m"] == 0]
    assert set(inside["stop_name"]) == {"龙华社保分局"}

    ran = run("brief", "--area", folder, "--json")
    tables = json.loads(ran.out)
    for name in ("definitions", "stops", "lines", "coverage", "marginal", "districts", "stations"):
        assert [*dict.fromkeys(row["park_id"] for row in tables[name])] == ["yinxing", "second"]
    text = run("brief", "--area", folder, "--park", "另一园区").text
    assert "另一园区: public transport" in text
    assert "银星科技园: public transport" not in text


def test_comparison_of_several_parks_lists_a_stop_once(folder):
    """If this fails, a loss is counted once a park."""
    add_second_park(folder)
    area = transit.read_area(folder)
    scenario = transit.read_scenario(folder / "scenarios" / "b919_2021.yaml")
    ledger = transit.compare(area.network, scenario, area.parks).ledger
    stops = ledger[ledger["subject"] == "stop"]
    assert len(stops) == len(stops.drop_duplicates()) == 2


def test_emptied_columns_of_excel_are_no_columns(tmp_path):
    """If this fails, a table with two emptied columns at the right is refused for no reason."""
    folder = copy_bundle(tmp_path / "area")
    path = folder / "gates.csv"
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    path.write_text("\n".join(f"{line},," for line in lines), encoding="utf-8-sig")
    assert len(transit.read_area(folder).parks[0].gates) == 2


def test_no_stop_in_the_study_area_says_so(tmp_path):
    """If this fails, a planner with a wrong rectangle is told to look at the datum."""
    folder = copy_bundle(tmp_path / "area")
    path = folder / "area.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace(
            "[114.0284, 22.7145, 114.0592, 22.743]", "[114.0391, 22.7281, 114.0392, 22.7282]"
        ),
        encoding="utf-8",
    )
    with pytest.raises(DataError, match="none of the 525 stops lies in the study area"):
        transit.read_area(folder)


def test_every_park_is_on_the_pages(tmp_path):
    """If this fails, the second park's map overwrites the first one's, or lacks it."""
    folder = copy_of_few_lines(tmp_path / "area", ("M450", "B919"))
    add_second_park(folder)
    ran = run("map", "b919_2021", "--area", folder, "--out", tmp_path / "maps", "--json")
    names = {"study.html", "b919_2021.html"}
    assert {Path(path).name for path in json.loads(ran.out)["written"]} == names
    for path in (tmp_path / "maps").glob("*.html"):
        page = path.read_text(encoding="utf-8")
        assert all(park.park_name in page for park in transit.read_area(folder).parks)


def test_a_multipolygon_park_is_one_park(folder, original):
    """If this fails, a park cut by a road loses a part."""
    path = folder / "parks.geojson"
    content = json.loads(path.read_text(encoding="utf-8"))
    outline = shapely.geometry.shape(content["features"][0]["geometry"])
    west, south, east, north = outline.bounds
    middle = (west + east) / 2
    halves = shapely.MultiPolygon([
        outline.intersection(shapely.box(west, south, middle - 1e-6, north)),
        outline.intersection(shapely.box(middle + 1e-6, south, east, north)),
    ])  # fmt: skip
    content["features"][0]["geometry"] = shapely.geometry.mapping(halves)
    path.write_text(json.dumps(content), encoding="utf-8")
    park = transit.read_area(folder).parks[0]
    assert park.area_m2 == pytest.approx(original.parks[0].area_m2, rel=0.001)


def test_unknown_park_names_the_ones_there_are(original):
    """If this fails, a slip in a park's name is a riddle."""
    with pytest.raises(UsageError, match="银星科技园"):
        original.park("金星科技园")


def test_bundled_area_of_another_name():
    """If this fails, a broken installation shows a traceback."""
    with pytest.raises(DataError, match="install the package anew"):
        bundled_area("nowhere")
    assert bundled_area() == FOLDER


def test_another_metric_crs_is_the_same_town(folder, original):
    """If this fails, the pinned CRS is ignored, or distances depend on it."""
    replace_text(folder / "area.yaml", "EPSG:4547", "EPSG:32650")
    found = transit.read_area(folder)
    assert found.network.crs == "EPSG:32650"
    old, new = (transit.brief(area.network, area.parks[0]).stops for area in (original, found))
    shared = old.merge(new, on="stop_id", suffixes=("_old", "_new"))
    assert len(shared) >= 13
    for column in ("to_point_m", "walk_m"):
        np.testing.assert_allclose(shared[f"{column}_new"], shared[f"{column}_old"], rtol=0.001)


@pytest.mark.parametrize("line", ["x: " + "[" * 5000, "a: &h [1]\nx: *h"])
def test_yaml_that_would_blow_up_is_refused(folder, line):
    """If this fails, a hostile area.yaml hangs the command or ends in a traceback."""
    path = folder / "area.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "\n" + line, encoding="utf-8")
    with pytest.raises(DataError):
        transit.read_area(folder)


def test_an_area_without_lines_has_a_brief(folder):
    """If this fails, stops and streets without lines end in a traceback."""
    for name in ("routes", "patterns", "calls", "frequencies"):
        path = folder / f"{name}.csv"
        header = path.read_text(encoding="utf-8-sig").splitlines()[0]
        path.write_text(header + "\n", encoding="utf-8-sig")
    area = transit.read_area(folder)
    tables = transit.brief(area.network, area.parks[0]).tables()
    assert len(tables["stops"]) == 14
    assert tables["lines"].empty
    assert tables["districts"].empty


def without(folder: Path, *names: str) -> None:
    """``folder`` with no streets, parks and gates, and ``names`` declared to be lacking."""
    for name in ("streets.geojson", "parks.geojson", "gates.csv"):
        (folder / name).unlink()
    with (folder / "area.yaml").open("a", encoding="utf-8") as settings:
        settings.write(f"\nwithout: [{', '.join(names)}]\n")


def test_an_area_may_say_that_it_has_no_streets_and_no_parks(folder, original):
    """If this fails, a planner who has stops and lines only cannot begin at all."""
    without(folder, "streets", "parks")
    bare = transit.read_area(folder)
    assert len(bare.network.streets) == 0
    assert bare.parks == ()
    assert bare.network.feed.fingerprint() == original.network.feed.fingerprint()


def test_an_area_that_lacks_what_it_does_not_say_is_refused(folder):
    """If this fails, a file with a slip in its name silently empties the streets."""
    without(folder, "parks")
    with pytest.raises(DataError, match=r"streets\.geojson: does not exist"):
        transit.read_area(folder)


def test_only_streets_and_parks_can_be_declared_to_be_lacking(folder):
    """If this fails, an area without stops is read as one."""
    without(folder, "streets", "parks", "stops")
    with pytest.raises(DataError, match="'stops' cannot be left out → use streets or parks"):
        transit.read_area(folder)


def test_without_streets_only_straight_distances_are_told(original):
    """If this fails, walks nobody can know are reported as none: unknown is not 0."""
    park, known = original.parks[0], original.network
    bare = transit.brief(known.with_streets(Streets.none(known.crs)), park)
    walked = transit.brief(known, park)
    assert bare.definitions["within"].tolist() == ["point", "outline", "gates"]
    counts = ["stops", "places", "lines", "directions"]
    assert bare.definitions[counts].equals(walked.definitions[counts].iloc[:3])
    assert set(bare.coverage["kind"]) == {"straight"}
    assert set(bare.catchments) == set(bare.park_catchments) == {"straight"}
    assert bare.stops["walk_m"].isna().all()
    assert not measures(bare)["measure"].isin(["share_walk", "buses_per_hour_walk"]).any()
