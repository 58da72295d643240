"""The datum of the real tables of shared/data, each held against what comes from elsewhere."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from transit.datum import DATUMS, from_wgs84, to_wgs84
from transit.sources.datum_fit import TrustedLayer, datum_fit
from transit.units import project

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def lines(shared_data):
    return pd.read_csv(shared_data / "shenzhen_bus_2020" / "line_stops_wgs84.csv")


@pytest.fixture(scope="module")
def metro(shared_data):
    table = pd.read_csv(shared_data / "shenzhen_metro" / "stations_wgs84.csv")
    points = shapely.points(table[["lon", "lat"]].to_numpy())
    return TrustedLayer("metro stations", "stations", points, table["name_cn"].tolist())


def test_the_table_of_2020_is_bd09_by_names_of_metro_stations(lines, metro):
    """If this fails, the whole city is imported 1.2 km off where there are no streets."""
    names = lines["stop"].tolist()
    for columns, datum in (
        (["lon_bd09", "lat_bd09"], "BD-09"),
        (["lon_wgs84", "lat_wgs84"], "WGS-84"),
    ):
        fit = datum_fit(lines[columns].to_numpy(), [metro], names=names)
        assert (fit.best, fit.certain) == (datum, True)


def test_m287_is_gcj02_by_the_stops_of_2020(lines, shared_data):
    """If this fails, a line of 2025 and the lines of 2020 do not meet."""
    m287 = pd.read_csv(shared_data / "shenzhen_bus_2025" / "m287_check.csv")
    points = shapely.points(lines[["lon_wgs84", "lat_wgs84"]].to_numpy())
    layer = TrustedLayer("stops of 2020", "stops", points)
    for columns, datum in (
        (["lon_gcj02", "lat_gcj02"], "GCJ-02"),
        (["lon_wgs84", "lat_wgs84"], "WGS-84"),
    ):
        fit = datum_fit(m287[columns].to_numpy(), [layer])
        assert (fit.best, fit.certain) == (datum, True)
        # the README of the shared data: ten stops agree within 1–15 m
        rows = fit.table[(fit.table["datum"] == datum) & (fit.table["by"] == "nearest")]
        assert rows["median_m"].iloc[0] < 15


@pytest.mark.parametrize("datum", DATUMS)
def test_windows_and_fifty_stops_are_never_judged_wrongly(lines, metro, shared_data, datum):
    """If this fails, a cut of a table is refused, or taken, for a datum that is not its own."""
    zones = gpd.read_file(shared_data / "shenzhen_zones" / "SZ_districts.shp").boundary
    arterials = TrustedLayer(
        "zone boundaries", "streets", shapely.get_parts(zones.to_numpy()), crs="EPSG:3857"
    )
    degrees = to_wgs84(lines[["lon_bd09", "lat_bd09"]].to_numpy(), "BD-09")
    asked, random = from_wgs84(degrees, datum), np.random.default_rng(len(datum))
    xy, names, sure = project(degrees, "EPSG:4547"), lines["stop"].to_numpy(), []
    for trial in range(24):
        rows = random.choice(len(lines), 50, replace=False)
        if trial % 2:
            middle = xy[random.choice(len(lines))]
            rows = np.flatnonzero((np.abs(xy - middle) <= 1000).all(axis=1))
        fit = datum_fit(asked[rows], [arterials, metro], names=names[rows])
        assert fit.best == datum or not fit.certain
        sure.append(fit.certain)
    assert sum(sure) >= 4  # and it is said at times, not never
