"""Running a study: cases that are known are kept, the others worked out, in several processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from transit.errors import Problem, UsageError
from transit.output import claim, require_no_links, sweep
from transit.scenario.scenario import Scenario
from transit.study.files import read_study
from transit.study.kept import Outcome, kept_outcome
from transit.study.plan import Plan, Round, planned
from transit.study.processes import in_processes
from transit.study.results import WRITTEN, StudiedArea, StudyResults
from transit.study.study import Study
from transit.study.working import Workshop


@dataclass(frozen=True)
class Progress:
    """One more case is known: ``done`` of ``total``, and what came of it."""

    done: int
    total: int
    outcome: Outcome


Told = Callable[[Progress], None]


def run(  # noqa: PLR0913  (what a planner may choose)
    study: Study | str | Path,
    out: str | Path | None = None,
    *,
    scenarios: Sequence[Scenario] = (),
    jobs: int = 1,
    fresh: bool = False,
    made_at: datetime | None = None,
    progress: Told | None = None,
) -> StudyResults:
    """What comes of every case of ``study`` (or of its file), and where it was written.

    With a folder ``out`` each finished case is a file there, and a later run does only the cases
    whose inputs have changed, or all with ``fresh``; an index page, one long table and a workbook
    are written at the end, also where the run is interrupted. Without it nothing is written.
    ``scenarios`` are tried on every area, beside those of the study. ``jobs`` processes share the
    work. ``made_at`` (with a time zone) stands on the pages and reports of cases that are worked
    out now. ``progress`` is told of every case.

    A faulty case does not stop the others: see ``StudyResults.faults``. Raises ``DataError`` for
    a faulty file, and ``UsageError`` for parks, scenarios or a folder that cannot be: one in a
    study area, with links in it, or with files of the same names that no run wrote.
    """
    asked = study if isinstance(study, Study) else read_study(study)
    if jobs < 1:
        raise UsageError(Problem("jobs", f"{jobs} is no number of processes", "give 1 or more"))
    plan = planned(asked, scenarios)
    folder = None if out is None else Path(out)
    _require_outside(plan, folder)
    if folder is not None:
        require_no_links(folder, (case.folder for case in plan.cases))
        claim(folder, WRITTEN)
        sweep(folder)
    found: dict[str, Outcome] = {}
    total = len(plan.cases)
    try:
        for outcome in _outcomes(plan, folder, jobs, made_at, fresh=fresh):
            found[outcome.case.folder] = outcome
            if progress is not None:
                progress(Progress(len(found), total, outcome))
    finally:
        ordered = tuple(found[case.folder] for case in plan.cases if case.folder in found)
        areas = tuple(StudiedArea.of(area) for area in plan.areas.values())
        results = StudyResults(asked, plan.cases, ordered, areas, plan.faults, folder)
        if folder is not None:
            results.write(folder)
    return results


def _outcomes(
    plan: Plan, out: Path | None, jobs: int, made_at: datetime | None, *, fresh: bool
) -> Iterator[Outcome]:
    shops = {
        folder: Workshop(plan.study, area, out, made_at) for folder, area in plan.areas.items()
    }
    left: list[Round] = []
    for one in plan.rounds:
        kept = [] if fresh or out is None else list(_kept(shops[one.area], one, out))
        yield from kept
        known = {outcome.case for outcome in kept}
        cases = tuple(case for case in one.cases if case not in known)
        left += [replace(one, cases=cases)] if cases else []
    yield from _worked_out(shops, left, jobs)


def _kept(shop: Workshop, one: Round, out: Path) -> Iterator[Outcome]:
    if one.problems:
        return
    for case in one.cases:
        outcome = kept_outcome(out, case, shop.wanted(one, case))
        if outcome is not None:
            yield outcome


def _worked_out(shops: dict[str, Workshop], left: Sequence[Round], jobs: int) -> Iterator[Outcome]:
    if jobs == 1 or len(left) < 2:
        for one in left:
            yield from shops[one.area].outcomes(one)
    else:
        yield from in_processes(shops, left, min(jobs, len(left)))


def _require_outside(plan: Plan, out: Path | None) -> None:
    """Refuse to write results into the folder of a study area: its files are inputs."""
    for folder in plan.areas:
        if out is not None and Path(folder).resolve() in (out.resolve(), *out.resolve().parents):
            what = f"lies in the study area {folder}, whose files are inputs"
            raise UsageError(Problem(f"out {out}", what, "choose a folder outside it"))
