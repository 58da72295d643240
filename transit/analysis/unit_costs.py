"""What running lines costs in money, from unit costs that the planner gives; none is assumed.

Running costs are usually split into a part by vehicle, by kilometre and by hour (the three-variable
cost model of line planning: Vuchic, "Urban Transit: Operations, Planning and Economics", 2005):

    cost a day = vehicles × cost a vehicle and day + km × cost a km + vehicle-hours × cost an hour
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields

from transit.errors import Problem, UsageError

PARTS = {"vehicles": "a_vehicle_day", "vehicle_km": "a_km", "vehicle_hours": "an_hour"}
"""Which unit cost belongs to which measure of ``operation``."""


@dataclass(frozen=True, kw_only=True)
class UnitCosts:
    """Money for one vehicle and day, one kilometre and one vehicle-hour; left out is not counted.

    ``source`` says who names them, such as an operator's accounts, and ``year`` of which year they
    are; ``indicative`` marks costs that nobody published. Give hours or vehicles their part of the
    drivers' wages, but not both. Raises ``UsageError`` for no cost at all, for one below 0 or no
    number, and for no source or currency.

    >>> UnitCosts(a_km=6.5, currency="CNY", source="operator's accounts", year=2020).a_km
    6.5
    """

    currency: str
    source: str
    year: int
    a_vehicle_day: float = 0.0
    a_km: float = 0.0
    an_hour: float = 0.0
    indicative: bool = False

    def __post_init__(self) -> None:
        values = {name: getattr(self, name) for name in PARTS.values()}
        problems = [
            Problem(f"UnitCosts {name}", f"{value!r} is no cost", "give a number, 0 or more")
            for name, value in values.items()
            if not _is_cost(value)
        ]
        if not problems and not any(values.values()):
            mend = f"give one or more of {', '.join(values)}"
            problems.append(Problem("UnitCosts", "no cost is given", mend))
        problems += [
            Problem(f"UnitCosts {one.name}", "is empty", "say it: a sum without it says nothing")
            for one in fields(self)
            if one.type == "str" and not getattr(self, one.name).strip()
        ]
        if problems:
            raise UsageError(problems)

    @property
    def definition(self) -> str:
        """What is counted, and who names the unit costs."""
        parts = {measure: getattr(self, name) for measure, name in PARTS.items()}
        counted = " + ".join(f"{measure} × {cost:g}" for measure, cost in parts.items() if cost)
        return f"{counted} {self.currency}; unit costs of {self.year}: {self.source}"

    def a_day(self, figures: Mapping[str, float]) -> float:
        """Money a day for the figures of a line, by measure of ``operation``.

        Missing (NaN) where a figure that has a cost is not known.

        >>> costs = UnitCosts(a_km=6.5, an_hour=80, currency="CNY", source="accounts", year=2020)
        >>> costs.a_day({"vehicles": 11, "vehicle_km": 200.0, "vehicle_hours": 10.0})
        2100.0
        """
        parts = {measure: float(getattr(self, name)) for measure, name in PARTS.items()}
        return sum(
            (cost * figures.get(measure, math.nan) for measure, cost in parts.items() if cost), 0.0
        )


def _is_cost(value: object) -> bool:
    """Whether it is a finite number, 0 or more."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return math.isfinite(value) and value >= 0
