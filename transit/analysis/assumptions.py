"""What is assumed of a line's operation where the feed does not say, each with its source."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import pandas as pd

from transit.errors import Problem, UsageError, did_you_mean
from transit.units import seconds_of

_OWN = "assumed by this project for lack of the operator's value"


@dataclass(frozen=True)
class Assumed:
    """One assumed value with its unit, meaning and source; ``None`` means: nothing is made up."""

    value: float | None
    unit: str
    meaning: str
    source: str = _OWN
    indicative: bool = True


@dataclass(frozen=True)
class Assumptions:
    """Inputs of ``operation`` that no table of the feed holds.

    The service day is the working day that the feed describes. No empty drives from and to the
    depot are counted.
    """

    layover_share: Assumed = Assumed(
        0.15, "share of run time", "layover at the end of each run, as a share of the run"
    )
    layover_least_min: Assumed = Assumed(5.0, "min", "layover at the end of each run, at least")
    speed_kmh: Assumed = Assumed(
        20.0, "km/h", "speed between stops of patterns without a headway row (that holds theirs)"
    )
    dwell_secs: Assumed = Assumed(20.0, "s", "dwell at each inner call of such patterns")
    headway_min: Assumed = Assumed(
        None, "min", "headway of patterns without any service", "nothing is made up unless asked"
    )
    first_secs: Assumed = Assumed(
        6.5 * 3600, "s after midnight", "first departure, where the headway is assumed"
    )
    last_secs: Assumed = Assumed(
        21 * 3600.0, "s after midnight", "end of service, where the headway is assumed"
    )
    deadhead_km: Assumed = Assumed(
        0.0, "km", "empty drives from and to the depot", "left out by this project: no depot known"
    )

    def given(self, *, source: str, indicative: bool = False, **values: float | str) -> Assumptions:
        """The same with other values, by field name; clock times may be ``HH:MM``.

        Raises ``UsageError`` for a name or value that cannot be, all of them at once.
        """
        problems = [*self._unknown(values), *_bad_values(values)]
        if problems:
            raise UsageError(problems)
        return replace(
            self,
            **{
                name: replace(
                    getattr(self, name), value=_number(value), source=source, indicative=indicative
                )
                for name, value in values.items()
            },
        )

    def number(self, name: str) -> float:
        """The value of one field; NaN where nothing is assumed."""
        value = getattr(self, name).value
        return float("nan") if value is None else float(value)

    def table(self) -> pd.DataFrame:
        """One row an assumption: ``assumption``, ``value``, ``unit``, ``meaning`` and origin.

        ``applies`` is false for what is not assumed, and for the hours where no headway is.
        """
        rows = [(one.name, getattr(self, one.name)) for one in fields(self)]
        return pd.DataFrame(
            {
                "assumption": [name for name, _ in rows],
                "value": [self.number(name) for name, _ in rows],
                "applies": [self._applies(name) for name, _ in rows],
                **{
                    column: [getattr(one, column) for _, one in rows]
                    for column in ("unit", "meaning", "source", "indicative")
                },
            }
        )

    def _applies(self, name: str) -> bool:
        needed = "headway_min" if name in ("first_secs", "last_secs") else name
        return getattr(self, needed).value is not None

    def _unknown(self, values: dict[str, float | str]) -> list[Problem]:
        known = {one.name for one in fields(self)} - {"deadhead_km"}
        return [
            Problem("assumptions", f"nothing is named {name!r}", did_you_mean(name, known))
            for name in values
            if name not in known
        ]


def _bad_values(values: dict[str, float | str]) -> list[Problem]:
    mend = "give a number that is not below 0 (speed and headway above 0), or HH:MM"
    above = ("speed_kmh", "headway_min")
    return [
        Problem(f"assumptions {name}", f"{value!r} cannot be", mend)
        for name, value in values.items()
        if not (_number(value) > 0 or (_number(value) == 0 and name not in above))
        or _number(value) == float("inf")
    ]


def _number(value: float | str) -> float:
    if not isinstance(value, str):
        return float(value)
    clock = seconds_of(value)
    return float("nan") if clock is None else float(clock)
