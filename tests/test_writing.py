"""Study areas written after a scenario: what is read back is what was written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from bundle import FOLDER, copy_of_few_lines, features, replace_text, rows, run, snapshot
from town import MARKS

from transit.datum import from_wgs84
from transit.errors import DataError, UsageError
from transit.model.differences import network_differences
from transit.model.network import Network
from transit.model.streets import Streets
from transit.scenario.barriers import PutBarrier
from transit.scenario.files import read_scenario
from transit.scenario.scenario import Scenario
from transit.scenario.stops import RenameStop
from transit.scenario.streets import ChangeStreetSpeed, CloseStreet, OpenStreet, RestrictStreet
from transit.sources.area import Area, read_area
from transit.sources.writing import write_area

LINES = ("M450", "627", "B919", "M510", "旅游9线")
# 新丹路 in the park runs north to south at 114.0417 E; a footbridge over it, and a wall across it.
BRIDGE = ((114.0409, 22.7285), (114.0425, 22.7285))
WALL = ((114.0412, 22.7265), (114.0424, 22.7266))


@pytest.fixture(scope="module")
def area(tmp_path_factory) -> Area:
    return read_area(copy_of_few_lines(tmp_path_factory.mktemp("few") / "area", LINES))


def there_and_back(area: Area, network: Network, out: Path) -> Area:
    """The area written and read again, the same to the last fact."""
    read = write_area(area, network, out, note="# a note")
    assert network_differences(network, read.network).empty
    return read


def test_an_unchanged_area_keeps_its_fingerprint(area, tmp_path):
    """If this fails, an area that was only copied counts as another network."""
    read = there_and_back(area, area.network, tmp_path / "new")
    assert read.network.fingerprint() == area.network.fingerprint()
    again = there_and_back(read, read.network, tmp_path / "again")
    assert again.network.fingerprint() == area.network.fingerprint()
    for name in ("stops.csv", "calls.csv", "frequencies.csv", "streets.geojson", "gates.csv"):
        first, second = (tmp_path / folder / name for folder in ("new", "again"))
        assert first.read_bytes() == second.read_bytes(), name
    # Read by other means: the very positions and years that the source folder has.
    assert stops_by_id(tmp_path / "new") == stops_by_id(area.folder)
    old, new = (
        {one["properties"]["way_id"]: one for one in features("streets", folder)}
        for folder in (area.folder, tmp_path / "new")
    )
    assert {way: one["geometry"] for way, one in old.items()} == {
        way: one["geometry"] for way, one in new.items()
    }
    assert {way: one["properties"]["year"] for way, one in old.items()} == {
        way: one["properties"]["year"] for way, one in new.items()
    }


def stops_by_id(folder: Path) -> dict[str, dict[str, object]]:
    return {
        row["stop_id"]: row
        | {"stop_lon": float(row["stop_lon"]), "stop_lat": float(row["stop_lat"])}
        for row in rows("stops", folder)
    }


@pytest.mark.parametrize("name", ["m450_2020", "b919_2021", "both", "microcirculation"])
def test_each_bundled_scenario_comes_true(area, tmp_path, name):
    """If this fails, the network of a scenario is another when it is opened again."""
    scenario = read_scenario(FOLDER / "scenarios" / f"{name}.yaml")
    changed = scenario.apply(area.network)
    read = there_and_back(area, changed, tmp_path / "new")
    assert read.network.feed.fingerprint() == changed.feed.fingerprint()
    assert not (tmp_path / "new" / "scenarios").exists()
    assert [park.park_id for park in read.parks] == [park.park_id for park in area.parks]
    assert (tmp_path / "new" / "SOURCES.md").read_text(encoding="utf-8").startswith("# a note\n\n")


def test_what_only_streets_after_a_scenario_have(area, tmp_path):
    """If this fails, a barrier, an hour of a gate, a bus speed or a forbidden turn is lost."""
    changes = (
        OpenStreet(way_id="BRIDGE", name="天桥", points=BRIDGE, datum="WGS-84", who="walkers",
                   joins="ends", dead_end="both", indicative=True, year=2021),
        PutBarrier(points=WALL, datum="WGS-84", foot_hours="06:00-22:00", indicative=True),
        ChangeStreetSpeed(street="观光路", speed_kmh=15),
        CloseStreet(street="W001", who="walkers"),
        RestrictStreet(street="W002", who="walkers", foot_hours="06:00-23:00"),
    )  # fmt: skip
    changed = Scenario("s", changes).apply(area.network)
    streets = with_a_forbidden_turn(one_way_walks(changed.streets))
    read = there_and_back(area, changed.with_streets(streets), tmp_path / "new").network.streets
    assert len(read.no_turns) == 1
    assert len(read.barriers) == 1
    assert read.barriers[0].foot_hours == "06:00-22:00"
    np.testing.assert_allclose(read.barriers[0].course, streets.barriers[0].course, atol=1e-3)
    np.testing.assert_allclose(read.length_m, streets.length_m, atol=1e-3)
    for column in ("way_id", "foot_forward", "foot_backward", "bus_speed_kmh", "foot_hours"):
        pd.testing.assert_series_equal(read.edges[column], streets.edges[column])
    assert {"06:00-22:00", "06:00-23:00"} <= set(read.edges["foot_hours"])
    # 库坑路口 stood on the street that is closed to walkers: known to be reached by none.
    assert "S0070" in (tmp_path / "new" / "area.yaml").read_text(encoding="utf-8")


def one_way_walks(streets: Streets) -> Streets:
    """The first walkable piece for walkers along it only, the next against it only."""
    first, second = np.flatnonzero(streets.walkable)[:2]
    edges = streets.edges.copy()
    edges.loc[first, "foot_backward"] = False
    edges.loc[second, "foot_forward"] = False
    return replace(streets, edges=edges)


def with_a_forbidden_turn(streets: Streets) -> Streets:
    """No turn from one drivable piece onto another at a junction of three or more."""
    start, end = streets.ends()
    node = int(np.bincount(np.concatenate([start, end])[streets.drivable.repeat(1).tolist() * 2])
               .argmax())  # fmt: skip
    rows_ = np.flatnonzero(((start == node) | (end == node)) & streets.drivable)
    return replace(streets, no_turns=np.array([[rows_[0], node, rows_[1]]]))


def test_hostile_names_come_back_as_they_are(area, tmp_path):
    """If this fails, a name that looks like a formula or a table comes back as another."""
    names = ["=cmd|' /C calc'!A0", "+1", "'quoted'", 'a "b", c', "一\n二", "007", "-5"]
    stops = area.network.feed.stops["stop_id"].tolist()
    changes = tuple(
        RenameStop(stop=stop, stop_name=name) for stop, name in zip(stops, names, strict=False)
    )
    changed = Scenario("s", changes).apply(area.network)
    read = there_and_back(area, changed, tmp_path / "new")
    assert read.network.feed.stops["stop_name"].tolist()[: len(names)] == names


def test_an_area_in_another_datum_is_written_in_wgs_84(tmp_path):
    """If this fails, an area whose tables are GCJ-02 is shifted twice, by 604 m."""
    folder = copy_of_few_lines(tmp_path / "area", LINES)
    for name, what in (("stops", "stop"), ("stations", "station"), ("gates", "gate")):
        table = pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)
        columns = [f"{what}_lon", f"{what}_lat"]
        table[columns] = from_wgs84(table[columns].astype(float).to_numpy(), "GCJ-02")
        table.to_csv(folder / f"{name}.csv", index=False)
    replace_text(folder / "area.yaml", "datum: WGS-84", "datum: GCJ-02")
    shifted = read_area(folder)
    read = there_and_back(shifted, shifted.network, tmp_path / "new")
    assert "datum: WGS-84" in (tmp_path / "new" / "area.yaml").read_text(encoding="utf-8")
    assert read.network.feed.fingerprint() == shifted.network.feed.fingerprint()


def test_timetables_are_written_as_clock_times(area, tmp_path):
    """If this fails, departures come back as seconds, or a period without headways is lost."""
    feed = area.network.feed
    pattern = feed.patterns["pattern_id"].iloc[0]
    trips = pd.DataFrame(
        [{"trip_id": "t", "pattern_id": pattern, "departure_time": 90_061, **MARKS}]
    )
    spans = feed.frequencies[feed.frequencies["pattern_id"] != pattern]
    changed = area.network.with_feed(feed.with_tables(trips=trips, frequencies=spans))
    there_and_back(area, changed, tmp_path / "new")
    # 90,061 s is 25 h, 1 min and 1 s after midnight.
    assert rows("trips", tmp_path / "new")[0]["departure_time"] == "25:01:01"


def test_nothing_is_written_where_something_stands(area, tmp_path):
    """If this fails, a scenario that is applied overwrites the area it was made for."""
    before = snapshot(area.folder)
    full = tmp_path / "full"
    full.mkdir()
    (full / "mine.txt").write_text("mine", encoding="utf-8")
    for out, says in ((area.folder, "is not empty"), (area.folder / "new", "lies inside"),
                      (full, "is not empty")):  # fmt: skip
        with pytest.raises(UsageError, match=says):
            write_area(area, area.network, out, note="")
    with pytest.raises(DataError, match="cannot be written"):
        write_area(area, area.network, full / "mine.txt" / "x", note="")
    assert snapshot(area.folder) == before
    assert [path.name for path in tmp_path.rglob("*")] == ["full", "mine.txt"]


def test_what_cannot_be_read_back_is_not_written(area, tmp_path):
    """If this fails, a study area is left behind that no command can open."""
    far = area.network.feed.stops.assign(stop_lat=23.5)  # 80 km to the north
    changed = area.network.with_feed(area.network.feed.with_tables(stops=far))
    with pytest.raises(DataError, match="none of the") as caught:
        write_area(area, changed, tmp_path / "new", note="")
    assert str(tmp_path / "new") in caught.value.problems[0].where
    assert snapshot(tmp_path) == {}


def test_apply_on_the_command_line(area, tmp_path):
    """If this fails, a planner cannot go on from a scenario as from what is there."""
    out = tmp_path / "after"
    ran = run("scenario", "apply", "m450_2020", "--area", area.folder, "--out", out)
    assert (ran.code, ran.err) == (0, "")
    assert f"Now run: transit brief --area {out}" in ran.text
    sources = (out / "SOURCES.md").read_text(encoding="utf-8")
    assert sources.startswith("# A scenario in this folder\n\nThis is the study area yinxing (")
    assert read_scenario(out / "applied.yaml").name == "m450_2020"
    starts = {row["stop_id"] for row in rows("calls", out)
              if row["pattern_id"] == "M450_0" and row["stop_sequence"] == "1"}  # fmt: skip
    assert starts == {"N0001"}
    twice = run("scenario", "apply", out / "applied.yaml", "--area", out, "--out", tmp_path / "x")
    assert twice.code == 3
    assert "'N0001' exists already" in twice.err
    assert run("scenario", "apply", "m450_2020", "--area", area.folder, "--out", out).code == 2
