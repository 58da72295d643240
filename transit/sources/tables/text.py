"""Text files read strictly: UTF-8 with or without a mark, else GB 18030; bounded in size."""

from __future__ import annotations

from pathlib import Path

from transit.errors import DataError, Problem, nearest_names

ENCODINGS = ("utf-8-sig", "gb18030")
TEXT_AT_MOST = 512 * 1024 * 1024
"""Bytes of a text file; the stop visits of a whole city have 4 MB, its streets 300 MB."""
CSV_AT_MOST = 100_000_000
"""Bytes of a table, which takes some twenty times that in memory while it is read."""

SLIP = 85.0
"""Alike enough, of 100, to be a slip of the pen and not another file."""


def read_text(path: Path) -> str:
    """The text of ``path``; raises ``DataError`` when it is missing or in no known encoding."""
    return decoded(path)[0]


def decoded(path: Path, *, at_most: int = TEXT_AT_MOST) -> tuple[str, str]:
    """The text of ``path``, and the name of the encoding that it was in."""
    raw = read_bytes(path, at_most=at_most)
    for encoding in ENCODINGS if b"\0" not in raw else ():
        try:
            return raw.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    mend = "save it as UTF-8, or in Excel as 'CSV UTF-8'"
    raise DataError(Problem(str(path), "is neither UTF-8 nor GB 18030 text", mend))


def read_bytes(path: Path, *, at_most: int = TEXT_AT_MOST) -> bytes:
    """All of the file ``path``; ``DataError`` when it is missing, unreadable or too large."""
    require_file(path, at_most=at_most)
    try:
        with path.open("rb") as file:
            content = file.read(at_most + 1)  # a pipe tells no size beforehand
    except OSError as error:
        fault = f"cannot be read ({error.strerror or error})"
        raise DataError(Problem(str(path), fault, "check that it is a file you may read")) from None
    if len(content) > at_most:
        raise DataError(_too_large(path, len(content), at_most))
    return content


def require_file(path: Path, *, at_most: int) -> None:
    """``DataError`` when ``path`` does not exist or holds more than ``at_most`` bytes."""
    if not path.exists():
        mend = "check the path; the bundled data/yinxing shows which files a study area has"
        near = [file.name for file in path.parent.iterdir()] if path.parent.is_dir() else []
        like = nearest_names(path.name, near, count=1, at_least=SLIP)
        mend = f"rename {like[0]}?" if like else mend
        raise DataError(Problem(str(path), "does not exist", mend))
    if path.stat().st_size > at_most:
        raise DataError(_too_large(path, path.stat().st_size, at_most))


def _too_large(path: Path, size: int, at_most: int) -> Problem:
    fault = f"holds {size / 1e6:,.0f} MB, more than the {at_most / 1e6:,.0f} MB that are read"
    return Problem(str(path), fault, "divide it, or keep only the rows and columns that are needed")
