"""Before and after: one long table of measures, and the ledger of gains and losses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from transit.analysis.brief import Brief, brief
from transit.analysis.measures import MEASURES, SUBJECT, measures
from transit.analysis.service import buses_per_hour
from transit.analysis.walk import walk
from transit.errors import DataError, Problem, TransitError
from transit.model.network import Network
from transit.model.park import Park
from transit.scenario.scenario import Scenario


@dataclass(frozen=True, eq=False)
class Case:
    """One scenario seen from one park: the briefs of both networks, side by side."""

    scenario: Scenario
    before: Brief
    after: Brief

    @property
    def park(self) -> Park:
        """The park it is seen from."""
        return self.before.park

    @cached_property
    def table(self) -> pd.DataFrame:
        """Every measure before and after; see ``difference``."""
        return difference(measures(self.before), measures(self.after), limit_m=self.before.limit_m)


@dataclass(frozen=True, eq=False)
class Comparison:
    """Scenarios against one base network, for some parks."""

    base: Network
    scenarios: tuple[Scenario, ...]
    cases: tuple[Case, ...]

    @cached_property
    def table(self) -> pd.DataFrame:
        """One long table: ``scenario`` and the columns of ``difference``, all cases."""
        return pd.concat(
            [_headed(case.table, case.scenario.name) for case in self.cases], ignore_index=True
        )

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """Who gains and who loses, by scenario; see ``ledger``. Park rows stand once a park."""
        tables = []
        for scenario in self.scenarios:
            cases = [case for case in self.cases if case.scenario is scenario]
            parts = [service_ledger(self.base, cases[0].after.network)]
            parts += [park_ledger(case) for case in cases]
            tables.append(_headed(pd.concat(parts, ignore_index=True), scenario.name))
        return pd.concat(tables, ignore_index=True)

    def changed(self) -> pd.DataFrame:
        """The rows of ``table`` whose value differs."""
        return self.table[~_same(self.table["before"], self.table["after"])]


def compare(
    base: Network,
    scenarios: Scenario | Sequence[Scenario],
    parks: Park | Sequence[Park],
    *,
    limit_m: float = 500,
) -> Comparison:
    """What each of ``scenarios`` changes about ``base`` for each of ``parks``.

    ``base`` is untouched. Raises ``DataError`` with the problems of all scenarios together.
    """
    several = (scenarios,) if isinstance(scenarios, Scenario) else tuple(scenarios)
    seen_from = (parks,) if isinstance(parks, Park) else tuple(parks)
    if not several or not seen_from:
        mend = "give at least one of each"
        raise DataError(Problem("compare", "there is no scenario or no park", mend))
    networks = _applied(base, several)
    before = [brief(base, park, limit_m=limit_m) for park in seen_from]
    cases = tuple(
        Case(scenario, old, brief(network, old.park, limit_m=limit_m))
        for scenario, network in zip(several, networks, strict=True)
        for old in before
    )
    return Comparison(base, several, cases)


def difference(before: pd.DataFrame, after: pd.DataFrame, *, limit_m: float) -> pd.DataFrame:
    """``after`` minus ``before`` (both from ``measures``), one row a measure.

    Columns: ``SUBJECT``, ``unit``, ``definition``, ``limit_m``, ``before``, ``after``,
    ``change``, ``indicative``. A count that one side lacks is 0 there; a distance is unknown and
    so is its change. Swapping the arguments turns every change round.
    """
    keys = [*SUBJECT, "unit"]
    table = before.merge(after, on=keys, how="outer", suffixes=("_before", "_after"), sort=True)
    zero = table["measure"].map(lambda name: MEASURES[name].absent_is_zero)
    for side in ("before", "after"):
        value = table[f"value_{side}"]
        table[side] = value.mask(value.isna() & zero, 0.0)
    marks = [table[f"indicative_{side}"].eq(True) for side in ("before", "after")]
    return table[keys].assign(
        definition=table["measure"].map(lambda name: MEASURES[name].definition),
        limit_m=limit_m,
        before=table["before"],
        after=table["after"],
        change=table["after"] - table["before"],
        indicative=marks[0] | marks[1],
    )


LEDGER_COLUMNS = [
    "effect", "subject", "subject_id", "subject_name", "line", "direction_id", "what",
    "buses_per_hour", "lines_left", "next_stop", "next_straight_m", "next_walk_m", "indicative",
]  # fmt: skip


def service_ledger(before: Network, after: Network) -> pd.DataFrame:
    """Stops that gain or lose a line and direction, and lines that run more or less often.

    Columns ``LEDGER_COLUMNS``: ``effect`` is gain or loss; ``buses_per_hour`` the change there
    (07:00–09:00); for a loss ``lines_left`` at the stop, and the nearest stop at which that line
    still calls in that direction, straight and by walking (missing where no street is known).
    """
    old, new = _service(before), _service(after)
    lost, gained = old.index.difference(new.index), new.index.difference(old.index)
    rows = [_loss(after, old.loc[key], key) for key in lost]
    rows += [_gain(after, new.loc[key], key) for key in gained]
    rows += _headway_rows(before, after)
    return pd.DataFrame(rows, columns=LEDGER_COLUMNS)


def park_ledger(case: Case) -> pd.DataFrame:
    """Lines that the park gains or loses within the limit of its outline, or that start there."""
    rows = []
    sides = {"loss": (case.before, case.after), "gain": (case.after, case.before)}
    for effect, (having, other) in sides.items():
        for what, column in (
            ("line within the limit", "within_outline"),
            ("starts here", "starts_here"),
        ):
            mine, theirs = (side.lines[side.lines[column]] for side in (having, other))
            only = mine[~mine["pattern_id"].isin(theirs["pattern_id"])]
            rows += [_park_row(case, effect, what, line) for line in only.itertuples()]
    return pd.DataFrame(rows, columns=LEDGER_COLUMNS)


def _applied(base: Network, scenarios: Sequence[Scenario]) -> list[Network]:
    networks, problems = [], []
    for scenario in scenarios:
        try:
            networks.append(scenario.apply(base))
        except TransitError as error:
            problems += error.problems
    if problems:
        raise DataError(problems)
    return networks


def _headed(table: pd.DataFrame, scenario: str) -> pd.DataFrame:
    result = table.copy()
    result.insert(0, "scenario", scenario)
    return result


def _same(first: pd.Series, second: pd.Series) -> pd.Series:
    return (first == second) | (first.isna() & second.isna())


def _service(network: Network) -> pd.DataFrame:
    """Service of each stop, line and direction: names, buses an hour and mark."""
    feed = network.feed
    visits = feed.visits.drop_duplicates(["stop_id", "pattern_id"])
    visits = visits.assign(hourly=visits["pattern_id"].map(buses_per_hour(feed)))
    return visits.groupby(["stop_id", "route_id", "direction_id"]).agg(
        stop_name=("stop_name", "first"),
        line=("route_short_name", "first"),
        hourly=("hourly", "sum"),
        indicative=("indicative", "any"),
    )


def _loss(after: Network, service: pd.Series, key: tuple[str, str, int]) -> dict[str, object]:
    stop, route, direction = key
    visits = after.feed.visits
    left = sorted(set(visits.loc[visits["stop_id"] == stop, "route_short_name"]))
    same = visits[(visits["route_id"] == route) & (visits["direction_id"] == direction)]
    nearest = _next_stop(after, stop, same["stop_id"].drop_duplicates())
    base = _stop_row("loss", service, key, -service["hourly"])
    return base | {"lines_left": "、".join(left)} | nearest


def _gain(after: Network, service: pd.Series, key: tuple[str, str, int]) -> dict[str, object]:
    visits = after.feed.visits
    left = sorted(set(visits.loc[visits["stop_id"] == key[0], "route_short_name"]))
    return _stop_row("gain", service, key, service["hourly"]) | {"lines_left": "、".join(left)}


def _stop_row(
    effect: str, service: pd.Series, key: tuple[str, str, int], hourly: float
) -> dict[str, object]:
    return {
        "effect": effect,
        "subject": "stop",
        "subject_id": key[0],
        "subject_name": service["stop_name"],
        "line": service["line"],
        "direction_id": key[2],
        "what": "line calls",
        "buses_per_hour": hourly,
        "indicative": bool(service["indicative"]),
    }


def _next_stop(network: Network, stop: str, others: pd.Series) -> dict[str, object]:
    """The nearest of ``others`` to ``stop``, straight, and the walk to it."""
    if stop not in network.stop_row or others.empty:
        return {"next_stop": ""}
    row = network.stop_row[stop]
    rows = others.map(network.stop_row).to_numpy()
    away = np.hypot(*(network.stop_xy[rows] - network.stop_xy[row]).T)
    place = int(away.argmin())
    anchors = network.stop_anchors.take([row, rows[place]])
    walked = np.inf
    if (anchors.edge >= 0).all():
        walked = float(walk(network.streets, anchors.take([0])).to(anchors.take([1]))[0])
    return {
        "next_stop": network.feed.stops["stop_name"].iloc[rows[place]],
        "next_straight_m": float(away[place]),
        "next_walk_m": walked if np.isfinite(walked) else np.nan,
    }


def _headway_rows(before: Network, after: Network) -> list[dict[str, object]]:
    hourly = pd.DataFrame(
        {"old": buses_per_hour(before.feed), "new": buses_per_hour(after.feed)}
    ).dropna()
    changed = hourly[hourly["old"] != hourly["new"]]
    patterns = after.feed.patterns.merge(after.feed.routes, on="route_id", suffixes=("", "_route"))
    table = changed.merge(patterns, left_index=True, right_on="pattern_id")
    return [
        {
            "effect": "gain" if row.new > row.old else "loss",
            "subject": "line",
            "subject_id": row.route_id,
            "subject_name": row.route_short_name,
            "line": row.route_short_name,
            "direction_id": row.direction_id,
            "what": "buses an hour",
            "buses_per_hour": row.new - row.old,
            "indicative": True,
        }
        for row in table.itertuples()
    ]


def _park_row(case: Case, effect: str, what: str, line: object) -> dict[str, object]:
    sign = 1 if effect == "gain" else -1
    return {
        "effect": effect,
        "subject": "park",
        "subject_id": case.park.park_id,
        "subject_name": case.park.park_name,
        "line": line.route_short_name,  # type: ignore[attr-defined]
        "direction_id": line.direction_id,  # type: ignore[attr-defined]
        "what": what,
        "buses_per_hour": sign * line.buses_per_hour,  # type: ignore[attr-defined]
        "indicative": bool(line.indicative) or case.park.indicative,  # type: ignore[attr-defined]
    }
