"""The search itself: every candidate of the catalogue, then pairs of the best of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

from transit.analysis.assumptions import Assumptions
from transit.errors import Problem, UsageError
from transit.model.network import Network
from transit.model.park import Park
from transit.search.candidates import enumerate_candidates
from transit.search.catalogue import Budget, Catalogue
from transit.search.suggestions import Suggestions
from transit.search.trials import Bench, Better, MeasureOf, Question, Trial


def suggest(  # noqa: PLR0913  (the options a planner may give)
    base: Network,
    park: Park,
    *,
    catalogue: Catalogue | None = None,
    budget: Budget | None = None,
    measure: MeasureOf = "share_walk_served",
    better: Better = "more",
    limit_m: float = 500,
    assumptions: Assumptions | None = None,
    best: int = 5,
    pairs: int = 0,
) -> Suggestions:
    """The ``best`` few changes of ``catalogue`` for ``park`` within ``budget``, and all tried.

    ``measure`` is one of ``analysis.measures`` for a park, or a function of a network; ``better``
    says whether more or less of it is wanted; ``assumptions`` are those of the costs. Every
    candidate has the measure worked out in full, so the ranking is exact. With ``pairs`` the best
    so many candidates are also tried two by two (a beam: how many pairs of the others were not
    put together is counted).

    Deterministic: equal gains stand in the order of vehicles, kilometres and minutes added, then
    in that of the catalogue. Raises ``UsageError`` for options that cannot be, or a catalogue
    that allows nothing here.
    """
    catalogue, budget = catalogue or Catalogue(), budget or Budget()
    question = Question(base, park, measure, better, budget, limit_m, assumptions or Assumptions())
    faults = catalogue.problems() + question.problems() + _count_problems(best, pairs)
    if faults:
        raise UsageError(faults)
    found = enumerate_candidates(base, park, catalogue)
    if not found.candidates:
        raise UsageError([_nothing(catalogue), *found.left_out])
    bench = Bench(question)
    singles = _in_order([bench.tried(candidate) for candidate in found.candidates])
    both, not_tried = _pairs(bench, singles, pairs)
    trials = _in_order([*singles, *both]) if both else singles
    width = len(str(len(trials)))
    named = tuple(
        replace(trial, name=f"suggested_{place:0{width}d}") for place, trial in enumerate(trials, 1)
    )
    return Suggestions(question, catalogue, named, found.left_out, best, not_tried)


def _pairs(bench: Bench, singles: Sequence[Trial], width: int) -> tuple[list[Trial], int]:
    """Trials of the best ``width`` singles two by two, and how many other pairs there are."""
    ranked = [trial.candidate for trial in singles if trial.status == "ranked"]
    chosen = list(combinations(ranked[:width], 2))
    every = len(ranked) * (len(ranked) - 1) // 2
    return [bench.tried(first + second) for first, second in chosen], every - len(chosen)


def _in_order(trials: Sequence[Trial]) -> list[Trial]:
    """Ranked trials best first, then the others; equals as they came (``sorted`` is stable)."""
    ranked = sorted((trial for trial in trials if trial.status == "ranked"), key=_order)
    return ranked + [trial for trial in trials if trial.status != "ranked"]


def _order(trial: Trial) -> tuple[float, ...]:
    return trial.order


def _nothing(catalogue: Catalogue) -> Problem:
    what = f"nothing can be tried: {', '.join(catalogue.verbs)} find no line and stop here"
    mend = (
        f"widen lines_within_m ({catalogue.lines_within_m:g}), stops_within_m "
        f"({catalogue.stops_within_m:g}) or longest_m ({catalogue.longest_m:g}), or add places"
    )
    return Problem("catalogue", what, mend)


def _count_problems(best: int, pairs: int) -> list[Problem]:
    mend = "give a whole number, 0 or more"
    return [
        Problem(name, f"{count!r} cannot be", mend)
        for name, count in (("best", best), ("pairs", pairs))
        if not isinstance(count, int) or count < 0
    ]
