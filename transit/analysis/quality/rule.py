"""A quality rule: declared once, with what it means, how to mend it, and the check itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import pandas as pd

from transit.analysis.quality.ground import Ground
from transit.terms import terms

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


def _words(key: str) -> Words:
    """The text of ``key`` in the glossary, in both languages."""
    return Words(terms("en", "rules")[key], terms("zh-CN", "rules")[key])


LACKING: dict[Need, Words] = {need: _words(f"lacking_{need}") for need in get_args(Need)}
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
    check: Callable[[Ground], Found]
    needs: tuple[Need, ...] = ()
    limits: tuple[str, ...] = ()

    @property
    def title(self) -> Words:
        """What is wrong, in a few words."""
        return _words(f"rule_{self.code}")

    @property
    def meaning(self) -> Words:
        """What is found, why it matters and what its value is."""
        return _words(f"rule_{self.code}.means")

    @property
    def mend(self) -> Words:
        """What to do about it."""
        return _words(f"rule_{self.code}.mend")
