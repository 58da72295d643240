"""A study area's folder copied: plain files and folders, and nothing that leads out of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from transit.errors import DataError, Problem, raise_if


def copy_folder(folder: Path, fresh: Path, *, without: str = "") -> None:
    """A copy of ``folder`` at ``fresh``, but for the folder named ``without``.

    Raises a ``DataError`` that names every link, pipe or device in it: what they lead to is not
    the study area's, and would be given away with the copy, or never end.
    """
    found = list(_entries(folder, without))
    raise_if([problem for path in found for problem in _problems(path)])
    fresh.mkdir()
    for path in found:
        target = fresh / path.relative_to(folder)
        target.mkdir() if path.is_dir() else shutil.copyfile(path, target)


def _entries(folder: Path, without: str) -> Iterator[Path]:
    """Everything below ``folder``, folders before what they hold; links are not followed."""
    for place, folders, files in os.walk(folder, onerror=_unreadable):
        folders[:] = sorted(name for name in folders if name != without)
        yield from (Path(place) / name for name in (*folders, *sorted(files)))


def _unreadable(error: OSError) -> None:
    fault = f"cannot be read ({error.strerror or error})"
    raise DataError(Problem(str(error.filename), fault, "check that it is a folder you may read"))


def _problems(path: Path) -> Iterator[Problem]:
    if path.is_symlink():
        fault = f"is a link to {os.fspath(path.readlink())!r}"
        yield Problem(str(path), fault, "put the file itself in its place")
    elif not (path.is_file() or path.is_dir()):
        yield Problem(str(path), "is a pipe or a device", "take it out of the study area")
