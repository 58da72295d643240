"""What a command line names, read: the area, its parks, briefs, scenarios and comparisons."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from transit.errors import Problem, TransitError, UsageError

if TYPE_CHECKING:
    from transit.analysis.brief import Brief
    from transit.comparison import Comparison
    from transit.model.park import Park
    from transit.scenario.scenario import Scenario
    from transit.sources.area import Area


def require_outside(out: Path | None, folder: Path | None) -> None:
    """Refuse to write answers over the tables of the study area they come from."""
    if out is None or folder is None:
        return
    if folder.resolve() in (out.resolve(), *out.resolve().parents):
        fault = f"lies in the study area {folder}, whose tables have the same names"
        raise UsageError(Problem(f"--out {out}", fault, "choose a folder outside it"))


def chosen_area(folder: Path | None) -> Area:
    """The study area in ``folder``, or the bundled one."""
    from transit.sources.area import bundled_area, read_area

    return read_area(folder if folder is not None else bundled_area())


def chosen_parks(area: Area, names: list[str] | None) -> tuple[Park, ...]:
    """The parks named, or all of the area."""
    return tuple(area.park(name) for name in names) if names else area.parks


def read_briefs(area: Area, names: list[str] | None, limit: float) -> list[Brief]:
    """The briefs of the parks named, or of all."""
    from transit.analysis.brief import briefs

    return briefs(area.network, chosen_parks(area, names), limit_m=limit)


def read_comparison(
    area: Area, scenarios: list[str], names: list[str] | None, limit: float
) -> Comparison:
    """The scenarios named, compared with the area as it is."""
    from transit.comparison import compare as compare_scenarios

    read = read_scenarios(area, scenarios)
    parks = chosen_parks(area, names)
    return compare_scenarios(area.network, read, parks, zones=area.zones, limit_m=limit)


def read_scenarios(area: Area, names: list[str]) -> list[Scenario]:
    """Scenarios by file or by name in the area; the faults of all of them at once."""
    from transit.scenario.files import read_scenario

    read: list[Scenario] = []
    problems: list[Problem] = []
    for name in names:
        own = area.folder / "scenarios" / f"{name}.yaml"
        try:
            read.append(read_scenario(own if own.is_file() else _scenario_path(area, name)))
        except TransitError as error:
            problems += error.problems
            failed = error
    if problems:
        raise type(failed)(problems)
    return read


def _scenario_path(area: Area, name: str) -> Path:
    """``name`` as a file; a bare name that the area lacks is told which there are."""
    if Path(name).suffix or Path(name).exists():
        return Path(name)
    from transit.errors import did_you_mean

    known = [path.stem for path in area.scenarios]
    raise UsageError(
        Problem("scenario", f"no scenario is named {name!r}", did_you_mean(name, known))
    )
