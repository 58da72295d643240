"""The street that most of a park's lines hang on, before and after an edit."""

from __future__ import annotations

import pandas as pd

from transit.analysis.loads import Bottleneck

_SAID = ("streets", "length_m", "buses_per_hour", "park_buses_per_hour", "park_lines",
         "share_of_lines")  # fmt: skip
_TEXTS = ("streets", "park_lines")


def bottleneck_changes(before: Bottleneck, after: Bottleneck) -> pd.DataFrame:
    """One row: the most loaded link of the park's lines on both sides, and whether it differs.

    Columns: ``park_id``, ``park_name``; for each of ``streets`` (names, or the ways' ids in
    brackets), ``length_m``, ``buses_per_hour`` (all lines, both ways), ``park_buses_per_hour``,
    ``park_lines`` (short names), ``share_of_lines`` (÷ ``lines``) and ``lines`` (number of lines
    with a call within the limit of the outline) the value ``_before`` and ``_after``;
    ``differs``, ``indicative``, ``service_indicative`` (of either side). Texts are empty and
    figures missing where no line of the park drives on a known street.
    """
    old, new = _told(before), _told(after)
    marks = {
        mark: any(bool(side.worst[mark]) for side in (before, after) if side.worst is not None)
        for mark in ("indicative", "service_indicative")
    }
    sides = {
        f"{name}_{side}": told[name]
        for name in old
        for side, told in (("before", old), ("after", new))
    }
    head = {"park_id": before.park.park_id, "park_name": before.park.park_name}
    return pd.DataFrame([head | sides | {"differs": not _same(old, new)} | marks])


def _told(side: Bottleneck) -> dict[str, object]:
    worst = side.worst
    if worst is None:
        unknown: dict[str, object] = {
            name: "" if name in _TEXTS else float("nan") for name in _SAID
        }
        return unknown | {"lines": len(side.lines)}
    name = worst["streets"] or f"[{worst['way_ids']}]"
    return {one: worst[one] for one in _SAID} | {"streets": name, "lines": len(side.lines)}


def _same(old: dict[str, object], new: dict[str, object]) -> bool:
    """Whether both are the same to the metre and a tenth of a bus."""
    if any(old[name] != new[name] for name in (*_TEXTS, "lines")):
        return False
    return not old["streets"] or all(
        round(float(old[name]), 1) == round(float(new[name]), 1)  # type: ignore[arg-type]
        for name in ("buses_per_hour", "park_buses_per_hour")
    )
