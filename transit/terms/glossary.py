"""The texts of ``glossary.yaml`` by language: keys in, texts out.

The file has topics, and below a topic one entry a key. A key is there once, in every language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from transit.errors import Problem, UsageError, did_you_mean

LANGUAGES = ("zh-CN", "en")
"""The languages there are, by their BCP 47 tags, as a page's ``lang`` has them."""
DEFAULT = "zh-CN"
"""The language of pages and reports where none is asked for."""
_COLUMN = {"zh-CN": "zh", "en": "en"}
_FILE = Path(__file__).parent / "glossary.yaml"


def terms(language: str = DEFAULT, *topics: str) -> Mapping[str, str]:
    """The texts of ``language`` by key, of all topics or only of those named; read-only.

    ``terms(language)["share_walk.means"]`` is the definition of ``share_walk``. Raises
    ``UsageError`` for a language or topic that there is none of.

    >>> terms("en")["stops"]
    'Bus stops'
    """
    _require("language", language, LANGUAGES)
    for topic in topics:
        _require("topic of the glossary", topic, _glossary())
    return _texts(language, topics)


def _require(where: str, name: str, known: tuple[str, ...] | Mapping[str, Any]) -> None:
    if name not in known:
        mend = did_you_mean(name, known) + f" There are: {', '.join(known)}"
        raise UsageError(Problem(where, f"no texts in {name!r}", mend))


@cache
def _texts(language: str, topics: tuple[str, ...]) -> Mapping[str, str]:
    glossary = _glossary()
    return MappingProxyType(
        {key: text for topic in topics or glossary for key, text in flat(glossary[topic], language)}
    )


def flat(entries: Mapping[str, Any], language: str) -> Iterator[tuple[str, str]]:
    """Keys and texts of one language; what an entry has besides has a key with a dot."""
    column = _COLUMN[language]
    for key, entry in entries.items():
        yield key, entry[column]
        for part, texts in entry.items():
            if isinstance(texts, Mapping):
                yield f"{key}.{part}", texts[column]


def _glossary() -> Mapping[str, Mapping[str, Any]]:
    return read_topics(_FILE)


@cache
def read_topics(path: Path) -> Mapping[str, Mapping[str, Any]]:
    """A file by topic and key; every value is a text, be it written like a number or a truth."""
    import yaml

    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    text = path.read_text(encoding="utf-8")
    found: Mapping[str, Mapping[str, Any]] = yaml.load(text, Loader=loader)  # noqa: S506
    return found
