"""A report written to a folder: whole, or the folder stays as it was."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

from transit.errors import DataError, Problem, UsageError
from transit.output import write_bytes
from transit.reporting.content import Report
from transit.reporting.formats.page import html_text
from transit.reporting.formats.word import docx_bytes
from transit.reporting.formats.workbook import xlsx_bytes
from transit.sources.writing import beside

OWN = ("report.docx", "report.xlsx", "report.html", "figures", "maps")
"""What a folder of a report holds."""
_FIGURE = re.compile(r"\d\d+-[\w-]*\.(png|svg)")
_LOCKS = ("~$", ".~lock.")
_OPEN = "close it in Word, Excel or LibreOffice, and run again"


def write_report(out: Path | str, report: Report) -> list[Path]:
    """The files written to the folder ``out``: docx, xlsx, html, figures and maps.

    ``out`` is new, empty, or holds a report, which is replaced whole. Raises ``UsageError`` where
    it holds other files, and ``DataError`` where a file is open in another program, where nothing
    can be written or a figure cannot be drawn; then the folder is as it was before.
    """
    out = Path(out)
    require_own(out)
    with beside(out) as fresh:
        for name, content in _files(report):
            write_bytes(fresh / name, content)
        names = sorted(path.relative_to(fresh) for path in fresh.rglob("*") if path.is_file())
        _replace(fresh, out)
    return [out / name for name in names]


def _files(report: Report) -> Iterator[tuple[str, bytes]]:
    yield "report.html", html_text(report).encode("utf-8", "replace")
    yield "report.docx", docx_bytes(report)
    yield "report.xlsx", xlsx_bytes(report)
    for number, picture in enumerate(report.pictures, 1):
        name = f"figures/{number:02d}-{_file_name(picture.key)}"
        yield f"{name}.png", picture.png
        yield f"{name}.svg", picture.svg
    for name, page in report.pages.items():
        yield f"maps/{name}.html", page.html().encode("utf-8")


def _file_name(key: str) -> str:
    """A key as part of a file name: park ids are the user's."""
    return "".join(one if one.isalnum() or one in "-_" else "_" for one in key)[:60]


def require_own(out: Path) -> None:
    """Raise where ``out`` holds other files than a report, or one that is open elsewhere."""
    if not out.exists():
        return
    if not out.is_dir():
        raise UsageError(Problem(f"--out {out}", "is a file", "choose a folder"))
    found = sorted(path.name for path in out.iterdir())
    opened = [name for name in found if name.startswith(_LOCKS)]
    if opened:
        raise DataError(
            Problem(str(out), f"a file in it is open in another program ({name})", _OPEN)
            for name in opened
        )
    others = [
        path.relative_to(out).as_posix() for path in sorted(out.rglob("*")) if _other(path, out)
    ]
    if others:
        what = f"holds other files: {', '.join(others[:3])}{' …' if len(others) > 3 else ''}"
        mend = "choose a new or empty folder, or that of an earlier report"
        raise UsageError(Problem(f"--out {out}", what, mend))


def _other(path: Path, out: Path) -> bool:
    """Whether ``path`` in the folder ``out`` is nothing that a report wrote there."""
    place = path.relative_to(out)
    if place.as_posix() in OWN:
        return path.is_symlink() or path.is_dir() != (not place.suffix)
    if not path.is_file() or path.is_symlink():
        return True
    if place.parent.name == "figures":
        return not _FIGURE.fullmatch(place.name)
    return place.parent.as_posix() != "maps" or place.suffix != ".html" or not _is_page(path)


def _is_page(path: Path) -> bool:
    """Whether a file is one of this program's pages."""
    return b'id="page-data"' in path.read_bytes()


def _replace(fresh: Path, out: Path) -> None:
    """``fresh`` put in the place of ``out``; the old one comes back where that cannot be."""
    if not out.exists():
        fresh.replace(out)
        return
    former = fresh.with_name("former")
    try:
        out.replace(former)
    except OSError as error:
        what = f"cannot be replaced ({error.strerror or error})"
        raise DataError(Problem(str(out), what, _OPEN)) from error
    try:
        fresh.replace(out)
    except OSError:
        with contextlib.suppress(OSError):
            former.replace(out)
        raise
