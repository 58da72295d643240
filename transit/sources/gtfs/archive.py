"""A GTFS feed opened safely: a zip or a folder of text files, nothing unpacked, sizes bounded."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath

from transit.errors import DataError, Problem, nearest_names, raise_if

MEMBERS = 1_000
"""A feed has some thirty files; more than this is no feed."""
BYTES = 500_000_000
"""All files of a feed together, unpacked: about 25 million stop times."""
RATIO = 200
"""Text packs to a tenth, seldom to a fiftieth; a file that unpacks to more than this is a bomb."""
SMALL = 1_000_000
"""Below this a file may pack as well as it likes, in bytes."""
_SLIP = 80.0


@dataclass(frozen=True)
class Archive:
    """The text files of one feed by name; ``read`` gives the bytes of one.

    ``folder`` is what lies between the top and the files, where a folder was zipped whole;
    ``others`` are files that are no text tables.
    """

    path: Path
    sizes: Mapping[str, int]
    folder: str = ""
    others: tuple[str, ...] = ()
    _readers: Mapping[str, Callable[[], bytes]] = field(default_factory=dict, repr=False)

    @property
    def name(self) -> str:
        """The feed's name: that of its file, without what follows the dot."""
        return self.path.stem if self.path.is_file() else self.path.name

    def read(self, name: str) -> bytes:
        """The bytes of the file ``name``; raises ``DataError`` where it cannot be unpacked."""
        return self._readers[name]()

    def like(self, name: str) -> str:
        """The file whose name is a slip away from ``name``, or nothing."""
        near = nearest_names(name, self.sizes, count=1, at_least=_SLIP)
        return near[0] if near else ""


def open_feed(path: str | Path) -> Archive:
    """The feed at ``path``, a zip or a folder; raises ``DataError`` with all that is unsafe."""
    path = Path(path)
    if path.is_dir():
        return _of_folder(path)
    if not path.is_file():
        mend = "give the feed's zip, or the folder that holds its stops.txt"
        raise DataError(Problem(str(path), "does not exist", mend))
    return _of_zip(path)


def _of_folder(path: Path) -> Archive:
    files = sorted(file for file in path.iterdir() if file.is_file())
    tables = {file.name: file for file in files if file.suffix == ".txt"}
    sizes = {name: file.stat().st_size for name, file in tables.items()}
    raise_if(_size_problems(path, sizes))
    if not tables:
        raise DataError(Problem(str(path), "holds no .txt file", _MEND_EMPTY))
    readers = {name: partial(_file_bytes, file) for name, file in tables.items()}
    others = tuple(file.name for file in files if file.name not in tables)
    return Archive(path, sizes, "", others, readers)


def _of_zip(path: Path) -> Archive:
    try:
        with zipfile.ZipFile(path) as packed:
            members = [info for info in packed.infolist() if not info.filename.endswith("/")]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        mend = "download it again: it is cut off, or no zip"
        raise DataError(Problem(str(path), f"cannot be opened as a zip ({error})", mend)) from None
    members = [info for info in members if not _is_of_the_system(info.filename)]
    raise_if(list(_member_problems(path, members)))
    tables = {info.filename: info for info in members if info.filename.endswith(".txt")}
    folder = _common_folder(tables)
    inside = {PurePosixPath(name).name: info for name, info in tables.items() if _at(name, folder)}
    others = tuple(info.filename for info in members if info not in inside.values())
    if not inside:
        nested = [name for name in others if name.lower().endswith(".zip")]
        fault = f"holds no table, but {', '.join(nested[:5])}" if nested else "holds no .txt file"
        mend = "unpack it, and give the zips in it" if nested else _MEND_EMPTY
        raise DataError(Problem(str(path), fault, mend))
    readers = {name: partial(_member_bytes, path, info) for name, info in inside.items()}
    sizes = {name: info.file_size for name, info in inside.items()}
    return Archive(path, sizes, folder, others, readers)


def _is_of_the_system(name: str) -> bool:
    """Whether macOS or Windows put the member there."""
    own = PurePosixPath(name).name
    return name.startswith("__MACOSX/") or own.startswith("._") or own in (".DS_Store", "Thumbs.db")


def _common_folder(tables: Mapping[str, object]) -> str:
    """The one folder that all tables lie in; empty where some lie at the top, or in several."""
    folders = {str(PurePosixPath(name).parent) for name in tables}
    return folders.pop() if len(folders) == 1 and "." not in folders else ""


def _at(name: str, folder: str) -> bool:
    return str(PurePosixPath(name).parent) == (folder or ".")


def _member_problems(path: Path, members: list[zipfile.ZipInfo]) -> Iterator[Problem]:
    if len(members) > MEMBERS:
        what = f"holds {len(members):,} files; a feed has some thirty"
        yield Problem(str(path), what, "check that it is a GTFS feed")
        return
    size = path.stat().st_size
    if sum(info.compress_size for info in members) > size:
        what = f"names more bytes than its {size:,}: its list of files is wrong, or they overlap"
        yield Problem(str(path), what, "refuse this file: a small one may unpack to gigabytes")
        return
    names = [info.filename for info in members]
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        yield Problem(
            f"{path.name} {name}", "is there twice", "pack the feed anew, with one of them"
        )
    for info in members:
        if _leads_away(info.filename):
            mend = (
                "refuse this file: its author wants to write outside the folder it is unpacked to"
            )
            yield Problem(f"{path.name} {info.filename!r}", "is a path that leads elsewhere", mend)
        if info.flag_bits & 1:
            yield Problem(
                f"{path.name} {info.filename}", "is encrypted", "pack it without a password"
            )
        if info.file_size > max(SMALL, RATIO * info.compress_size):
            what = f"unpacks from {info.compress_size:,} to {info.file_size:,} bytes"
            mend = f"no table packs {RATIO} to 1: check where the file comes from"
            yield Problem(f"{path.name} {info.filename}", what, mend)
    yield from _size_problems(path, {info.filename: info.file_size for info in members})


def _leads_away(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return ".." in parts or name.startswith(("/", "\\")) or ":" in parts[0]


def _size_problems(path: Path, sizes: Mapping[str, int]) -> list[Problem]:
    total = sum(sizes.values())
    if total <= BYTES:
        return []
    largest = max(sizes, key=lambda name: sizes[name])
    what = f"is {total:,} bytes unpacked ({largest} {sizes[largest]:,}); {BYTES:,} are read at most"
    return [Problem(str(path), what, "cut it to the city in question, with gtfs-kit for one")]


def _member_bytes(path: Path, info: zipfile.ZipInfo) -> bytes:
    try:
        with zipfile.ZipFile(path) as packed, packed.open(info) as member:
            return member.read(info.file_size + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError) as error:
        mend = "download the feed again: it is cut off or damaged"
        where = f"{path.name} {PurePosixPath(info.filename).name}"
        raise DataError(Problem(where, f"cannot be unpacked ({error})", mend)) from None


def _file_bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        fault = f"cannot be read ({error.strerror or error})"
        raise DataError(Problem(str(file), fault, "check that you may read it")) from None


_MEND_EMPTY = "give the feed's zip, or the folder that holds its stops.txt"
