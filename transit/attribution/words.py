"""An attribution in words, in either language: small tables and what they mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from transit.attribution.attribute import Attribution
from transit.scenario.words import change_lines
from transit.terms import measure_said, spoken, terms, unit_said

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import RenderableType
    from rich.table import Table

MARK = "*"
SHOWN = 10
"""So many joint effects are shown, the largest first."""
_NOTES = ("part_note_shares", "part_note_needs", "part_note_mark")
_HEADS = ("changes", "what", "alone", "last", "share", "of_whole", "needs")


def attribution_answer(found: Attribution, of: str, language: str = "en") -> RenderableType:
    """For each measure what each change contributes, and what several do together."""
    from rich.console import Group
    from rich.text import Text

    said = terms(language)
    title = said["part_title"].format(found.scenario.name, of)
    told = _told(found, language)
    parts: list[RenderableType] = [Text(title, style="bold")]
    for whole in found.totals.itertuples():
        rows, joint = (
            table[table["measure"] == whole.measure] for table in (found.table, found.interactions)
        )
        parts += [
            Text(),
            Text(_heading(whole, language), style="bold"),
            Text(_whole(whole, language)),
            _shares_table(
                rows,
                told,
                language,
                exact=whole.method == "exact",
                rounding=1e-9 * max(abs(whole.before), abs(whole.after)),
            ),
            *(Text(f"  {line}") for line in _joint_lines(joint, language)),
            Text(_method(whole, language), style="dim"),
        ]
    return Group(*parts, *(Text(said[note], style="dim") for note in _NOTES))


def tables_told(found: Attribution, language: str) -> dict[str, pd.DataFrame]:
    """The tables of ``found`` with the changes in words of ``language``."""
    lines = _told(found, language)
    table = found.table.assign(what=lines * len(found.totals))
    return found.tables() | {"attribution": table}


def _told(found: Attribution, language: str) -> list[str]:
    """Each part of the scenario in words: its change, or the changes that count as one."""
    lines = [line.partition(". ")[2] for line in change_lines(found.scenario, language)]
    join = terms(language)["said_and"]
    return [join.join(lines[place] for place in part) for part in found.parts]


def _heading(whole: Any, language: str) -> str:  # noqa: ANN401  (a row of itertuples)
    """The measure asked for, of a line or stop with its id behind it, and what it means."""
    measure, colon, subject = whole.measure.partition(":")
    said, name = terms(language), measure_said(measure, language)
    if colon:
        name = said["part_subject"].format(name, subject)
    mark = MARK if whole.indicative else ""
    meant = spoken(whole.definition, language)
    return said["part_measure"].format(name, mark, meant)


def _shares_table(
    rows: pd.DataFrame, told: Sequence[str], language: str, *, exact: bool, rounding: float
) -> Table:
    """One row a change; what is no more than ``rounding`` of the sums is 0.

    Shares of an area are told in percent points; ``told`` says in words what is changed.
    """
    from rich.markup import escape
    from rich.table import Table

    said = terms(language)
    table = Table(box=None, pad_edge=False, header_style="dim")
    for head in _HEADS:
        table.add_column(said[f"part_{head}"], overflow="fold")
    for row, what in zip(rows.itertuples(), told, strict=True):
        factor = 100 if row.unit.startswith("share") else 1
        error = "" if exact else f" ± {factor * row.standard_error:.2g}"
        whole = "–" if row.of_total != row.of_total else f"{row.of_total:.0%}"
        alone, last, share = (
            f"{0.0 if abs(value) <= rounding else factor * value:+.4g}"
            for value in (row.alone, row.last, row.shapley)
        )
        table.add_row(
            row.changes, escape(what), alone, last, f"{share}{error}", whole,
            row.depends_on or "–",
        )  # fmt: skip
    return table


def _joint_lines(joint: pd.DataFrame, language: str) -> list[str]:
    """Effects that several changes have together, beyond those of fewer; none that is rounding."""
    said = terms(language)
    largest = joint["dividend"].abs().max() if len(joint) else 0.0
    shown = joint[joint["dividend"].abs() > max(1e-9, 1e-6 * largest)]
    order = shown["dividend"].abs().sort_values(ascending=False, kind="stable").index
    lines = [
        said["part_joint"].format(row.changes, _change(row.dividend, row.unit, language))
        for row in shown.loc[order[:SHOWN]].itertuples()
    ]
    more = len(shown) - SHOWN
    return lines + ([said["part_joint_more"].format(more)] if more > 0 else [])


def _whole(whole: Any, language: str) -> str:  # noqa: ANN401  (a row of itertuples)
    said, factor, unit = terms(language), 1, unit_said(whole.unit, language)
    if whole.unit.startswith("share"):
        factor, unit = 100, said["part_percent"].format(unit)
    total, alone, together = (
        _change(value, whole.unit, language)
        for value in (whole.total, whole.sum_alone, whole.interaction)
    )
    before, after = (f"{factor * value:.6g}" for value in (whole.before, whole.after))
    return said["part_whole"].format(before, after, unit, total, alone, together)


def _change(value: float, of: str, language: str) -> str:
    factor, unit = (100, "points") if of.startswith("share") else (1, of)
    return f"{factor * value:+.4g} {unit_said(unit, language)}".rstrip()


def _method(whole: Any, language: str) -> str:  # noqa: ANN401
    said = terms(language)
    networks = said["part_networks"].format(whole.evaluated)
    if whole.method == "exact":
        return said["part_exact"].format(networks)
    reached = said["part_reached" if whole.converged else "part_not_reached"]
    return said["part_sampled"].format(whole.orders, whole.seed, networks, reached)
