"""Every text the pages say by themselves: the glossary's, in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping

from transit.terms import terms


def words(language: str) -> Mapping[str, str]:
    """The texts of ``language``; raises ``UsageError`` for a language without texts."""
    return terms(language)


def page_words(language: str) -> Mapping[str, str]:
    """The texts of ``language`` that a page's own scripts say, and no others."""
    return terms(language, "page", "marks")
