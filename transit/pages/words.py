"""Every text the pages say by themselves: the glossary's, in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping

from transit.terms import LANGUAGES, terms


def words(language: str) -> Mapping[str, str]:
    """The texts of ``language``; raises ``UsageError`` for a language without texts."""
    return terms(language)


def languages(first: str) -> tuple[str, ...]:
    """Every language of a page, ``first`` before the others; ``UsageError`` for an unknown one."""
    words(first)
    return (first, *(one for one in LANGUAGES if one != first))


def page_words(language: str) -> Mapping[str, str]:
    """The texts of ``language`` that a page's own scripts say, and no others."""
    return terms(language, "page", "marks")
