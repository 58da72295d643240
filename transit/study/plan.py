"""The cases of a study, before any is worked out: what is read, and what cannot be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

from transit.errors import DataError, Problem, TransitError, UsageError, did_you_mean, raise_if
from transit.model.park import Park
from transit.scenario.files import Known, read_file
from transit.scenario.scenario import Scenario
from transit.sources.area import Area, read_area
from transit.study.files import is_file_name
from transit.study.names import safe_names
from transit.study.study import ALL, AS_IT_IS, NONE, Study

BASE_FOLDER = "as_it_is"
CASES_AT_MOST = 20_000
"""What one index page and one folder can hold; by our own measure a night's work or more."""


@dataclass(frozen=True)
class StudyCase:
    """One case: a park of an area, a limit in metres, and a scenario (empty: as it is).

    ``folder`` is where its files are, below that of the results.
    """

    area_id: str
    area_name: str
    park_id: str
    park_name: str
    limit_m: float
    scenario: str
    title: str
    folder: str

    def __str__(self) -> str:
        parts = (self.area_id, self.park_name, f"{self.limit_m:g} m", self.scenario)
        return " · ".join(filter(None, parts))


@dataclass(frozen=True, eq=False)
class Round:
    """The cases of one scenario in one area: its network is made once for them all.

    ``area`` is its folder. ``scenario`` is None for the area as it is, and where the file has
    ``problems``; its ``name`` is that of the file then.
    """

    area: str
    name: str
    scenario: Scenario | None
    cases: tuple[StudyCase, ...]
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Plan:
    """The cases of a study in reading order, in rounds; ``areas`` by folder.

    ``faults`` are of areas that cannot be read, or have no park: they have no case.
    """

    study: Study
    areas: dict[str, Area]
    rounds: tuple[Round, ...]
    faults: tuple[Problem, ...]

    @property
    def cases(self) -> tuple[StudyCase, ...]:
        """All cases: by area, park, limit, and then scenario in the order given."""
        every = [
            ((area, *place), case)
            for area, rounds in enumerate(self._by_area())
            for place, case in _placed(rounds)
        ]
        return tuple(case for _, case in sorted(every, key=lambda pair: pair[0]))

    def _by_area(self) -> Iterator[list[Round]]:
        for folder in self.areas:
            yield [one for one in self.rounds if one.area == folder]


def _placed(rounds: Sequence[Round]) -> Iterator[tuple[tuple[int, int], StudyCase]]:
    """The cases of an area with their place: park and limit first, then the scenario."""
    for scenario, one in enumerate(rounds):
        for park_and_limit, case in enumerate(one.cases):
            yield (park_and_limit, scenario), case


def planned(study: Study, scenarios: Sequence[Scenario] = ()) -> Plan:
    """What ``study`` comes to, with ``scenarios`` that no file holds.

    Raises ``UsageError`` for parks and scenarios that no area has, and ``DataError`` where no
    area can be used. A faulty scenario is kept with its problems: others go on.
    """
    areas, faults = _areas(study)
    if not areas:
        raise DataError(faults)
    unknown = [*_unknown_parks(study, areas.values()), *_unknown_scenarios(study, areas.values())]
    if unknown:
        raise UsageError(unknown)
    _require_few(study, areas.values(), len(scenarios))
    names = safe_names(area.area_id for area in areas.values())
    rounds = tuple(
        one
        for (folder, area), name in zip(areas.items(), names, strict=True)
        for one in _rounds(study, folder, area, f"cases/{name}", scenarios)
    )
    return Plan(study, areas, rounds, tuple(faults))


def area_at(study: Study, folder: str) -> Area:
    """The area in ``folder`` as walkers find it at the study's time of day."""
    area = read_area(folder)
    return area if study.clock is None else replace(area, network=area.network.at(study.clock))


def _areas(study: Study) -> tuple[dict[str, Area], list[Problem]]:
    areas: dict[str, Area] = {}
    faults: list[Problem] = []
    for folder in study.areas:
        try:
            area = area_at(study, folder)
        except TransitError as error:
            faults += error.problems
            continue
        if area.parks:
            areas[folder] = area
        else:
            faults.append(Problem(folder, "has no park to answer for", "add parks.geojson"))
    counted = Counter(area.area_id for area in areas.values())
    mend = "give each its own area_id in area.yaml"
    raise_if([
        Problem("areas", f"{count} areas have the id {name!r}", mend)
        for name, count in counted.items() if count > 1
    ])  # fmt: skip
    return areas, faults


def _require_few(study: Study, areas: Iterable[Area], given: int) -> None:
    """Raise ``UsageError`` for more than ``CASES_AT_MOST`` cases, before any scenario is read."""
    limits = len(study.limits_m)
    parks = {area.area_id: len(_chosen_parks(study, area)) for area in areas}
    tried = {area.area_id: 1 + len(_scenario_files(study, area)) + given for area in areas}
    count = limits * sum(parks[key] * tried[key] for key in parks)
    if count > CASES_AT_MOST:
        what = (
            f"{count:,} cases ({limits:,} limits; {sum(parks.values()):,} parks, each with up to "
            f"{max(tried.values()):,} scenarios), more than {CASES_AT_MOST:,}"
        )
        raise UsageError(Problem("study", what, "make several studies of it, or ask for less"))


def _chosen_parks(study: Study, area: Area) -> list[Park]:
    wanted = study.parks
    return [
        park for park in area.parks
        if ALL in wanted or {park.park_id, park.park_name} & set(wanted)
    ]  # fmt: skip


def _unknown_parks(study: Study, areas: Iterable[Area]) -> Iterator[Problem]:
    known = {
        name for area in areas for park in area.parks for name in (park.park_id, park.park_name)
    }
    for name in study.parks:
        if name not in (ALL, *known):
            what = f"no park of the areas is named {name!r}"
            yield Problem("parks", what, did_you_mean(name, known))


def _unknown_scenarios(study: Study, areas: Iterable[Area]) -> Iterator[Problem]:
    known = {path.stem for area in areas for path in area.scenarios}
    for name in study.scenarios:
        if name not in (ALL, NONE, *known) and not is_file_name(name):
            what = f"no scenario of the areas is named {name!r}"
            yield Problem("scenarios", what, did_you_mean(name, known))


def _scenario_files(study: Study, area: Area) -> list[Path]:
    """The files that are tried on ``area``, in the order given."""
    own = {path.stem: path for path in area.scenarios}
    if ALL in study.scenarios:
        return list(own.values())
    files = [Path(name) if is_file_name(name) else own.get(name) for name in study.scenarios]
    return [path for path in files if path is not None]


def _rounds(
    study: Study, folder: str, area: Area, below: str, scenarios: Sequence[Scenario]
) -> Iterator[Round]:
    read = [Round(folder, AS_IT_IS, None, ())]
    read += [_read(folder, area, path) for path in _scenario_files(study, area)]
    read += [Round(folder, one.name, one, ()) for one in scenarios]
    parks = _chosen_parks(study, area)
    in_parks = list(zip(parks, safe_names(park.park_id for park in parks), strict=True))
    given: set[str] = set()
    for one, last in zip(read, safe_names(one.name or BASE_FOLDER for one in read), strict=True):
        title = one.scenario.title if one.scenario else ""
        cases = tuple(
            StudyCase(
                area.area_id, area.network.name, park.park_id, park.park_name, limit,
                one.name, title, f"{below}/{middle}/{_limit_folder(limit)}/{last}",
            )
            for (park, middle), limit in product(in_parks, study.limits_m)
        )  # fmt: skip
        twice = _name_twice(one.name) if one.name in given else ()
        given.add(one.name)
        yield replace(one, cases=cases, problems=one.problems or twice)


def _read(folder: str, area: Area, path: Path) -> Round:
    try:
        read = read_file(path, known=Known(area.network, area.folder / "scenarios"))
    except TransitError as error:
        return Round(folder, path.stem, None, (), error.problems)
    notes = tuple(f"it {one.what}" for one in read.stamp_problems(area.network))
    return Round(folder, read.whole.name, read.whole, (), notes=notes)


def _name_twice(name: str) -> tuple[Problem, ...]:
    what, mend = "another scenario has this name, too", "give each scenario its own name"
    return (Problem(f"scenario {name}", what, mend),)


def _limit_folder(limit_m: float) -> str:
    return f"{limit_m!r}".removesuffix(".0").replace(".", "_") + "m"
