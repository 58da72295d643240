"""An attribution as a planner would read it out: small tables and what they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from transit.attribution.attribute import Attribution

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import RenderableType
    from rich.table import Table

MARK = "*"
SHOWN = 10
"""So many joint effects are shown, the largest first."""
NOTES = (
    "alone: with no other change; last: added to all the others; share: the mean of what it adds "
    "over every order of the changes (Shapley value). Shares sum to the whole effect.",
    "A change that cannot be made without another has no effect where that one is absent.",
    f"{MARK} indicative: rests on something assumed or digitised by this project.",
)


def attribution_answer(found: Attribution, of: str) -> RenderableType:
    """For each measure what each change contributes, and what several do together."""
    from rich.console import Group
    from rich.text import Text

    parts: list[RenderableType] = [
        Text(f"{found.scenario.name}, seen from {of}: what each change contributes", style="bold")
    ]
    for whole in found.totals.itertuples():
        rows, joint = (
            table[table["measure"] == whole.measure] for table in (found.table, found.interactions)
        )
        mark = MARK if whole.indicative else ""
        parts += [
            Text(),
            Text(f"{whole.measure}{mark}: {whole.definition}", style="bold"),
            Text(_whole(whole)),
            _shares_table(
                rows,
                exact=whole.method == "exact",
                rounding=1e-9 * max(abs(whole.before), abs(whole.after)),
            ),
            *(Text(f"  {line}") for line in _joint_lines(joint)),
            Text(_method(whole), style="dim"),
        ]
    return Group(*parts, *(Text(note, style="dim") for note in NOTES))


def _shares_table(rows: pd.DataFrame, *, exact: bool, rounding: float) -> Table:
    """One row a change; what is no more than ``rounding`` of the sums is 0.

    Shares of an area are told in percent points.
    """
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("changes", "what", "alone", "last", "share", "of the whole", "needs"):
        table.add_column(column, overflow="fold")
    for row in rows.itertuples():
        factor = _units(row.unit)[0]
        error = "" if exact else f" ± {factor * row.standard_error:.2g}"
        whole = "–" if row.of_total != row.of_total else f"{row.of_total:.0%}"
        alone, last, share = (
            f"{0.0 if abs(value) <= rounding else factor * value:+.4g}"
            for value in (row.alone, row.last, row.shapley)
        )
        table.add_row(
            row.changes, escape(row.what), alone, last, f"{share}{error}", whole,
            row.depends_on or "–",
        )  # fmt: skip
    return table


def _joint_lines(joint: pd.DataFrame) -> list[str]:
    """Effects that several changes have together, beyond those of fewer; none that is rounding."""
    largest = joint["dividend"].abs().max() if len(joint) else 0.0
    shown = joint[joint["dividend"].abs() > max(1e-9, 1e-6 * largest)]
    order = shown["dividend"].abs().sort_values(ascending=False, kind="stable").index
    lines = [
        f"{row.changes} together: {_change(row.dividend, row.unit)} more than their parts"
        for row in shown.loc[order[:SHOWN]].itertuples()
    ]
    more = len(shown) - SHOWN
    return lines + ([f"… and {more} more joint effects in the tables"] if more > 0 else [])


def _whole(whole: Any) -> str:  # noqa: ANN401  (a row of itertuples)
    factor, unit, _ = _units(whole.unit)
    total, alone, together = (
        _change(value, whole.unit) for value in (whole.total, whole.sum_alone, whole.interaction)
    )
    return (
        f"{factor * whole.before:.6g} → {factor * whole.after:.6g} {unit} ({total}); "
        f"each alone {alone}, together {together} more"
    )


def _change(value: float, of: str) -> str:
    factor, _, unit = _units(of)
    return f"{factor * value:+.4g} {unit}".rstrip()


def _units(unit: str) -> tuple[float, str, str]:
    """Factor, and the words after a value and after a change."""
    if unit.startswith("share"):
        return 100, f"% ({unit})", "points"
    return 1, unit, unit


def _method(whole: object) -> str:
    networks = f"{whole.evaluated} networks evaluated"  # type: ignore[attr-defined]
    if whole.method == "exact":  # type: ignore[attr-defined]
        return f"Exact, over every subset: {networks}."
    reached = "reached" if whole.converged else "not reached"  # type: ignore[attr-defined]
    return (
        f"Sampled: {whole.orders} random orders, seed {whole.seed}, {networks}; "  # type: ignore[attr-defined]
        f"± is one standard error; the precision asked for was {reached}."
    )
