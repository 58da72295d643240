"""Files written whole or not at all: CSV for Excel, JSON, pages."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import math
import os
import re
import shutil
import tempfile
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path, PurePath
from typing import Any

import numpy as np
import pandas as pd

from transit.errors import DataError, Problem, UsageError

_FORMULA = re.compile("'*[=+\\-@\t\r＝＋－＠]")
"""What spreadsheets may run, full width too; behind apostrophes, so that each can be undone."""
_RESERVED = {
    "", "CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(10)),
}  # fmt: skip
_BYTES = 120
"""Of a file's name in UTF-8, without its ending: systems take 255, some of which others need."""
OWN = ".written-by-transit"
"""The file of a folder that lists what was written there: only that may be replaced."""
_UNFINISHED = ".transit-"
_ELSEWHERE = "choose another folder, or move it away"


def claim(out: Path | str, names: Iterable[str]) -> None:
    """Take the files ``names`` in the folder ``out`` as this program's, before it writes them.

    They are listed in the file ``OWN`` of their folder and may be replaced from then on. Raises
    ``UsageError`` with every one that is there and was not written by this program, or that lies
    behind a link; then nothing is written.
    """
    folders: dict[Path, set[str]] = defaultdict(set)
    for name in names:
        path = Path(out) / name
        folders[path.parent].add(path.name)
    require_no_links(out, {folder.relative_to(out).as_posix() for folder in folders})
    listed = {folder: _listed(folder) for folder in folders}
    foreign = [
        Problem(str(folder / name), "is there, and was not written by transit", _ELSEWHERE)
        for folder, wanted in folders.items()
        for name in sorted(wanted - listed[folder])
        if os.path.lexists(folder / name)
    ]
    if foreign:
        raise UsageError(foreign)
    for folder, wanted in folders.items():
        kept = {name for name in listed[folder] if os.path.lexists(folder / name)}
        lines = "".join(f"{name}\n" for name in sorted(kept | wanted))
        write_bytes(folder / OWN, lines.encode("utf-8"))


def require_no_links(out: Path | str, folders: Iterable[str]) -> None:
    """Raise ``UsageError`` where one of ``folders`` below ``out`` is, or lies behind, a link.

    ``out`` itself may be one: it is what was asked for.
    """
    places = {part for folder in folders for part in (PurePath(folder), *PurePath(folder).parents)}
    links = [Path(out) / place for place in sorted(places) if place.name]
    problems = [
        Problem(str(path), "is a link to another place, where files would be replaced", _ELSEWHERE)
        for path in links if path.is_symlink()
    ]  # fmt: skip
    if problems:
        raise UsageError(problems)


def sweep(folder: Path | str) -> None:
    """Remove what a writer that was killed left in ``folder``, where nothing else is writing."""
    for path in Path(folder).glob(f".*{_UNFINISHED}*"):
        with contextlib.suppress(OSError):
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def _listed(folder: Path) -> set[str]:
    """The names in the list of ``folder``; none where it has none that can be read."""
    try:
        return set((folder / OWN).read_text(encoding="utf-8").splitlines())
    except (OSError, UnicodeDecodeError):
        return set()


def write_bytes(path: Path | str, content: bytes) -> Path:
    """The file ``path`` holding ``content``: written beside and renamed, so never half a file.

    Makes the folder when it is absent. Raises ``DataError`` when the place cannot be written.
    """
    target = Path(path)
    with _refusals_told(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        _replace(target, content)
    return target


def write_made(path: Path | str, make: Callable[[Path], None]) -> Path:
    """The file ``path`` as ``make`` writes it at the place it is given: whole or not at all.

    For libraries that write files themselves. What they leave beside it goes. Raises ``DataError``
    when the place cannot be written.
    """
    target = Path(path)
    with _refusals_told(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=beside_name(target), dir=target.parent) as place:
            fresh = Path(place) / target.name
            make(fresh)
            fresh.chmod(_ordinary_mode())
            fresh.replace(target)
    return target


@contextlib.contextmanager
def _refusals_told(target: Path) -> Iterator[None]:
    """What the system says against writing ``target``, as a ``DataError``."""
    try:
        yield
    except OSError as error:
        blocking = [parent for parent in target.parents if parent.is_file()]
        why = f"{blocking[0].name} is a file, not a folder" if blocking else error.strerror
        mend = "choose a folder you may write to, and close the file in other programs"
        fault = f"cannot be written ({why or error})"
        raise DataError(Problem(str(target), fault, mend)) from error


def write_csv(path: Path | str, table: pd.DataFrame, *, exact: bool = False) -> Path:
    """The CSV file ``path`` of ``table``; see ``csv_bytes``."""
    return write_bytes(path, csv_bytes(table, exact=exact))


def csv_bytes(table: pd.DataFrame, *, exact: bool = False) -> bytes:
    """``table`` as CSV, UTF-8 with a mark so that Excel reads the Chinese.

    Texts that Excel would run as a formula get an apostrophe in front. Metres, shares and
    minutes are written to six significant decimals at most, or with ``exact`` to the last bit.
    """
    safe = table.map(guarded)
    digits = None if exact else "%.6f"
    text: str = safe.to_csv(index=False, lineterminator="\r\n", float_format=digits)
    return text.encode("utf-8-sig", "replace")


def as_json(content: object) -> str:
    """``content`` as JSON text in UTF-8; tables become lists of rows, unknown numbers null."""
    return json.dumps(_plain(content), ensure_ascii=False, indent=1, allow_nan=False)


def free_name(text: str, taken: Collection[str]) -> str:
    """``text`` as a file name that no system objects to and that is not in ``taken``.

    Long ones are cut and end with a hash of the whole, so that they differ as the texts do.
    """
    composed = unicodedata.normalize("NFC", text)
    plain = "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in composed)
    if len(plain) > 80 or len(plain.encode()) > _BYTES:
        whole = hashlib.sha256(composed.encode("utf-8", "replace")).hexdigest()[:8]
        plain = f"{_cut(plain)}_{whole}"
    used = {unicodedata.normalize("NFC", name).casefold() for name in taken}
    numbered = (f"{plain}_{number}" for number in itertools.count(2))
    tries = itertools.chain((plain, f"{plain}_scenario"), numbered)
    return next(
        name for name in tries if name.upper() not in _RESERVED and name.casefold() not in used
    )


def _cut(name: str) -> str:
    """The beginning of ``name`` that leaves room for an ending, in whole letters."""
    return name[:70].encode()[: _BYTES - 20].decode("utf-8", "ignore")


def unguarded(text: str) -> str:
    """``text`` as it was before ``write_csv`` guarded it."""
    return text[1:] if text[:1] == "'" and _FORMULA.match(text) else text


def guarded(value: Any) -> Any:  # noqa: ANN401
    """``value``, a text that a spreadsheet would run as a formula with an apostrophe in front."""
    if isinstance(value, str) and _FORMULA.match(value):
        return f"'{value}"
    return value


def _plain(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, pd.DataFrame):
        return [_plain(row) for row in value.to_dict("records")]
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [_plain(item) for item in value]
    if hasattr(value, "item"):
        value = value.item()
    if value is pd.NA or value is pd.NaT or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)


def _replace(target: Path, content: bytes) -> None:
    handle, beside = tempfile.mkstemp(prefix=beside_name(target), dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(beside).chmod(_ordinary_mode())
        Path(beside).replace(target)
    except OSError:
        with contextlib.suppress(OSError):
            Path(beside).unlink()
        raise


def beside_name(target: Path) -> str:
    """How the name begins of what is written beside ``target``; short, for that may be long."""
    return f".{target.name[:30]}{_UNFINISHED}"


def _ordinary_mode() -> int:
    """The mode a plain ``open`` would give; ``mkstemp`` makes files only their owner can read."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
