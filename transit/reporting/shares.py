"""Which change of a scenario gives what: the table of shares, and a sentence on the largest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from transit.analysis.measures import MEASURES
from transit.attribution.attribute import EXACT_UP_TO, Attribution, attribute
from transit.comparison import Case, Comparison
from transit.reporting.content import UNKNOWN, Cell, Quantity, ReportTable
from transit.reporting.state import headed
from transit.scenario.scenario import Scenario
from transit.scenario.words import change_titles
from transit.terms import terms

Words = Mapping[str, str]
_SHARED = ("share_straight", "share_walk", "share_straight_morning", "share_walk_morning",
           "stops_within_outline", "lines_within_outline", "lines_within_walk", "lines_starting",
           "buses_per_hour", "buses_per_hour_walk", "stations_reached",
           "districts_reached")  # fmt: skip
"""Measures of a park whose change is shared out, in this order."""
_SAME = 1e-9


def attributed(compared: Comparison, scenario: Scenario) -> dict[str, Attribution]:
    """By park id, what each of the changes gives of the measures that move at that park.

    Empty for a scenario of one change, which gives all of it, and for one of more than
    ``EXACT_UP_TO``: its shares would have to be sampled, which takes long.
    """
    if not 1 < len(scenario.changes) <= EXACT_UP_TO:
        return {}
    found = {}
    for case in compared.cases:
        moved = _moved(case) if case.scenario is scenario else []
        if moved:
            found[case.park.park_id] = attribute(
                compared.base, scenario, moved, case.park, limit_m=case.before.limit_m
            )
    return found


def shares_note(scenario: Scenario, said: Words) -> str:
    """Why there is no table of shares; empty where there can be one."""
    count = len(scenario.changes)
    if count <= EXACT_UP_TO:
        return ""
    return said["reply_shares_many"].format(count, EXACT_UP_TO)


def shares_table(found: Attribution, case: Case, language: str, park: str) -> ReportTable:
    """Measure by measure what each change gives; under them the whole, to which they sum."""
    said = terms(language)
    titles = _titles(found, language)
    rows: list[tuple[Cell, ...]] = []
    marks: list[bool] = []
    for whole in found.totals.to_dict("records"):
        name = str(whole["measure"])
        own = found.table[found.table["measure"] == name].to_dict("records")
        lead = (said[f"measure_{name}"], _unit(name, said))
        for row, title in zip(own, titles, strict=True):
            figures = (_amount(row[key], name) for key in ("alone", "last", "shapley"))
            needs = str(row["depends_on"]) or UNKNOWN
            rows.append((*lead, title, *figures, Quantity(row["of_total"], 0, percent=True), needs))
        total = _amount(whole["total"], name)
        empty = Quantity(float("nan"))
        rows.append((*lead, said["reply_shares_all"], empty, empty, total,
                     Quantity(1.0, 0, percent=True), UNKNOWN))  # fmt: skip
        marks += [bool(whole["indicative"])] * (len(own) + 1)
    header = ("said_measure", "said_unit", "reply_change", "part_alone", "part_last", "part_share",
              "part_of_whole", "part_needs")  # fmt: skip
    return ReportTable(
        f"shares_{case.scenario.name}_{case.park.park_id}", headed(park, said["reply_shares"]),
        tuple(said[name] for name in header), tuple(rows), said["reply_def_shares"],
        marked=tuple(marks), widths=(19, 12, 26, 9, 9, 9, 9, 8),
    )  # fmt: skip


def shares_sentences(found: Mapping[str, Attribution], language: str) -> tuple[str, ...]:
    """For each park, of each measure that moves, the changes that give it, the largest first."""
    said = terms(language)
    return tuple(
        said["reply_shares_said"].format(
            said["reply_semicolon"].join(_parts(one, language)),
            said["indicative_mark"] if any(each.indicative for each in one.asked) else "",
        )
        for one in found.values()
    )


def _moved(case: Case) -> list[str]:
    """The measures of the park, known before and after, that differ by what is shown."""
    own = case.table[case.table["subject"] == "park"].set_index("measure")
    return [
        name for name in _SHARED
        if name in own.index and _differs(own.loc[name], name)
    ]  # fmt: skip


def _differs(row: pd.Series, name: str) -> bool:
    was, now = (_amount(float(row[side]), name) for side in ("before", "after"))
    return was.known and now.known and was.text != now.text


def _amount(value: float, name: str) -> Quantity:
    """A change of a measure as it is told: of shares in points."""
    if name.startswith("share"):
        return Quantity(value * 100, 2, signed=True)
    if MEASURES[name].unit == "buses/h":
        return Quantity(value, 1, signed=True)
    whole = abs(value - round(value)) < _SAME  # a share of a count may be a half
    return Quantity(value, 0 if whole else 2, signed=True)


def _is_nought(amount: Quantity) -> bool:
    return round(amount.value, amount.digits) == 0


def _unit(name: str, said: Words) -> str:
    return said["unit_points"] if name.startswith("share") else said[f"unit_{MEASURES[name].unit}"]


def _titles(found: Attribution, language: str) -> list[str]:
    """What the parts are called in short, such as "2. New stop 银星科技园"."""
    titles = change_titles(found.scenario, language)
    join = terms(language)["said_and"]
    return [join.join(titles[place] for place in part) for part in found.parts]


def _parts(found: Attribution, language: str) -> Iterator[str]:
    said = terms(language)
    titles = _titles(found, language)
    for name, own in found.table.groupby("measure", sort=False):
        shares: Sequence[tuple[float, str]] = sorted(
            zip(own["shapley"], titles, strict=True), key=lambda pair: -abs(pair[0])
        )
        amounts = [(title, _amount(share, str(name))) for share, title in shares]
        told = [said["reply_share_part"].format(title, amount.text)
                for title, amount in amounts if not _is_nought(amount)]  # fmt: skip
        whole = _amount(float(own["shapley"].sum()), str(name))
        yield said["reply_share_measure"].format(
            said[f"measure_{name}"],
            whole.text,
            _unit(str(name), said),
            said["said_joiner"].join(told),
        )
