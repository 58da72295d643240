"""Which sheet of a workbook, or layer of a GIS file, is read."""

from __future__ import annotations

from collections.abc import Sequence

from transit.errors import DataError, Problem, did_you_mean


def chosen(
    where: str,
    names: Sequence[str],
    asked: str | None,
    prefer: Sequence[str],
    *,
    others: Sequence[str] = (),
) -> tuple[str, list[str]]:
    """The sheet or layer to read, and a note where there were several to choose from.

    It is the one ``asked`` for, which may be one of ``others`` (hidden), else the only one, else
    the only one that ``prefer`` names. Raises ``DataError`` that lists them when none is.
    """
    if asked is not None:
        if asked not in (*names, *others):
            known = did_you_mean(asked, [*names, *others])
            raise DataError(Problem(where, f"has no sheet or layer {asked!r}", known))
        return asked, []
    if len(names) == 1:
        return names[0], []
    liked = [name for name in names if name.strip().casefold() in prefer]
    if len(liked) == 1:
        rest = [name for name in names if name != liked[0]]
        return liked[0], [f"sheet {liked[0]} is read, and not {', '.join(rest)}"]
    if not names:
        hidden = f"; hidden ones are {', '.join(others)}" if others else ""
        what = f"has no visible sheet or layer with values{hidden}"
        raise DataError(Problem(where, what, "name one, or write the rows"))
    what = f"has several sheets or layers: {', '.join(names)}"
    raise DataError(Problem(where, what, f"say which is meant: --sheet {names[0]}"))
