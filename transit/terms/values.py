"""What cells of tables say, in another language: tables hold English, found again by its text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from transit.terms.glossary import terms

_PLACE = re.compile(r"\{(\d+)\}")


def spoken(text: str, language: str) -> str:
    """``text`` of a table in ``language``; what is no text of ours (a name) stays as it is.

    >>> spoken("within 500 m in a straight line; overlapping circles counted once", "zh-CN")
    '直线 500 m 以内，圆的重叠只计一次'
    """
    said = terms(language)
    if language == "en":
        return text
    if key := _keys().get(text):
        return said[key]
    for form, key in _forms().items():
        if found := form.fullmatch(text):
            places = {int(name[1:]): value for name, value in found.groupdict().items()}
            return said[key].format(*(places[number] for number in sorted(places)))
    return text


def unit_said(unit: str, language: str) -> str:
    """The unit in the words of ``language``, or as it stands."""
    return terms(language, "units").get(f"unit_{unit}", unit)


def measure_said(measure: str, language: str) -> str:
    """A measure by the name that planners know; in English as tables and options have it."""
    said = terms(language, "measures")
    return measure if language == "en" else said.get(f"measure_{measure}", measure)


def _texts() -> Mapping[str, str]:
    """The English of what tables say, by key: of values, of measures and of their meanings."""
    return terms("en", "values", "measures")


@cache
def _keys() -> Mapping[str, str]:
    return {text: key for key, text in _texts().items()}


@cache
def _forms() -> Mapping[re.Pattern[str], str]:
    """Texts with places as patterns: a place is whatever stands there."""
    return {
        re.compile(_PLACE.sub(r"(?P<p\1>.+)", re.sub(r"[^{}\w\s]", r"\\\g<0>", text))): key
        for key, text in _texts().items()
        if _PLACE.search(text)
    }
