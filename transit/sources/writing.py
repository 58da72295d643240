"""Study areas written: whole or not at all, and only where they read back as they were."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd
import yaml

from transit.errors import DataError, Problem, UsageError, raise_if
from transit.model.differences import network_differences
from transit.model.network import Network
from transit.model.streets import EDGE_COLUMNS, OWN_RULES, Streets
from transit.output import beside_name, write_bytes, write_csv
from transit.parsing import empty, texts_of
from transit.schema import FEED_TABLES, GATES, STATIONS, TURNS, WAYS, Table
from transit.sources.area import OPTIONAL, Area, read_area
from transit.sources.copying import copy_folder
from transit.sources.geojson import read_geojson
from transit.sources.tables import read_text
from transit.sources.ways import as_barriers, as_ways, turns_table

SAME_PLACE_M = 0.001
"""Vertices that come back within this are where they were, metres."""


def write_area(
    area: Area,
    network: Network,
    out: Path,
    *,
    note: str,
    beside_it: Mapping[str, bytes] = MappingProxyType({}),
) -> Area:
    """``network``, made from that of ``area``, as a study area in the new folder ``out``.

    Parks, zones and settings are carried over, scenarios are not: they were made for the network
    before. ``note`` says in ``SOURCES.md`` how it was made; ``beside_it`` are more files by name.
    The folder reads back as the same network, places to a tenth of a millimetre. Raises
    ``UsageError`` when ``out`` holds files already or lies in the area, ``DataError`` when
    nothing can be written or it would read back otherwise; nothing is left behind then.
    """
    require_free(area.folder, out)
    with beside(out) as fresh:
        copy_folder(area.folder, fresh, without="scenarios")
        write_tables(fresh, network, [park.gates for park in area.parks])
        write_streets(fresh, network.streets, _years(fresh))
        _write_words(network, fresh, note)
        for name, content in beside_it.items():
            write_bytes(fresh / name, content)
        read = require_same(network, fresh, out)
        settle(fresh, out)
    return replace(read, folder=out)


def require_free(folder: Path, out: Path) -> None:
    """Raise ``UsageError`` when ``out`` holds files, or lies in the study area ``folder``."""
    require_empty(out)
    if folder.resolve() in (out.resolve(), *out.resolve().parents):
        raise UsageError(Problem(str(out), f"lies inside the study area {folder}", _ELSEWHERE))


def require_empty(out: Path) -> None:
    """Raise ``UsageError`` when ``out`` holds files."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        fault = "is not empty" if out.is_dir() else "is a file"
        raise UsageError(Problem(str(out), fault, _ELSEWHERE))


@contextlib.contextmanager
def beside(out: Path) -> Iterator[Path]:
    """A place on the same disk; parents made for it go again if nothing comes of it."""
    absent = [parent for parent in out.parents if not parent.exists()]
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=beside_name(out), dir=out.parent) as place:
            yield Path(place) / "area"
    except OSError as error:
        fault = f"cannot be written ({error.strerror or error})"
        mend = "choose a folder you may write to, and close its files in other programs"
        raise DataError(Problem(str(out), fault, mend)) from error
    finally:
        with contextlib.suppress(OSError):  # a parent that holds the new area stays
            for parent in absent:
                parent.rmdir()


def settle(fresh: Path, out: Path) -> None:
    """The finished folder ``fresh`` put where ``out`` is to be."""
    if out.exists():
        out.rmdir()
    fresh.replace(out)


def write_table(folder: Path, frame: pd.DataFrame, table: Table) -> Path:
    """The CSV file of ``table`` in ``folder``, to the last bit."""
    return write_csv(folder / f"{table.name}.csv", texts_of(frame, table), exact=True)


def write_tables(fresh: Path, network: Network, gates: Sequence[pd.DataFrame]) -> None:
    """The CSV tables of ``network`` in the folder ``fresh``; optional ones where they have rows."""
    tables = [(table, getattr(network.feed, table.name)) for table in FEED_TABLES]
    tables += [(STATIONS, network.stations), (GATES, pd.concat(gates) if gates else empty(GATES))]
    for table, frame in tables:
        (fresh / f"{table.name}.csv").unlink(missing_ok=True)
        if len(frame) or table not in OPTIONAL:
            write_table(fresh, frame, table)


def write_streets(folder: Path, streets: Streets, years: int | Mapping[str, int]) -> None:
    """The files of ``streets`` in ``folder``: ways, and where there are any turns and barriers."""
    for name in ("streets.geojson", "barriers.geojson", "turns.csv"):
        (folder / name).unlink(missing_ok=True)
    if len(streets):
        write_bytes(folder / "streets.geojson", as_ways(streets, years))
    if streets.barriers:
        write_bytes(folder / "barriers.geojson", as_barriers(streets))
    if len(streets.no_turns):
        write_table(folder, turns_table(streets), TURNS)


def _years(folder: Path) -> dict[str, int]:
    """The year of each way that the area had."""
    if not (folder / "streets.geojson").exists():
        return {}
    ways, _, _ = read_geojson(folder / "streets.geojson", WAYS, ("LineString",))
    own = ways["way_id"].str.replace(r"#\d+$", "", regex=True)
    return dict(zip(own, ways["year"].tolist(), strict=True))


def _write_words(network: Network, fresh: Path, note: str) -> None:
    """The note, and settings as they are now: in WGS-84, with the stops that no walker reaches."""
    path = fresh / "area.yaml"
    settings = yaml.load(read_text(path), Loader=yaml.BaseLoader)  # noqa: S506  (texts only)
    off = network.stop_in_area & (network.stop_anchors.edge < 0)
    unreached = network.feed.stops.loc[off, "stop_id"].tolist()
    settings |= {"datum": "WGS-84", "sources": list(network.sources), "unreached": unreached}
    text = yaml.safe_dump(settings, allow_unicode=True, sort_keys=False, width=100)
    write_bytes(path, text.encode("utf-8"))
    told = fresh / "SOURCES.md"
    old = read_text(told) if told.is_file() else ""
    write_bytes(told, f"{note.strip()}\n\n{old}".encode())


def _read_back(fresh: Path, out: Path) -> Area:
    try:
        return read_area(fresh)
    except DataError as error:
        raise DataError(
            Problem(f"{out} {problem.where.replace(str(fresh), '')}".rstrip(), problem.what,
                    "mend what it is made of: a study area must hold this, too")
            for problem in error.problems
        ) from None  # fmt: skip


def require_same(network: Network, fresh: Path, out: Path) -> Area:
    """The area in ``fresh``, to be put at ``out``; ``DataError`` where it is not ``network``."""
    area = _read_back(fresh, out)
    read = area.network
    table = network_differences(network, read)
    problems = [
        Problem(f"{out} {row.subject} {row.subject_id} {row.what}",
                f"would read back as {row.after!r}, and is {row.before!r}", _MEND)
        for row in table.itertuples()
    ]  # fmt: skip
    if not problems and not _same_streets(network.streets, read.streets):
        what = "its streets would be joined otherwise when read back"
        problems = [Problem(str(out), what, _MEND)]
    raise_if(problems)
    return area


def _same_streets(first: Streets, second: Streets) -> bool:
    """Whether pieces, their courses, junctions, forbidden turns and barriers are the same."""
    facts = [name for name in (*EDGE_COLUMNS, *OWN_RULES) if name not in ("from_node", "to_node")]
    shapes = ("offsets", "coords", "node_xy", "no_turns")
    return (
        all(getattr(first, name).shape == getattr(second, name).shape for name in shapes)
        and len(first.barriers) == len(second.barriers)
        and first.edges[facts].equals(second.edges[facts])
        and bool((first.offsets == second.offsets).all())
        and np.allclose(first.coords, second.coords, rtol=0, atol=SAME_PLACE_M)
        and _joined(first) == _joined(second)
    )


def _joined(streets: Streets) -> tuple[list[int], list[list[int]]]:
    """How pieces meet, whatever the nodes are numbered: nodes by the first end that is there."""
    ends = np.concatenate(streets.ends())
    _, first, node = np.unique(ends, return_index=True, return_inverse=True)
    place = {int(ends[row]): int(row) for row in first}
    turns = [[a, place[node], b] for a, node, b in streets.no_turns.tolist()]
    return first[node].tolist(), sorted(turns)


_ELSEWHERE = "choose a new or empty folder"
_MEND = "report this: the tables of a study area cannot say it"
