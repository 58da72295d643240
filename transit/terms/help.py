"""What ``transit --help`` says, out of ``help.yaml``; found by the English of the commands."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from transit.terms.glossary import flat, read_topics

FILE = Path(__file__).parent / "help.yaml"
_FRAME = "help_page"


def help_said(text: str, language: str) -> str:
    """``text`` of a command or option in ``language``; as it stands where there is no other.

    >>> help_said("Limit in metres.", "zh-CN")
    '限距，单位为米。'
    """
    key = _keys().get(plain(text))
    return _texts(language)[key] if key else text


def help_words(language: str) -> Mapping[str, str]:
    """What stands around those texts, by key: headings, marks of defaults and of what is needed."""
    return dict(flat(read_topics(FILE)[_FRAME], language))


def plain(text: str) -> str:
    r"""``text`` with its paragraphs, and without the blanks and line breaks of the code.

    >>> plain("One\n  sentence.\n\n  Another.")
    'One sentence.\n\nAnother.'
    """
    paragraphs = inspect.cleandoc(text).split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


@cache
def _texts(language: str) -> Mapping[str, str]:
    topics = read_topics(FILE)
    return {
        key: text
        for topic in topics
        if topic != _FRAME
        for key, text in flat(topics[topic], language)
    }


@cache
def _keys() -> Mapping[str, str]:
    return {text: key for key, text in _texts("en").items()}
