"""What the editor's panel says of a state, in words and figures of one language."""

from __future__ import annotations

from typing import Any

import pandas as pd

from transit.analysis.assumptions import Assumptions
from transit.analysis.coverage import kinds_known
from transit.analysis.unit_costs import PARTS, UnitCosts
from transit.editor.courses import route_of
from transit.editor.doubts import doubts
from transit.editor.figures import COST, figures, ledger
from transit.editor.state import EditorState
from transit.ledger import verdict
from transit.ledger.words import told_rows
from transit.model.network import Network
from transit.rounding import printed_change
from transit.scenario.files import write_scenario
from transit.scenario.words import change_lines
from transit.terms import terms, unit_said

MARK = "*"
ROWS_AT_MOST = 40
"""Losses or gains that are listed; of the others the panel says how many there are."""
_OF_PATTERN = ["pattern_id", "route_id", "direction_id"]
LESS_IS_BETTER = ("cycle_min", "headway_min", "vehicles", "vehicle_km", "vehicle_hours", COST)


def shown(
    state: EditorState, language: str, assumptions: Assumptions | None = None,
    unit_costs: UnitCosts | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Everything of the panel that follows from ``state``, ready to be sent."""
    route = route_of(state.network.feed, state.pattern) if state.pattern else ""
    rows = ledger(state.before, state.after)
    told = figures(state.before, state.after, route, assumptions, unit_costs)
    return {
        "figures": figure_rows(told, language, unit_costs),
        "verdict": verdict(rows, language),
        "losses": _listed(rows[rows["effect"] == "loss"], language),
        "gains": _listed(rows[rows["effect"] == "gain"], language),
        "faults": [str(fault) for fault in state.faults],
        "doubts": doubts(state.before.network, state.network, language),
        "changes": change_lines(state.scenario, language),
        "undo": bool(state.steps),
        "redo": bool(state.undone),
        "pattern": state.pattern,
        "headway_min": _headway_min(state.network, state.pattern),
        "yaml": write_scenario(state.scenario),
    }


def legend(state: EditorState, language: str) -> dict[str, str]:
    """What of the park is painted: by which kind of walk, and how far."""
    said = terms(language)
    kind = said[f"editor_covered_{kinds_known(state.before.network)[-1]}"]
    text = said["editor_covered_kept"].format(kind, state.before.limit_m)
    return {"editor_covered_kept": text}


def lines(network: Network, language: str) -> list[dict[str, Any]]:
    """One entry a line with its patterns: direction and ends, in words."""
    feed, said = network.feed, terms(language)
    names = dict(zip(feed.stops["stop_id"], feed.stops["stop_name"], strict=True))
    short = dict(zip(feed.routes["route_id"], feed.routes["route_short_name"], strict=True))
    found: dict[str, list[dict[str, str]]] = {route: [] for route in short}
    for pattern, route, direction in feed.patterns[_OF_PATTERN].itertuples(index=False):
        calls = feed.sequence(pattern)
        ends = names[calls[0]], names[calls[-1]]
        text = said["editor_direction"].format(direction, *ends)
        found[route].append({"pattern": pattern, "name": text})
    return [{"line": short[route], "patterns": own} for route, own in found.items() if own]


def figure_rows(
    table: pd.DataFrame, language: str, unit_costs: UnitCosts | None = None
) -> list[dict[str, str]]:
    """The rows of ``figures`` as texts: name, before, after, change, meaning, and how it goes."""
    return [
        _cost(row, unit_costs, language) if unit_costs and row.measure == COST
        else _figure(row, language)
        for row in table.itertuples()
    ]  # fmt: skip


def _cost(row: Any, costs: UnitCosts, language: str) -> dict[str, str]:  # noqa: ANN401
    """Money a day in whole units of the currency; what is counted and by whom is its meaning."""
    said = terms(language)
    parts = {name: getattr(costs, field) for name, field in PARTS.items()}
    change = printed_change(row.before, row.after, 0)
    counted = [
        said["editor_cost_part"].format(said[f"measure_{name}"], cost)
        for name, cost in parts.items() if cost
    ]  # fmt: skip
    return {
        "key": f"{row.of}/{row.measure}",
        "of": said[f"editor_of_{row.of.replace(' ', '_')}"],
        "name": said["editor_cost"],
        "means": said["editor_cost_means"].format(
            " + ".join(counted), costs.currency, costs.year, costs.source
        ),
        "unit": said["editor_cost_unit"].format(costs.currency),
        "before": _number(row.before, 0),
        "after": _number(row.after, 0) + (MARK if row.indicative else ""),
        "change": _signed(change, 0),
        "goes": _goes(row.measure, change),
    }


def _figure(row: Any, language: str) -> dict[str, str]:  # noqa: ANN401
    said = terms(language)
    share = str(row.unit).startswith("share")
    scale, unit = (100, "%") if share else (1, unit_said(row.unit, language))
    digits = 1 if share or row.unit not in ("kerbs", "lines", "vehicles") else 0
    change = printed_change(row.before * scale, row.after * scale, digits)
    return {
        "key": f"{row.of}/{row.measure}",
        "of": said[f"editor_of_{row.of.replace(' ', '_')}"],
        "name": said[f"measure_{row.measure}"],
        "means": said.get(f"measure_{row.measure}.means", row.definition),
        "unit": unit,
        "before": _number(row.before * scale, digits),
        "after": _number(row.after * scale, digits) + (MARK if row.indicative else ""),
        "change": _signed(change, digits),
        "goes": _goes(row.measure, change),
    }


def _goes(measure: str, change: float) -> str:
    """Better, worse or the same (also where it is not known); less cost is better."""
    if not abs(change) > 0:
        return "same"
    return "better" if (change > 0) != (measure in LESS_IS_BETTER) else "worse"


def _number(value: float, digits: int) -> str:
    return "–" if pd.isna(value) else f"{value:,.{digits}f}"


def _signed(value: float, digits: int) -> str:
    """A change with its sign; empty where there is none, the minus the typographic one."""
    if pd.isna(value) or round(value, digits) == 0:
        return ""
    return f"{value:+,.{digits}f}".replace("-", "−")


def _listed(rows: pd.DataFrame, language: str) -> list[str]:
    told = told_rows(rows, language)
    more = len(told) - ROWS_AT_MOST
    return told[:ROWS_AT_MOST] + ([terms(language)["editor_more"].format(more)] if more > 0 else [])


def _headway_min(network: Network, pattern: str) -> float | None:
    """The shortest headway of the pattern over the day, in minutes; none without headways."""
    spans = network.feed.frequencies
    own = spans.loc[spans["pattern_id"] == pattern, "headway_secs"]
    return None if own.empty else float(own.min()) / 60
