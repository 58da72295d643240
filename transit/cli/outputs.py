"""What commands print and write: answers in words, JSON, tables, catchments, maps."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from transit.cli.languages import printed_in, titled

if TYPE_CHECKING:
    from datetime import datetime

    import pandas as pd
    from rich.console import RenderableType

    from transit.analysis.brief import Brief
    from transit.comparison import Comparison


def brief_tables(found: list[Brief]) -> dict[str, pd.DataFrame]:
    """The tables of all briefs under one another, by name, each headed by the park's id."""
    import pandas as pd

    tables: dict[str, list[pd.DataFrame]] = {}
    for one in found:
        for name, table in one.tables().items():
            headed = table.drop(columns=["park_id"], errors="ignore")
            headed.insert(0, "park_id", one.park.park_id)
            tables.setdefault(name, []).append(headed)
    return {name: pd.concat(parts, ignore_index=True) for name, parts in tables.items()}


Pages = dict[str, Any]
"""How pages are made: their ``language`` and time (``made_at``), and ``tiles`` under them."""


def write_maps(
    found: list[Brief], compared: Comparison | None, out: Path, options: Pages
) -> list[Path]:
    """The pages written to ``out``: one of the study area, one a scenario."""
    from transit.maps.change import change_maps
    from transit.maps.study import study_map
    from transit.pages.page import write_page

    changed = change_maps(compared, **options) if compared else {}
    pages = [study_map(found, **options), *changed.values()]
    names = page_names(compared)
    return [write_page(out / name, page) for name, page in zip(names, pages, strict=True)]


def page_names(compared: Comparison | None) -> list[str]:
    """The files of ``write_maps``, in its order."""
    from transit.output import free_name

    names = ["study"]
    for scenario in compared.scenarios if compared else ():
        names.append(free_name(scenario.name, names))
    return [f"{name}.html" for name in names]


def table_names(tables: dict[str, pd.DataFrame], found: Sequence[Brief]) -> list[str]:
    """The files of ``write_tables`` and ``write_catchments``."""
    layers = ["catchments.geojson"] if any(one.catchments for one in found) else []
    return [*(f"{name}.csv" for name in tables), *layers]


def moment_of(said: str | None) -> datetime:
    """What ``--made-at`` says, by default now, on a Beijing clock unless it names its zone.

    Raises ``UsageError`` for what is no date and time.
    """
    from datetime import datetime

    from transit.errors import Problem, UsageError
    from transit.pages.encode import BEIJING

    if said is None:
        return datetime.now(tz=BEIJING)
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        mend = "give a date and time, such as 2026-11-25T09:30+08:00"
        raise UsageError(Problem(f"--made-at {said}", "is no date and time", mend)) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)


def write_tables(tables: dict[str, pd.DataFrame], out: Path) -> list[Path]:
    """The CSV files written to ``out``, one a table."""
    from transit.output import write_csv

    return [write_csv(out / f"{name}.csv", table) for name, table in tables.items()]


def write_catchments(found: list[Brief], out: Path) -> list[Path]:
    """Catchments of the parks' stops as GeoJSON in WGS-84, for QGIS."""
    import pandas as pd

    from transit.output import write_bytes
    from transit.units import WGS84

    frames = [area.to_frame() for one in found for area in one.catchments.values()]
    if not frames:
        return []
    text = pd.concat(frames, ignore_index=True).to_crs(WGS84).to_json()
    return [write_bytes(out / "catchments.geojson", text.encode("utf-8"))]


def report(  # noqa: PLR0913
    found: list[Brief],
    compared: Comparison | None,
    tables: dict[str, pd.DataFrame],
    out: Path | None,
    lang: str | None,
    *,
    as_json: bool,
) -> None:
    """Write the tables where a folder is given, then print the answer or its JSON."""
    from transit.output import claim

    language = printed_in(lang)
    written: list[Path] = []
    if out is not None:
        claim(out, table_names(tables, found))
        written = write_tables(titled(tables, lang), out) + write_catchments(found, out)
    if as_json:
        print_json(tables | {"written": written})
        return
    print_answers(found, compared, language)
    print_written(written, language)


def print_answers(found: list[Brief], compared: Comparison | None, language: str) -> None:
    """Print the briefs and the comparison in words."""
    from transit.answer import brief_answer, comparison_answer

    for one in found:
        print_text(brief_answer(one, language))
    if compared is not None:
        print_text(comparison_answer(compared, language))


def print_text(*told: RenderableType) -> None:
    """Print texts and tables, as wide as the terminal or, into a pipe, 150 characters.

    Texts are printed as they are: a name in square brackets is no markup.
    """
    from rich.console import Console

    width = None if sys.stdout.isatty() else _PIPED_WIDTH
    console = Console(width=width, highlight=False, markup=False)
    for one in told:
        console.print(one)


def print_written(written: list[Path], language: str) -> None:
    """Print the files written, if any, and which page to open first."""
    if written:
        typer.echo(f"\n{say('cli_written', language)}")
    for path in written:
        typer.echo(f"  {path}")
    pages = [path for path in written if path.suffix == ".html"]
    if pages:
        outermost = min(pages, key=lambda page: len(page.parts))
        typer.echo(f"\n{say('cli_open', language, outermost)}")


def say(key: str, language: str, *places: object) -> str:
    """A text of the glossary with its places filled in."""
    from transit.terms import terms

    return terms(language)[key].format(*places)


def print_json(content: dict[str, Any]) -> None:
    """Print ``content`` as JSON in UTF-8, whatever the console."""
    from transit.output import as_json

    # Bytes, not text: on a GBK console --json must still be UTF-8.
    sys.stdout.flush()
    sys.stdout.buffer.write(as_json(content).encode("utf-8", "replace") + b"\n")
    sys.stdout.buffer.flush()


@contextmanager
def working(key: str, language: str) -> Iterator[Callable[[object], None]]:
    """A line on the error stream that says what is being done, where a person is watching.

    ``key`` is that of its text. What it gives changes the line.
    """
    from rich.console import Console
    from rich.text import Text

    what = say(key, language)
    with Console(stderr=True).status(what) as line:
        yield lambda now: line.update(Text(f"{what}: {now}"))


_PIPED_WIDTH = 150
