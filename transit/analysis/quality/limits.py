"""The limits that the quality rules hold a network against, each with its unit and source."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import pandas as pd

from transit.errors import Problem, UsageError, did_you_mean
from transit.model.network import ACCESS_M

_OWN = "chosen by this project: look at what lies beyond, it need not be wrong"
_TRIED = "chosen by this project on all lines of Shenzhen of 2020: few sound ones lie beyond"


@dataclass(frozen=True)
class Limit:
    """One limit with its unit, meaning and source."""

    value: float
    unit: str
    meaning: str
    source: str = _OWN
    indicative: bool = True


@dataclass(frozen=True)
class Limits:
    """What the quality rules take for plausible; ``given`` makes others of them."""

    stop_to_street_m: Limit = Limit(
        ACCESS_M,
        "m",
        "from a stop to its nearest street, at most",
        "how far walks reach off a street",
    )
    streets_end_m: Limit = Limit(
        500, "m", "from a stop of the study area to its nearest street, where streets are complete"
    )
    elsewhere_km: Limit = Limit(200, "km", "from a stop to the study area, at most", _TRIED)
    name_apart_m: Limit = Limit(
        500, "m", "between stops of one name, from one to the next, at most", _TRIED
    )
    same_place_m: Limit = Limit(10, "m", "between stops of different names, at least", _TRIED)
    twin_m: Limit = Limit(1, "m", "between stops of one name, at least")
    hop_least_m: Limit = Limit(1, "m", "straight between two calls, at least")
    hop_most_m: Limit = Limit(
        5000,
        "m",
        "straight between two calls, at most, where no other course does the same",
        _TRIED,
    )
    hop_alike_m: Limit = Limit(
        1000, "m", "between the ends of two hops that confirm one another, at most", _TRIED
    )
    spike_m: Limit = Limit(
        1000, "m", "way over a call beyond spike_ratio times the way past it, at most", _TRIED
    )
    spike_ratio: Limit = Limit(2, "times", "see spike_m", _TRIED)
    detour_m: Limit = Limit(1000, "m", "driven beyond the straight hop, at most")
    detour_ratio: Limit = Limit(3, "times", "driven over straight metres of a hop, at most")
    course_quality: Limit = Limit(
        0.4, "share", "how well the hops of a course are matched, in the mean, at least"
    )
    headway_least_secs: Limit = Limit(60, "s", "headway, at least")
    headway_most_secs: Limit = Limit(7200, "s", "headway, at most")
    speed_least_kmh: Limit = Limit(8, "km/h", "speed between stops in frequencies, at least")
    speed_most_kmh: Limit = Limit(80, "km/h", "speed between stops in frequencies, at most")
    hop_speed_kmh: Limit = Limit(
        100, "km/h", "speed of a timed hop, a minute more allowed for rounding, at most"
    )
    gate_to_street_m: Limit = Limit(
        ACCESS_M,
        "m",
        "from a gate to its nearest street, at most",
        "how far walks reach off a street",
    )
    gate_to_outline_m: Limit = Limit(50, "m", "from a gate to its park's outline, at most")
    years_apart: Limit = Limit(0, "a", "between the years of facts, at most")

    def given(self, **values: float) -> Limits:
        """The same with other values, by field name.

        Raises ``UsageError`` for names and values that cannot be, all of them at once.
        """
        known = {one.name for one in fields(self)}
        problems = [
            Problem("limits", f"nothing is named {name!r}", did_you_mean(name, known))
            for name in values
            if name not in known
        ]
        problems += [
            Problem(f"limits {name}", f"{value!r} cannot be", "give a number that is not below 0")
            for name, value in values.items()
            if not 0 <= value < float("inf")
        ]
        if problems:
            raise UsageError(problems)
        return replace(
            self,
            **{
                name: replace(getattr(self, name), value=float(value), source="given by the caller",
                              indicative=False)
                for name, value in values.items()
            },
        )  # fmt: skip

    def number(self, name: str) -> float:
        """The value of one field, in its unit."""
        return float(getattr(self, name).value)

    def table(self) -> pd.DataFrame:
        """One row a limit: ``name``, ``value``, ``unit``, ``meaning``, ``source``."""
        columns = ("value", "unit", "meaning", "source", "indicative")
        rows = [
            {"name": one.name} | {key: getattr(getattr(self, one.name), key) for key in columns}
            for one in fields(self)
        ]
        return pd.DataFrame(rows)
