"""What cells of tables say, in another language: tables hold English, found again by its text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from transit.terms.glossary import terms

_TOLD = ("importing", "import_parts", "osm_parts")
_BETWEEN = "; "
_NUMBERED = re.compile(r"\d+[A-Za-z]?")
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
    for form, key in _forms("values", "measures").items():
        if found := form.fullmatch(text):
            places = {int(name[1:]): value for name, value in found.groupdict().items()}
            return said[key].format(*(places[number] for number in sorted(places)))
    return text


def told(line: str, language: str) -> str:
    """A line of an import in ``language``, with what it lists; files and columns keep their names.

    >>> told("Columns: 线路 is line_name; 站点 is stop_name.", "zh-CN")
    '列：线路 作 line_name；站点 作 stop_name。'
    """
    return line if language == "en" else _told(line, language, "importing") or line


def osm_said(text: str, language: str) -> str:
    """What became of OpenStreetMap's things, or why, in ``language``.

    >>> osm_said("3 moved", "zh-CN")
    '移位 3'
    """
    return text if language == "en" else _told(text, language, "osm_parts") or text


def _told(text: str, language: str, topic: str) -> str | None:
    """The text in ``language``, or nothing where it is none of ours."""
    for form, key in _forms(topic).items():
        if found := form.fullmatch(text):
            places = {int(name[1:]): value for name, value in found.groupdict().items()}
            parts = (
                _part(places.get(at, ""), language) for at in range(max(places, default=0) + 1)
            )
            return terms(language)[key].format(*parts)
    return None


def _part(text: str, language: str) -> str:
    """What stands at a place of a line: a text of ours, several of them, or a name."""
    if whole := _told(text, language, "import_parts"):
        return whole
    parts = [_told(part, language, "import_parts") for part in text.split(_BETWEEN)]
    return "；".join(map(str, parts)) if all(parts) else text


def listed(names: str, words: Mapping[str, str]) -> str:
    """Names of a table's cell, which stand there with ``、`` between, as ``words`` list them.

    >>> listed("627、M450", terms("en"))
    '627, M450'
    """
    return words["said_joiner"].join(names.split("、"))


def unit_said(unit: str, language: str) -> str:
    """The unit in the words of ``language``, or as it stands."""
    return terms(language, "units").get(f"unit_{unit}", unit)


def metro_said(line: str, said: Mapping[str, str]) -> str:
    """A metro line by its number as the texts ``said`` call it; a name stays as it is.

    >>> metro_said("6B", terms("zh-CN")), metro_said("Piccadilly", terms("en"))
    ('6B 号线', 'Piccadilly')
    """
    return said["metro_line"].format(line) if _NUMBERED.fullmatch(line) else line


def table_said(table: str, language: str) -> str:
    """A table of facts by what it holds, in English by its name; other texts as ``spoken``.

    >>> table_said("frequencies", "zh-CN")
    '发车间隔表'
    """
    if language == "en":
        return table
    return terms(language, "data_tables").get(f"table_of_{table}", spoken(table, language))


def measure_said(measure: str, language: str) -> str:
    """A measure by the name that planners know; in English as tables and options have it."""
    said = terms(language, "measures")
    return measure if language == "en" else said.get(f"measure_{measure}", measure)


@cache
def _keys() -> Mapping[str, str]:
    """Keys by the English of what tables say: of values, of measures and of their meanings."""
    return {text: key for key, text in terms("en", "values", "measures").items()}


@cache
def _forms(*topics: str) -> Mapping[re.Pattern[str], str]:
    """Texts of topics as patterns; a place in them is whatever stands there.

    Of what may be one of several, a place is not the next of them as well.
    """
    place = rf"(?P<p\1>(?:(?!{_BETWEEN}).)+)" if "import_parts" in topics else r"(?P<p\1>.+)"
    return {
        re.compile(_PLACE.sub(place, re.sub(r"[^{}\w\s]", r"\\\g<0>", text))): key
        for key, text in terms("en", *topics).items()
        if topics[0] in _TOLD or _PLACE.search(text)
    }
