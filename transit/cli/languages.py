"""The language of what commands say: ``--lang``, else ``TRANSIT_LANG``, else as is usual there.

Without either, a terminal is spoken to in Chinese where the system's locale is Chinese, else in
English; pages and reports are in Chinese. Tables keep the machine names of columns, which scripts
read, in ``--json`` always and in ``--out`` unless ``--lang`` stands on the command line itself:
then they have titles with units. Faults are told in English, for they are what one searches for.
"""

from __future__ import annotations

import locale
import os
from typing import TYPE_CHECKING

from transit.errors import Problem, UsageError

if TYPE_CHECKING:
    import pandas as pd

_PLAIN = {"−": "-", "–": "-", "²": "2", "…": "...", "÷": "/", "→": "->", "、": ",", "·": "-"}
"""What a console's encoding may lack, and what is read alike: a minus must not be lost."""
VARIABLE = "TRANSIT_LANG"
_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")
_TAGS = {"zh": "zh-CN", "chinese": "zh-CN", "en": "en", "english": "en"}
"""By the first part of a tag or of a locale's name, as systems write it."""


def printed_in(lang: str | None) -> str:
    """The language of the terminal, ``zh-CN`` or ``en``; raises ``UsageError`` for others."""
    return _asked(lang) or _tag_of(_system()) or "en"


def pages_in(lang: str | None) -> str:
    """The language of pages and reports; raises ``UsageError`` for one without texts."""
    from transit.terms import DEFAULT

    return _asked(lang) or DEFAULT


def verdict_language(lang: str | None) -> str:
    """The language of sentences in tables: English, as all their cells, unless one is given."""
    return "en" if lang is None else printed_in(lang)


def titled(tables: dict[str, pd.DataFrame], lang: str | None) -> dict[str, pd.DataFrame]:
    """The tables as files hold them: as they are, or for readers of the language given."""
    if lang is None:
        return tables
    from transit.terms import readable

    language = printed_in(lang)
    return {name: readable(table, language) for name, table in tables.items()}


def plain_letters(error: UnicodeError) -> tuple[str, int]:
    """What is written in place of letters that a console's encoding lacks; for ``codecs``."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(_PLAIN.get(letter, "?") for letter in lacking), error.end


def _asked(lang: str | None) -> str | None:
    for where, text in (("--lang", lang), (VARIABLE, os.environ.get(VARIABLE))):
        if text:
            found = _tag_of(text)
            if found is None:
                fault = "there are no texts in this language"
                raise UsageError(Problem(f"{where} {text}", fault, "use zh-CN or en"))
            return found
    return None


def _tag_of(name: str) -> str | None:
    """The language of a tag or locale: ``zh_CN.GBK``, ``zh-Hans``, ``en-GB``."""
    first = name.replace("_", "-").replace(" ", "-").split("-")[0].split(".")[0]
    return _TAGS.get(first.casefold())


def _system() -> str:
    """The locale that the system's messages are in; on Windows that of its texts."""
    given = (os.environ.get(name, "") for name in _LOCALE)
    return next(filter(None, given), None) or locale.getlocale()[0] or ""
