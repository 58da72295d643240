"""Which column of a file is which of ours: by declared aliases, with nothing guessed in silence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from transit.datum import Datum
from transit.errors import Problem, did_you_mean, nearest_names
from transit.schema import Column, Table
from transit.sources.tables.raw import RawTable
from transit.sources.tables.shown import shown


@dataclass(frozen=True, eq=False)
class Understood:
    """What each column of a file was taken for.

    ``columns`` give the file's name of each of ours. ``table`` has one row a column of the file:
    ``column``, ``taken_as`` (empty where it is not used), ``meaning``, ``example`` and ``note``.
    ``datum_named`` is the datum that the names of the position columns say, such as ``lon_gcj02``.
    """

    columns: Mapping[str, str]
    table: pd.DataFrame
    datum_named: Datum | None
    problems: tuple[Problem, ...]


def understand(
    raw: RawTable, table: Table, *, columns: Mapping[str, str], datum: Datum | None = None
) -> Understood:
    """What the columns of ``raw`` are, of those that ``table`` declares, and every fault.

    ``columns`` says it where the user knows better: our name, then the file's, or nothing where
    the file has no such column. ``datum`` chooses among position columns that name one. A column
    with our own name is ours; else one that has an alias is, and two that have are a fault, for
    which is meant cannot be known.
    """
    names = [str(name) for name in raw.frame.columns]
    problems = _wrong_choices(raw.name, names, table, columns)
    free = [name for name in names if name not in columns.values()]
    could = _candidates(free, table, set(columns))
    could, faults, said = _of_one_datum(raw.name, could, datum, columns)
    problems += faults
    taken = {ours: theirs for ours, theirs in columns.items() if theirs}
    for ours, found in could.items():
        exact = [name for name in found if name == ours]
        if len(found) > 1 and not exact:
            problems.append(_ambiguous(raw.name, ours, found))
        elif found:
            taken[ours] = (exact or found)[0]
    problems += _missing(raw.name, table, taken, could, free)
    return Understood(taken, _told(raw, table, taken, could), said, tuple(problems))


def plain_name(name: str) -> str:
    """A column's name without case, width, spaces, underscores, hyphens and brackets."""
    return re.sub(r"[\s_\-.:*()]+", "", unicodedata.normalize("NFKC", name).casefold())


def _without_remark(name: str) -> str:
    """The plain name without a closing bracket, unless that gives a unit of time of its own."""
    text = unicodedata.normalize("NFKC", name).casefold().strip()
    found = re.fullmatch(r"(.+)\(([^()]*)\)", text)
    return plain_name(found[1] if found and found[2] not in _OTHER_UNITS else text)


def named_datum(name: str) -> tuple[str, Datum | None]:
    """A column's plain name without the datum that it names, and that datum."""
    whole = plain_name(name)
    for datum, words in _DATUM_WORDS.items():
        found = re.search(words, whole)
        if found:
            rest = whole[: found.start()] + whole[found.end() :]
            return rest, datum
    return plain_name(name), None


def _candidates(names: Iterable[str], table: Table, known: set[str]) -> dict[str, list[str]]:
    could: dict[str, list[str]] = {
        column.name: [] for column in table.columns if column.name not in known
    }
    ours = {alias: column for column in table.columns for alias in _plain_names(column)}
    for name in names:
        rest = named_datum(name)[0]
        column = ours.get(plain_name(name)) or ours.get(_without_remark(name))
        column = column or (ours.get(rest) if rest in _positions(ours) else None)
        if column and column.name in could:
            could[column.name].append(name)
    return could


def _plain_names(column: Column) -> list[str]:
    return [plain_name(name) for name in (column.name, *column.aliases)]


def _positions(ours: Mapping[str, Column]) -> set[str]:
    return {alias for alias, column in ours.items() if _is_position(column.name)}


def _is_position(ours: str) -> bool:
    return ours == "position" or ours.endswith(("lon", "lat"))


def _of_one_datum(
    where: str, could: dict[str, list[str]], datum: Datum | None, columns: Mapping[str, str]
) -> tuple[dict[str, list[str]], list[Problem], Datum | None]:
    """Candidates of which the position columns are of one datum: the one asked for, or the only."""
    found = {name: named_datum(name)[1] for ours, names in could.items()
             if _is_position(ours) for name in names}  # fmt: skip
    chosen = {named_datum(name)[1] for ours, name in columns.items() if _is_position(ours)}
    said = {each for each in found.values() if each} or {each for each in chosen if each}
    if not found or not said:
        return could, [], next(iter(said)) if len(said) == 1 else None
    plain = None in found.values()
    if datum is None and len(said) == 1 and not plain:
        return could, [], next(iter(said))
    if datum is not None and (datum in said or plain):
        wanted = datum if datum in said else None
        kept = {
            ours: [name for name in names if name not in found or found[name] == wanted]
            for ours, names in could.items()
        }
        return kept, [], wanted
    if datum is None:
        what = f"columns {', '.join(found)} give positions in several datums"
        problem = Problem(where, what, "say which datum is meant, or which columns")
    else:
        what = f"columns {', '.join(found)} say {' and '.join(sorted(said))}, not {datum}"
        problem = Problem(where, what, "give the datum that they say, or other columns")
    first = {ours: names[:1] if _is_position(ours) else names for ours, names in could.items()}
    return first, [problem], None


def _wrong_choices(
    where: str, names: Sequence[str], table: Table, columns: Mapping[str, str]
) -> list[Problem]:
    ours = [Problem("columns", f"{each!r} is not known", did_you_mean(each, table.names))
            for each in columns if each not in table.names]  # fmt: skip
    return ours + [
        Problem(f"{where} column {each}", "is missing", did_you_mean(each, names))
        for each in columns.values()
        if each and each not in names
    ]


def _ambiguous(where: str, ours: str, found: Sequence[str]) -> Problem:
    what = f"columns {' and '.join(found)} could each be {ours}"
    return Problem(where, what, f"say which: --column {ours}={found[0]}")


def _missing(
    where: str,
    table: Table,
    taken: Mapping[str, str],
    could: Mapping[str, Sequence[str]],
    free: Sequence[str],
) -> list[Problem]:
    problems = []
    for column in table.columns:
        if column.may_be_absent or column.name in taken or could.get(column.name):
            continue
        names = (column.name, *column.aliases)
        like = (nearest_names(name, free, count=1, at_least=_ALIKE) for name in names)
        example = next((found[0] for found in like if found), "…")
        mend = (
            f"say which column is {column.meaning}: --column {column.name}={example}; known names "
            f"are {', '.join(names[:6])}; the file has {', '.join(free)}"
        )
        problems.append(Problem(where, f"no column is known to be {column.name}", mend))
    return problems


def _told(
    raw: RawTable,
    table: Table,
    taken: Mapping[str, str],
    could: Mapping[str, Sequence[str]],
) -> pd.DataFrame:
    ours = {theirs: name for name, theirs in taken.items()}
    meanings = {column.name: column.meaning for column in table.columns}
    also = {name: each for each, names in could.items() for name in names}
    rows = []
    for name in map(str, raw.frame.columns):
        values = raw.frame[name]
        filled = values[values != ""]
        example = filled.iloc[0] if len(filled) else ""
        mine = ours.get(name, "")
        note = f"not used: {taken.get(also[name], 'none')} is taken as {also[name]}" if (
            not mine and name in also) else "" if mine else "not used"  # fmt: skip
        rows.append((name, mine, meanings.get(mine, ""), shown(example, at_most=_SHOWN), note))
    return pd.DataFrame(rows, columns=["column", "taken_as", "meaning", "example", "note"])


_DATUM_WORDS: dict[Datum, str] = {
    "WGS-84": "wgs84|wgs|cgcs2000",
    "GCJ-02": "gcj02|gcj|火星坐标|火星|高德|amap|腾讯",
    "BD-09": "bd09ll|bd09mc|bd09|百度坐标|百度|baidu|^bd|bd$",
}
_OTHER_UNITS = ("秒", "s", "sec", "secs", "seconds", "小时", "时", "h", "hour", "hours")
_ALIKE = 70.0
_SHOWN = 40
