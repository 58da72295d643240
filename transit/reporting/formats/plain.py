"""Texts as office files can hold them: what XML forbids is shown as a sign of its own."""

from __future__ import annotations

import re

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def plain(text: str) -> str:
    """``text`` with each character that XML cannot hold shown as �; all else stays as it is."""
    return _FORBIDDEN.sub("�", text)
