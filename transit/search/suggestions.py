"""Suggestions: the changes that serve a park best, ranked exactly, with all that was tried."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from transit.comparison import Comparison, compare
from transit.errors import Problem
from transit.model.network import Network
from transit.scenario.scenario import Scenario
from transit.search.candidates import Candidate
from transit.search.catalogue import Catalogue
from transit.search.cost import Cost
from transit.search.trials import Bench, Question, Trial
from transit.terms import spoken, terms, unit_said

TRIED_COLUMNS = [
    "rank", "equal", "scenario", "verb", "line", "what", "status", "why", "before", "after", "gain",
    "vehicles", "km_a_day", "minutes", "gain_per_100_km", "indicative",
]  # fmt: skip
BEST_COLUMNS = [
    "rank", "equal", "alike", "scenario", "what", "before", "after", "gain", "vehicles",
    "km_a_day", "minutes", "gain_per_100_km", "losses", "who_loses", "verdict", "indicative",
]  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """Where a scenario stands among all that was tried, under the same measure and budget.

    ``rank`` is one more than the number of those tried that gain more, ``equal`` how many of
    them gain the same; both are missing where ``status`` is not ranked. ``same_as`` names the
    candidate that changes the lines in the same way, empty where the catalogue has none.
    """

    scenario: str
    status: str
    why: str
    rank: int | None
    of: int
    equal: int | None
    gain: float
    cost: Cost
    same_as: str


@dataclass(frozen=True, eq=False)
class Suggestions:
    """What a search found. ``trials`` are all candidates, best first, then those left unranked.

    Nothing was screened away by a bound: every candidate that can be made and is within the
    budget has its measure worked out in full.
    """

    question: Question
    catalogue: Catalogue
    trials: tuple[Trial, ...]
    left_out: tuple[Problem, ...]
    most: int
    pairs_not_tried: int

    @property
    def ranked(self) -> tuple[Trial, ...]:
        """What could be made within the budget, best first."""
        return tuple(trial for trial in self.trials if trial.status == "ranked")

    @property
    def counts(self) -> dict[str, int]:
        """How many candidates came to each end, and how many pairs were not put together."""
        found = Counter(str(trial.status) for trial in self.trials)
        pairs = sum("+" in trial.candidate.verb for trial in self.trials)
        return {
            "tried": len(self.trials), "pairs among them": pairs, **found,
            "better than today": sum(trial.gain > 0 for trial in self.ranked),
            "pairs not tried": self.pairs_not_tried,
        }  # fmt: skip

    @cached_property
    def tried(self) -> pd.DataFrame:
        """Every candidate, best first: ``TRIED_COLUMNS``.

        ``rank`` is one more than the number of candidates that gain more (missing for those not
        ranked), ``equal`` how many others gain the same. ``gain`` is in the measure's unit and
        positive where it is better. ``vehicles``, ``km_a_day`` and ``minutes`` are those more
        than today; ``gain_per_100_km`` is missing where no kilometre is added.
        """
        rows = [self._row(trial) for trial in self.trials]
        table = pd.DataFrame(rows, columns=TRIED_COLUMNS)
        return table.astype({"rank": "Int64", "equal": "Int64"})

    @cached_property
    def best(self) -> pd.DataFrame:
        """The best few that are better than today, from the full comparison: ``BEST_COLUMNS``.

        Of candidates that change the same end or direction by one verb and gain the same the
        cheapest is shown; ``alike`` counts the others. ``losses`` counts the ledger's losses,
        ``who_loses`` names them.
        """
        return self.best_in("en")

    def best_in(self, language: str) -> pd.DataFrame:
        """``best`` with what it says (verdicts, who loses what) in ``language``."""
        verdicts = self.comparison.verdicts(language) if self.comparison else {}
        rows = []
        for trial, alike in self._shown:
            own = self._ledger(trial.name)
            losses = own[own["effect"] == "loss"]
            rows.append(
                self._row(trial)
                | {
                    "alike": alike,
                    "losses": len(losses),
                    "who_loses": _who(losses, language),
                    "verdict": verdicts.get(trial.name, ""),
                }
            )
        return pd.DataFrame(rows, columns=BEST_COLUMNS)

    @cached_property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The best few as plain scenarios, best first; ``write_scenario`` makes them files."""
        return tuple(trial.candidate.scenario(trial.name) for trial, _ in self._shown)

    @cached_property
    def comparison(self) -> Comparison | None:
        """The best few compared with the base in full; None where nothing is better than today."""
        if not self.scenarios:
            return None
        question = self.question
        return compare(
            question.base, self.scenarios, question.park,
            limit_m=question.limit_m, assumptions=question.assumptions,
        )  # fmt: skip

    def rank_of(self, scenario: Scenario) -> Standing:
        """Where ``scenario`` stands among all that was tried.

        Raises ``DataError`` where it cannot be applied to the base.
        """
        network, trial = Bench(self.question).given(scenario)
        ranked = trial.status == "ranked"
        gains = [other.gain for other in self.ranked]
        return Standing(
            scenario.name, trial.status, trial.why,
            1 + sum(gain > trial.gain for gain in gains) if ranked else None, len(gains),
            gains.count(trial.gain) if ranked else None,
            trial.gain, trial.cost, self._same(network, trial),
        )  # fmt: skip

    def _same(self, network: Network, given: Trial) -> str:
        """The candidate that leads the same patterns the same way, all else as in the base."""
        base = self.question.base
        kept = network.streets.fingerprint() == base.streets.fingerprint() and all(
            getattr(network.feed, table).equals(getattr(base.feed, table))
            for table in ("frequencies", "trips")
        )
        alike = (trial.name for trial in self.trials if trial.courses == given.courses)
        return next(alike, "") if kept and given.courses else ""

    def _ledger(self, scenario: str) -> pd.DataFrame:
        ledger = self.comparison.ledger if self.comparison else pd.DataFrame(columns=["scenario"])
        return ledger[ledger["scenario"] == scenario]

    @cached_property
    def _shown(self) -> tuple[tuple[Trial, int], ...]:
        groups: dict[tuple[tuple[str, ...], float], list[Trial]] = {}
        for trial in self.ranked:
            if trial.gain > 0:
                groups.setdefault((trial.candidate.alike, trial.gain), []).append(trial)
        return tuple((group[0], len(group) - 1) for group in list(groups.values())[: self.most])

    @cached_property
    def _ranks(self) -> dict[float, tuple[int, int]]:
        """Rank and number of others of each gain."""
        found: dict[float, tuple[int, int]] = {}
        place = 1
        for gain, count in Counter(trial.gain for trial in self.ranked).items():
            found[gain] = place, count - 1
            place += count
        return found

    def _row(self, trial: Trial) -> dict[str, object]:
        rank, equal = self._ranks.get(trial.gain, (None, None))
        km = trial.cost.km_a_day
        candidate = trial.candidate
        return {
            "rank": rank,
            "equal": equal,
            "scenario": trial.name,
            "verb": candidate.verb,
            "line": "、".join(candidate.routes),
            "what": candidate.what,
            "status": trial.status,
            "why": trial.why,
            "before": self.question.before,
            "after": trial.value,
            "gain": trial.gain,
            "vehicles": trial.cost.vehicles,
            "km_a_day": km,
            "minutes": trial.cost.minutes,
            "gain_per_100_km": trial.gain / km * 100 if km > 0.05 else math.nan,
            "indicative": self._indicative(candidate),
        }

    def _indicative(self, candidate: Candidate) -> bool:
        """Whether a stop, the outline, the streets or the line's service is assumed or sketched."""
        base = self.question.base
        patterns = base.feed.patterns
        own = patterns.loc[patterns["route_id"].isin(candidate.routes), "pattern_id"]
        spans = base.feed.frequencies
        return bool(
            any(place.indicative for place in candidate.places)
            or self.question.park.indicative
            or base.streets.edges["indicative"].any()
            or spans.loc[spans["pattern_id"].isin(own), "indicative"].any()
        )


def _who(losses: pd.DataFrame, language: str) -> str:
    """Who loses what, as the ledger lists it: ``观澜爱心家园 (B919 line calls -3.0 buses/h)``."""
    said = terms(language)
    return said["said_and"].join(
        said["suggest_loser"].format(
            row.subject_name, f"{row.line} " if row.line else "", spoken(row.what, language),
            *_change(row.change, row.unit, language),
        )
        for row in losses.itertuples()
    )  # fmt: skip


def _change(value: float, unit: str, language: str) -> tuple[float, str]:
    """A change and its unit as the ledger reads them out; shares in percent points."""
    factor, by = (100, "points") if unit == "share" else (1, unit)
    return factor * value, unit_said(by, language)
