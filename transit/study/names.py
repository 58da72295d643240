"""Names of folders that every system takes: short, without signs, each another."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable

LONGEST = 40
_RESERVED = {
    "CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(10)),
}  # fmt: skip


def safe_names(texts: Iterable[str]) -> list[str]:
    """A folder name for each of ``texts``, in their order; no two are alike on any system.

    Letters of all scripts stay, at most ``LONGEST``; what else there is becomes ``_``. One that is
    taken already, or that Windows keeps for itself, is told apart by a hash of the whole text.
    """
    taken: set[str] = set()
    found = []
    for text in texts:
        name = _plain(text)
        if name.upper() in _RESERVED or name.casefold() in taken:
            digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
            name = f"{name[: LONGEST - 9]}_{digest}"
        taken.add(name.casefold())
        found.append(name)
    return found


def _plain(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    kept = (letter if letter.isalnum() or letter in "-_" else "_" for letter in composed)
    return "".join(kept)[:LONGEST] or "_"
