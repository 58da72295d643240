"""What the quality page says by itself, in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping

from transit.terms import terms

_PREFIX = "quality_"


def quality_words(language: str) -> Mapping[str, str]:
    """The page's texts, by key without its prefix; ``UsageError`` when there are none."""
    said = terms(language, "quality_page")
    return {key.removeprefix(_PREFIX): text for key, text in said.items()}
