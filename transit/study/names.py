"""Names of folders that every system takes: short, without signs, each another."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from transit.output import free_name

LONGEST = 40
"""Letters of a name at most, for Windows refuses long paths; one that was taken has a few more."""


def safe_names(texts: Iterable[str]) -> list[str]:
    """A folder name for each of ``texts``, in their order; no two are alike on any system."""
    found: list[str] = []
    for text in texts:
        found.append(free_name(unicodedata.normalize("NFC", text)[:LONGEST], found))
    return found
