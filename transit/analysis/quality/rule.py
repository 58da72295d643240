"""A quality rule: declared once, with what it means, how to mend it, and the check itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from transit.analysis.quality.ground import Ground

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
"""Worst first. Error: a figure is wrong or cannot be had. Warning: probably wrong, look at it.
Note: to be known when figures are read."""
Subject = Literal["stop", "hop", "pattern", "line", "street", "park", "gate", "table", "network"]
Need = Literal["stops", "lines", "streets", "service", "timings", "parks", "gates"]


@dataclass(frozen=True)
class Words:
    """One text in English and in Chinese."""

    en: str
    zh: str


LACKING: dict[Need, Words] = {
    "stops": Words("no stops known", "没有站点资料"),
    "lines": Words("no lines known", "没有线路资料"),
    "streets": Words("no streets known", "没有街道资料"),
    "service": Words("no service known", "没有班次资料"),
    "timings": Words("no run times known", "没有站间行程时间资料"),
    "parks": Words("no parks known", "没有园区资料"),
    "gates": Words("no gates known", "没有出入口资料"),
}
"""Why a rule is not asked."""


@dataclass(frozen=True)
class Found:
    """What a check found: its rows, and of how many.

    Columns of ``rows``: ``subject_id``, ``name``, ``lon``, ``lat``, ``lines``, ``indicative``,
    ``value``; and, where they are not the rule's own, ``limit``, ``of`` and ``detail``.
    """

    rows: pd.DataFrame
    looked_at: int


@dataclass(frozen=True)
class Rule:
    """One rule: ``check`` gives the findings of a ground, values in ``unit``.

    ``limits`` are the fields of ``Limits`` it holds against, the first of them shown beside the
    value; ``needs`` is what must be known for the rule to be asked at all.
    """

    code: str
    severity: Severity
    subject: Subject
    unit: str
    title: Words
    meaning: Words
    mend: Words
    check: Callable[[Ground], Found]
    needs: tuple[Need, ...] = ()
    limits: tuple[str, ...] = ()
