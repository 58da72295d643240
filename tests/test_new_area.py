"""Study areas made anew from a network, and networks cut to the lines of one place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely
from bundle import snapshot
from town import CRS, degrees, metric
from town import network as town_network

from transit.errors import UsageError
from transit.model.cut import cut
from transit.model.differences import network_differences
from transit.model.network import Network
from transit.model.streets import Streets
from transit.sources.area import box_in_metres, read_area
from transit.sources.new_area import AreaFacts, Outlines, box_of, write_new_area

CORNERS = [degrees(-500, -500), degrees(5500, 5500)]


def whole() -> tuple[Network, AreaFacts]:
    box = box_of(CORNERS, 0)
    return replace(town_network(), study_area=box_in_metres(box, CRS)), AreaFacts("town", box, 2020)


def park_of(east: float, north: float) -> Outlines:
    ring = [degrees(east, north), degrees(east + 400, north), degrees(east + 400, north + 300)]
    table = pd.DataFrame(
        {"park_id": ["p"], "park_name": ["=园区"], "point_lon": [degrees(east, north)[0]],
         "point_lat": [degrees(east, north)[1]], "point_source": ["corner"], "indicative": [True],
         "year": [2020], "source": ["make-believe"]}
    )  # fmt: skip
    return Outlines(table, np.array([shapely.Polygon(ring)], dtype=object))


@pytest.mark.parametrize("streets", [True, False], ids=["with streets", "without"])
def test_a_network_becomes_a_study_area_that_reads_back_equal(tmp_path, streets):
    """If this fails, an imported city is not the one that was understood."""
    network, facts = whole()
    if not streets:
        network = network.with_streets(Streets.none(CRS))
    made = write_new_area(
        tmp_path / "town", network, replace(facts, parks=park_of(200, 200)), note="made by hand"
    )
    read = read_area(tmp_path / "town")
    assert network_differences(network, read.network).empty
    assert made.network.fingerprint() == read.network.fingerprint()
    assert made.folder == tmp_path / "town"
    (park,) = read.parks
    assert park.park_name == "=园区"
    # Half of the rectangle 400 m by 300 m.
    assert park.area_m2 == pytest.approx(60_000, rel=1e-4)
    assert (tmp_path / "town" / "SOURCES.md").read_text(encoding="utf-8") == "made by hand\n"


def test_a_folder_with_files_is_left_alone(tmp_path):
    """If this fails, an import overwrites a planner's files."""
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    before = snapshot(tmp_path)
    network, facts = whole()
    with pytest.raises(UsageError, match="is not empty"):
        write_new_area(tmp_path, network, facts, note="")
    assert snapshot(tmp_path) == before


def test_a_cut_carries_lines_whole_and_nothing_else():
    """If this fails, the showcase's tables are not what the city's table says of these lines."""
    network = town_network()
    # S3 stands at (950, 300): 007, 环1 and 8字 call there; 101 and 9X do not.
    here = cut(network, shapely.Point(metric([(950, 300)])[0]), within_m=1)
    assert set(here.feed.routes["route_short_name"]) == {"007", "环1", "8字"}
    # 007 goes to S4; 环1 to S1, S2 and S5. S1b, S6 and S7 are called at by none of the three.
    assert set(here.feed.stops["stop_id"]) == {"S1", "S2", "S3", "S4", "S5"}
    for pattern in here.feed.patterns["pattern_id"]:
        assert here.feed.sequence(pattern) == network.feed.sequence(pattern)
    assert len(here.feed.trips) == 4
    assert set(here.feed.frequencies["pattern_id"]) == {"RLOOP_0", "RTWICE_0"}
    assert here.streets is network.streets


def test_a_cut_where_no_line_calls_says_so():
    """If this fails, a slip in the place gives an empty study area."""
    with pytest.raises(UsageError, match="no line calls within 10 m"):
        cut(town_network(), shapely.Point(metric([(-150, 300)])[0]), within_m=10)
