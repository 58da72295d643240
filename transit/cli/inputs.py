"""What a command line names, read: the area, its parks, briefs, scenarios and comparisons."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from transit.errors import Problem, TransitError, UsageError, did_you_mean, raise_if

if TYPE_CHECKING:
    from transit.analysis.brief import Brief
    from transit.comparison import Comparison
    from transit.model.park import Park
    from transit.scenario.files import Known
    from transit.scenario.scenario import Scenario
    from transit.sources.area import Area

_DAY = 24 * 3600


def require_outside(out: Path | None, folder: Path | None) -> None:
    """Refuse to write answers over the tables of the study area they come from.

    Without ``folder`` it is the bundled one.
    """
    from transit.sources.area import bundled_area

    if out is None:
        return
    folder = bundled_area() if folder is None else folder
    if folder.resolve() in (out.resolve(), *out.resolve().parents):
        fault = f"lies in the study area {folder}, whose tables have the same names"
        raise UsageError(Problem(f"--out {out}", fault, "choose a folder outside it"))


def chosen_area(folder: Path | None, at: str | None = None) -> Area:
    """The study area in ``folder``, or the bundled one, as walkers find it ``at`` HH:MM."""
    from transit.sources.area import bundled_area, read_area

    clock = None if at is None else _clock(at)
    area = read_area(folder if folder is not None else bundled_area())
    return area if clock is None else replace(area, network=area.network.at(clock))


def _clock(at: str) -> int:
    from transit.units import seconds_of

    clock = seconds_of(at)
    if clock is None or clock >= _DAY:
        mend = "give a time of day from 00:00 to 23:59, such as 22:30"
        raise UsageError(Problem(f"--at {at}", "is no time of day", mend))
    return clock


def chosen_parks(area: Area, names: list[str] | None) -> tuple[Park, ...]:
    """The parks named, or all of the area."""
    return tuple(area.park(name) for name in names) if names else area.parks


def parks_to_answer(area: Area, names: list[str] | None) -> tuple[Park, ...]:
    """The parks named, or all of the area; ``UsageError`` where it has none."""
    if not area.parks:
        mend = (
            "add parks.geojson to it, or import it again with --parks FILE; without a park "
            "transit map draws its network"
        )
        raise UsageError(Problem(str(area.folder), "has no park to answer for", mend))
    return chosen_parks(area, names)


def read_briefs(area: Area, names: list[str] | None, limit: float) -> list[Brief]:
    """The briefs of the parks named, or of all."""
    from transit.analysis.brief import briefs

    return briefs(area.network, parks_to_answer(area, names), limit_m=limit)


def read_comparison(
    area: Area, scenarios: list[str], names: list[str] | None, limit: float
) -> Comparison:
    """The scenarios named, compared with the area as it is."""
    from transit.comparison import compare as compare_scenarios

    read = read_scenarios(area, scenarios)
    parks = parks_to_answer(area, names)
    return compare_scenarios(area.network, read, parks, zones=area.zones, limit_m=limit)


def read_scenarios(area: Area, names: list[str], *, any_network: bool = True) -> list[Scenario]:
    """Scenarios by file or by name in the area; the faults of all of them at once.

    Where one has faults, all are tried on the network, so that theirs come out with them.

    One that was made for another network is warned of, or refused without ``any_network``.
    """
    read: list[Scenario] = []
    problems: list[Problem] = []
    for name in names:
        try:
            read.append(read_scenario_for(area, scenario_path(area, name), any_network=any_network))
        except TransitError as error:
            problems += error.problems
            failed = error
    if problems:
        problems += [fault for one in read for fault in one.problems(area.network)]
        raise type(failed)(problems)
    return read


def read_scenario_for(area: Area, path: Path, *, any_network: bool) -> Scenario:
    """The scenario of ``path``; one made for another network is warned of, or refused."""
    from transit.scenario.files import read_file

    read = read_file(path, known=known_of(area))
    other = read.stamp_problems(area.network)
    if not any_network:
        raise_if(other)
    for problem in other:
        typer.echo(f"transit: warning: {problem.where}: {problem.what}", err=True)
    return read.whole


def known_of(area: Area) -> Known:
    """What a scenario file can be tried on and stand on: the area's network and scenarios."""
    from transit.scenario.files import Known

    return Known(area.network, area.folder / "scenarios")


def scenario_path(area: Area, name: str) -> Path:
    """The file of the area's scenario of that name, or else ``name`` as a file.

    A bare name that the area lacks is told which there are.
    """
    own = area.folder / "scenarios" / f"{name}.yaml"
    if own.is_file():
        return own
    if Path(name).suffix or Path(name).exists():
        return Path(name)
    known = [path.stem for path in area.scenarios]
    raise UsageError(
        Problem("scenario", f"no scenario is named {name!r}", did_you_mean(name, known))
    )
