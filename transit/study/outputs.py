"""What a case writes beside its measures: tables, a map, a report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from transit.analysis.brief import Brief
from transit.comparison import Comparison
from transit.output import write_csv
from transit.study.study import Output

Pages = Mapping[str, Any]
"""How pages and reports are made: their language and time."""


def write_outputs(
    folder: Path,
    before: Brief,
    seen: Comparison | None,
    kinds: Sequence[Output],
    pages: Pages,
) -> tuple[str, ...]:
    """The files written to ``folder``, seen from there, of each of ``kinds`` in turn.

    ``seen`` is the comparison of the case; without one it is the area as it is.
    """
    written = (path for kind in kinds for path in _WRITERS[kind](folder, before, seen, pages))
    return tuple(path.relative_to(folder).as_posix() for path in written)


Writer = Callable[[Path, Brief, Comparison | None, Pages], Iterator[Path]]


def _tables(folder: Path, before: Brief, seen: Comparison | None, _: Pages) -> Iterator[Path]:
    tables = before.tables() if seen is None else seen.tables()
    for name, table in tables.items():
        yield write_csv(folder / f"{name}.csv", table)


def _map(folder: Path, before: Brief, seen: Comparison | None, pages: Pages) -> Iterator[Path]:
    from transit.maps.change import change_map
    from transit.maps.study import study_map
    from transit.pages.page import write_page

    page = study_map(before, **pages) if seen is None else change_map(seen.cases, **pages)
    yield write_page(folder / "map.html", page)


def _report(folder: Path, before: Brief, seen: Comparison | None, pages: Pages) -> Iterator[Path]:
    from transit.reporting.report import report
    from transit.reporting.writing import write_report

    reply = report(before if seen is None else seen, **pages)
    yield from write_report(folder / "report", reply)


_WRITERS: Mapping[Output, Writer] = {"tables": _tables, "maps": _map, "report": _report}
