"""Attribution: what each change of a scenario contributes to its whole effect on some measures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
import pandas as pd

from transit.analysis.brief import brief
from transit.analysis.measures import PARK_VALUES, park_measures
from transit.analysis.measures import measures as measures_of
from transit.attribution.questions import answers, questions
from transit.attribution.shares import Sampling, Shares, exact_shares, sampled_shares
from transit.attribution.subsets import Subsets
from transit.card import Card
from transit.errors import Problem, UsageError
from transit.model.network import Network
from transit.model.park import Park
from transit.scenario.scenario import Scenario
from transit.scenario.words import change_lines
from transit.terms import DEFAULT
from transit.units import FloatArray

Measures = str | Sequence[str] | Mapping[str, Callable[[Network], float]]
Answer = Callable[[Network], FloatArray]
EXACT_UP_TO = 6
"""With so many changes every subset is evaluated (2^6 = 64); with more, orders are drawn."""
MOST_EXACT = 12


@dataclass(frozen=True)
class Asked:
    """A measure that was asked about: its name, unit, definition, and whether it is indicative."""

    name: str
    unit: str = ""
    definition: str = "a function given by the caller"
    indicative: bool = False


@dataclass(frozen=True, eq=False)
class Attribution:
    """What each part of ``scenario`` contributes, measure by measure; see its tables.

    ``parts`` are the places (0, 1, …) of the changes that stand together. ``needs`` gives, by
    part, the parts without which it cannot be made, and ``skipped_alone`` whether it cannot be
    made alone.
    """

    scenario: Scenario
    parts: tuple[tuple[int, ...], ...]
    asked: tuple[Asked, ...]
    shares: Shares
    needs: tuple[tuple[int, ...], ...]
    skipped_alone: tuple[bool, ...]
    sampling: Sampling

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a measure and change (or part), in the measure's unit.

        Columns: ``measure``, ``unit``, ``changes`` (numbers) and ``what`` (in words); ``alone``
        (what it does with no other change), ``last`` (what it adds to all the others),
        ``shapley`` (its share: the mean of what it adds over every order) with ``standard_error``
        (0 where exact), ``of_total`` (the share ÷ the whole effect; missing where that is 0),
        ``made_alone``, ``depends_on`` (numbers of the changes without which it cannot be made)
        and ``indicative``.
        """
        words = [line.partition(". ")[2] for line in change_lines(self.scenario)]
        rows = [
            {
                **self._head(column),
                "changes": self._numbers((part,)),
                "what": "; ".join(words[place] for place in places),
                "alone": self.shares.alone[part, column],
                "last": self.shares.last[part, column],
                "shapley": self.shares.shapley[part, column],
                "standard_error": self.shares.standard_error[part, column],
                "of_total": _ratio(self.shares.shapley[part, column], self._total[column]),
                "made_alone": not self.skipped_alone[part],
                "depends_on": self._numbers(self.needs[part]),
                "indicative": self.asked[column].indicative,
            }
            for column in range(len(self.asked))
            for part, places in enumerate(self.parts)
        ]
        return pd.DataFrame(rows)

    @cached_property
    def totals(self) -> pd.DataFrame:
        """One row a measure: ``before``, ``after``, ``total``, and what is not any change's own.

        ``sum_alone`` adds up what each change does alone; ``interaction`` is the rest of the
        ``total``. ``method`` is exact or sampled, with the number of ``orders`` drawn and whether
        the precision asked for was reached (``converged``); ``evaluated`` counts the subsets.
        """
        alone = self.shares.alone.sum(axis=0)
        rows = [
            {
                **self._head(column),
                "definition": self.asked[column].definition,
                "before": self.shares.nothing[column],
                "after": self.shares.everything[column],
                "total": self._total[column],
                "sum_alone": alone[column],
                "interaction": self._total[column] - alone[column],
                "method": "exact" if self.shares.exact else "sampled",
                "evaluated": self.shares.evaluated,
                "orders": self.shares.orders,
                "seed": self.sampling.seed,
                "converged": self.shares.converged,
                "indicative": self.asked[column].indicative,
            }
            for column in range(len(self.asked))
        ]
        return pd.DataFrame(rows)

    @cached_property
    def interactions(self) -> pd.DataFrame:
        """One row a measure and subset of two parts or more; without rows where sampled.

        ``dividend`` is what the subset adds beyond all its parts: with what each change does
        alone, the dividends sum to the total. ``index`` is the Shapley interaction index of a
        pair (missing for larger subsets): above 0 the two help one another.
        """
        count = len(self.parts)
        sizes = range(2, count + 1) if self.shares.exact else ()
        rows = [
            {
                **self._head(column),
                "changes": self._numbers(subset),
                "dividend": self._dividend(subset, column),
                "index": self._index(subset, column),
                "indicative": self.asked[column].indicative,
            }
            for column in range(len(self.asked))
            for size in sizes
            for subset in combinations(range(count), size)
        ]
        columns = ["measure", "unit", "changes", "dividend", "index", "indicative"]
        return pd.DataFrame(rows, columns=columns)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by name, in reading order."""
        return {
            "attribution": self.table,
            "attribution_totals": self.totals,
            "attribution_interactions": self.interactions,
        }

    def card(self, language: str = DEFAULT) -> Card:
        """What a notebook shows of it, in ``zh-CN`` or ``en``; ``UsageError`` for others."""
        from transit.attribution.shown import attribution_card

        return attribution_card(self, language)

    def _repr_html_(self) -> str:
        return self.card().html()

    @property
    def _total(self) -> FloatArray:
        return self.shares.everything - self.shares.nothing

    def _head(self, column: int) -> dict[str, object]:
        return {"measure": self.asked[column].name, "unit": self.asked[column].unit}

    def _numbers(self, parts: tuple[int, ...]) -> str:
        """The numbers of the changes of ``parts``: "1+2, 4" are two parts, one of two changes."""
        texts = ("+".join(str(place + 1) for place in self.parts[part]) for part in parts)
        return ", ".join(texts)

    def _dividend(self, parts: tuple[int, ...], column: int) -> float:
        return float(self.shares.dividends[sum(1 << part for part in parts), column])  # type: ignore[index]

    def _index(self, parts: tuple[int, ...], column: int) -> float:
        return float(self.shares.pairs[*parts, column]) if len(parts) == 2 else np.nan  # type: ignore[index]


def attribute(  # noqa: PLR0913  (what a planner may choose)
    base: Network,
    scenario: Scenario,
    measures: Measures,
    park: Park | None = None,
    *,
    together: Sequence[Sequence[int]] = (),
    limit_m: float = 500,
    exact_up_to: int = EXACT_UP_TO,
    sampling: Sampling | None = None,
) -> Attribution:
    """How much of the effect of ``scenario`` on each of ``measures`` comes from each change.

    ``measures`` are names, such as ``share_walk`` of ``park`` or ``buses_per_hour:M450`` of a
    line or stop, or functions of a network by name. All are answered in one pass. Changes whose
    numbers (1, 2, …) stand in one of ``together``, such as a stop and the line that is to call
    there, count as one. Up to ``exact_up_to`` of them (at most 12) every subset is made, in the
    order written, and evaluated once; with more, random orders are drawn as ``sampling`` says. A
    change that cannot be made without an absent one has no effect there.

    Raises ``DataError`` when the whole scenario cannot be applied, and ``UsageError`` for a
    measure that is not known, or that has no value in some subset.
    """
    how = sampling or Sampling()
    parts = _parts(scenario, together, exact_up_to, how.seed)
    after = scenario.apply(base)
    if isinstance(measures, Mapping):
        asked, answer = _of_functions(measures)
    else:
        asked, answer = _of_names(measures, base, after, park, limit_m)
    subsets = Subsets(base, scenario, parts)
    names = [one.name for one in asked]

    def game(subset: int) -> FloatArray:
        return _known(answer(subsets.network(subset)), names)

    count = len(parts)
    exact = count <= exact_up_to
    return Attribution(
        scenario,
        parts,
        tuple(asked),
        exact_shares(game, count) if exact else sampled_shares(game, count, how),
        tuple(tuple(subsets.needed_by(part)) for part in range(count)),
        tuple(subsets.skips(1 << part, part) for part in range(count)),
        how,
    )


def _parts(
    scenario: Scenario, together: Sequence[Sequence[int]], exact_up_to: int, seed: int
) -> tuple[tuple[int, ...], ...]:
    """The places of the changes that count as one, in the order of their first."""
    count = len(scenario.changes)
    problems = []
    if not count:
        mend = "give a scenario of one change or more"
        problems.append(Problem(f"scenario {scenario.name}", "has no change", mend))
    if seed < 0:
        problems.append(Problem("seed", f"{seed} cannot be", "give a whole number, 0 or more"))
    if not 0 <= exact_up_to <= MOST_EXACT:
        mend = f"give 0 to {MOST_EXACT}: 2^{MOST_EXACT} networks are {1 << MOST_EXACT:,}"
        problems.append(Problem("exact_up_to", f"{exact_up_to} changes are out of range", mend))
    named = [number for numbers in together for number in numbers]
    for number in dict.fromkeys(named):
        if not 1 <= number <= count:
            mend = f"the changes are numbered 1 to {count}"
            problems.append(Problem("together", f"there is no change {number}", mend))
        elif named.count(number) > 1:
            mend = "name each change once"
            problems.append(Problem("together", f"change {number} is named twice", mend))
    if problems:
        raise UsageError(problems)
    joined: list[tuple[int, ...]] = [
        tuple(sorted(number - 1 for number in numbers)) for numbers in together if numbers
    ]
    single: list[tuple[int, ...]] = [(place,) for place in range(count) if place + 1 not in named]
    return tuple(sorted(joined + single))


def _of_functions(measures: Mapping[str, Callable[[Network], float]]) -> tuple[list[Asked], Answer]:
    asked = [Asked(name) for name in measures]
    return asked, lambda network: np.array([float(one(network)) for one in measures.values()])


def _of_names(
    names: Sequence[str], base: Network, after: Network, park: Park | None, limit_m: float
) -> tuple[list[Asked], Answer]:
    if park is None:
        mend = "give the park that the measures are seen from, or functions of a network"
        raise UsageError(Problem("park", "none is given", mend))
    wanted = [names] if isinstance(names, str) else list(names)
    briefs = [brief(network, park, limit_m=limit_m) for network in (base, after)]
    if PARK_VALUES.keys() >= set(wanted):
        sides = [park_measures(one, wanted) for one in briefs]
    else:
        sides = [measures_of(one) for one in briefs]
    found = questions(wanted, *sides)
    asked = [Asked(one.text, one.unit, one.definition, one.indicative) for one in found]
    return asked, lambda network: answers(found, brief(network, park, limit_m=limit_m))


def _known(values: FloatArray, names: list[str]) -> FloatArray:
    """``values``, or a ``UsageError`` naming those that some subset of the changes lacks."""
    mend = "attribute a measure that is known throughout, such as a share or a count"
    problems = [
        Problem(f"measure {name}", "is not known when only some of the changes are made", mend)
        for name, value in zip(names, values, strict=True)
        if not np.isfinite(value)
    ]
    if problems:
        raise UsageError(problems)
    return values


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole else np.nan
