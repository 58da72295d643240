"""A look at a PBF file before osmium reads it: the texts in it must not hold a NUL character.

libosmium ends each text with NUL and trusts that there is no other: one within a text makes it
read beyond its memory, and the process ends without a word. The format is that of the OSM wiki
(page PBF Format): blobs, each with the size of its header, the header, and a block of data.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from transit.errors import DataError, Problem

_LARGEST_HEADER, _LARGEST_BLOB = 1 << 16, 1 << 25  # limits of the format
_RAW, _ZLIB, _OTHERWISE = 1, 3, (4, 5, 6, 7)
_EMPTY_TEXT = b"\n\0"
_VARINT, _SIZED = 0, 2
_FIXED_BYTES = {1: 8, 5: 4}
_MEND = "fetch the file again: it is damaged, or made to do harm"


def require_sound(path: Path) -> None:
    """Raise a ``DataError`` where the PBF file ``path`` is cut short or a text in it holds NUL.

    Only blobs and their texts are looked at: osmium tells what else is wrong.
    """
    number = 0
    try:
        for number, blob in enumerate(_blobs(path), 1):
            for block in _unpacked(blob):
                if any(_has_nul(table) for field, table in _fields(block) if field == 1):
                    raise DataError(
                        Problem(str(path), f"block {number} has a text with NUL", _MEND)
                    )
    except OSError as error:
        fault = f"cannot be read ({error.strerror or error})"
        raise DataError(Problem(str(path), fault, "check that it is a file you may read")) from None
    except (ValueError, KeyError, TypeError, IndexError, zlib.error) as error:
        after = f" after block {number}" if number else ""
        raise DataError(
            Problem(str(path), f"cannot be read: no PBF data{after} ({error})", _MEND)
        ) from None


def _blobs(path: Path) -> Iterator[memoryview]:
    """The blobs of data of a file."""
    with path.open("rb") as file:
        while size := file.read(4):
            length = int.from_bytes(size, "big")
            if len(size) < 4 or length > _LARGEST_HEADER:
                raise ValueError("not the size of a header")
            head = dict(_fields(memoryview(_exactly(file, length))))
            if head[3] > _LARGEST_BLOB:
                raise ValueError("a blob of more than 32 MiB")
            blob = _exactly(file, head[3])
            if head[1] == b"OSMData":
                yield memoryview(blob)


def _exactly(file: BinaryIO, length: int) -> bytes:
    found = file.read(length)
    if len(found) < length:
        raise ValueError("the file ends within a blob")
    return found


def _unpacked(blob: memoryview) -> Iterator[memoryview]:
    """The block in a blob, in each of the ways in which it is packed there."""
    for field, value in _fields(blob):
        if field == _RAW:
            yield value
        elif field == _ZLIB:
            yield memoryview(zlib.decompressobj().decompress(value, _LARGEST_BLOB))
        elif field in _OTHERWISE:
            raise ValueError("packed with LZMA, LZ4 or ZSTD: pack it anew with osmium cat")


def _has_nul(table: memoryview) -> bool:
    """Whether a text of a table of texts holds NUL.

    The length of an empty text is NUL, too: so there must be as many as there are empty texts. The
    first text of a table always is one.
    """
    raw = bytes(table)
    count = raw.count(0)
    if count <= raw.startswith(_EMPTY_TEXT):
        return False
    at = empty = 0
    while at < len(raw):
        if raw[at] != _EMPTY_TEXT[0]:
            raise ValueError("a table of other things than texts")
        length, at = (raw[at + 1], at + 2) if raw[at + 1] < 0x80 else _varint(table, at + 1)
        empty += not length
        at += length
    return count > empty


def _fields(message: memoryview) -> Iterator[tuple[int, Any]]:
    """Number and value of each field of a protobuf message: a number, or bytes."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        kind = key & 7
        if kind == _VARINT:
            value, at = _varint(message, at)
            yield key >> 3, value
            continue
        length, at = _varint(message, at) if kind == _SIZED else (_FIXED_BYTES.get(kind, -1), at)
        if not 0 <= length <= len(message) - at:
            raise ValueError("a field beyond its message")
        yield key >> 3, message[at : at + length]
        at += length


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
        if shift > 63:
            raise ValueError("a number too long")
