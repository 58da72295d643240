"""Proposed stops as ``--places`` names them: the new stops of a scenario, or a table of stops."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from transit.cli.inputs import read_scenarios
from transit.errors import Problem, raise_if

if TYPE_CHECKING:
    from transit.scenario.stops import NewStop
    from transit.sources.area import Area

WHICH = "a scenario (its new stops), or a .csv like the area's stops.csv (WGS-84); repeatable."

PlacesOption = Annotated[
    list[str] | None, typer.Option("--places", help=f"Stops that may be called at: {WHICH}")
]
TextPlacesOption = Annotated[
    list[str] | None, typer.Option("--places", help=f"With --read: stops not in the area: {WHICH}")
]


def chosen_places(area: Area, names: list[str] | None) -> tuple[NewStop, ...]:
    """The stops of each table and the new stops of each scenario named, tables first."""
    from transit.search.catalogue import proposed_places

    given = names or []
    tables = [name for name in given if Path(name).suffix.lower() == ".csv"]
    scenarios = [name for name in given if name not in tables]
    listed = [stop for name in tables for stop in _listed(Path(name))]
    return tuple(dict.fromkeys((*listed, *proposed_places(read_scenarios(area, scenarios)))))


def _listed(path: Path) -> list[NewStop]:
    from transit.schema import STOPS
    from transit.sources.tables import read_csv

    table, problems = read_csv(path, STOPS)
    raise_if(problems)
    stops: list[NewStop] = []
    for row in table.itertuples():
        stop, faults = _stop(row, f"{path} stop {row.stop_id}")
        problems = [*problems, *faults]
        stops += [stop] if stop else []
    raise_if(problems)
    return stops


def _stop(row: Any, where: str) -> tuple[NewStop | None, list[Problem]]:  # noqa: ANN401
    from pydantic import ValidationError

    from transit.scenario.stops import NewStop

    try:
        return NewStop(
            stop_id=row.stop_id, stop_name=row.stop_name, lon=row.stop_lon, lat=row.stop_lat,
            datum="WGS-84", district=row.district, indicative=bool(row.indicative),
            year=int(row.year), source=row.source,
        ), []  # fmt: skip
    except ValidationError as error:
        return None, [
            Problem(
                f"{where} {'.'.join(map(str, fault['loc']))}", fault["msg"], "correct the value"
            )
            for fault in error.errors()
        ]
