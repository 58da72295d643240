"""The command ``transit``: parse, call, write. Every answer comes from the package below."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from transit.errors import DataError, Problem, TransitError, UsageError

if TYPE_CHECKING:
    import pandas as pd

    from transit.analysis.brief import Brief
    from transit.comparison import Comparison
    from transit.model.park import Park
    from transit.scenario.scenario import Scenario
    from transit.sources.area import Area
    from transit.sources.osm.data import OsmReading

app = typer.Typer(
    name="transit",
    help="What public transport does a park have, and what does changing a line gain or lose?",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

AreaOption = Annotated[
    Path | None,
    typer.Option("--area", help="Folder of a study area; by default the bundled 银星科技园."),
]
ParkOption = Annotated[
    list[str] | None,
    typer.Option("--park", help="Park id or name, repeatable; by default all of the area."),
]
LimitOption = Annotated[float, typer.Option("--limit", help="Limit in metres.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print tables as JSON (UTF-8).")]
OutOption = Annotated[
    Path | None, typer.Option("--out", help="Folder to write the tables to, as CSV for Excel.")
]
MapsOption = Annotated[Path, typer.Option("--out", help="Folder to write to.")]
ScenarioArgument = Annotated[
    list[str],
    typer.Argument(help="Scenario files, or names of the area's own scenarios."),
]


@app.command()
def demo(out: MapsOption = Path("maps"), *, as_json: JsonOption = False) -> None:
    """Run the main job on the bundled area: brief, scenarios, tables and maps."""
    area = _area(None)
    with _working("reading stops, lines and streets"):
        compared = _compared(area, [path.stem for path in area.scenarios], None, 500)
    found = list(compared.before)
    with _working("drawing the maps"):
        written = _write_maps(found, compared, out)
    written += _write_tables(_brief_tables(found) | _comparison_tables(compared), out / "tables")
    written += _write_catchments(found, out / "tables")
    if as_json:
        _print_json(_brief_tables(found) | _comparison_tables(compared) | {"written": written})
        return
    _print_answers(found, compared)
    _print_written(written)


@app.command()
def brief(
    area: AreaOption = None,
    park: ParkOption = None,
    limit: LimitOption = 500,
    out: OutOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Say what the parks have within the limit: stops, lines, coverage, districts, metro."""
    _require_outside(out, area)
    with _working("reading the study area"):
        found = _briefs(_area(area), park, limit)
        tables = _brief_tables(found)
    _report(found, None, tables, out, as_json=as_json)


@app.command()
def compare(  # noqa: PLR0913  (one a command-line option)
    scenarios: ScenarioArgument,
    area: AreaOption = None,
    park: ParkOption = None,
    limit: LimitOption = 500,
    out: OutOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Compare scenarios with the base: measures before and after, gains and losses."""
    _require_outside(out, area)
    with _working("applying the scenarios"):
        compared = _compared(_area(area), scenarios, park, limit)
        tables = _comparison_tables(compared)
    _report([], compared, tables, out, as_json=as_json)


@app.command(name="map")
def draw(  # noqa: PLR0913  (one a command-line option)
    scenarios: Annotated[
        list[str] | None, typer.Argument(help="Scenario files or names, for before/after pages.")
    ] = None,
    area: AreaOption = None,
    park: ParkOption = None,
    limit: LimitOption = 500,
    out: MapsOption = Path("maps"),
    *,
    as_json: JsonOption = False,
) -> None:
    """Draw the map of the study area, and a before/after map for each scenario."""
    _require_outside(out, area)
    chosen = _area(area)
    with _working("drawing the maps"):
        found = _briefs(chosen, park, limit)
        compared = _compared(chosen, scenarios, park, limit) if scenarios else None
        written = _write_maps(found, compared, out)
    _print_json({"written": written}) if as_json else _print_written(written)


@app.command()
def fetch(
    out: Annotated[Path, typer.Argument(help="New folder for the study area.")],
    area: AreaOption = None,
    osm: Annotated[
        Path | None,
        typer.Option("--osm", help="An .osm.pbf extract to read instead of downloading."),
    ] = None,
    overpass_url: Annotated[
        str | None, typer.Option("--overpass-url", help="Another Overpass server.")
    ] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Make the study area anew with OpenStreetMap's streets and stops (needs the internet)."""
    from transit.sources.fetch import fetch_area
    from transit.sources.osm import osm_for_area, read_osm

    def read(box: tuple[float, float, float, float], crs: str) -> OsmReading:
        if osm is not None:
            return read_osm(osm, crs=crs, bbox=box)
        return osm_for_area(box, crs, overpass_url)

    with _working("reading OpenStreetMap"):
        fetched = fetch_area(_area(area).folder, out, read)
    if as_json:
        _print_json({"stops": fetched.stops, "left_out": fetched.left_out, "written": [out]})
        return
    counts = fetched.stops["what"].value_counts()
    text = ", ".join(f"{count} {what}" for what, count in counts.items())
    typer.echo(f"Streets: {len(fetched.area.network.streets)} pieces. Stops: {text}.")
    for row in fetched.left_out.itertuples():
        typer.echo(f"  left out: {row.count} {row.what}: {row.why}")
    typer.echo(f"Now run: transit brief --area {out}")
    _print_written([out])


def main() -> None:
    """Run the command; problems go to the error stream and set the exit code, no traceback."""
    for stream in (sys.stdout, sys.stderr):
        # A GBK console lacks some characters: better a question mark than a traceback.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        app()
    except TransitError as error:
        typer.echo(f"transit: {error}", err=True)
        raise SystemExit(error.exit_code) from None
    except OSError as error:
        typer.echo(f"transit: {error.filename or 'a file'}: {error.strerror or error}", err=True)
        raise SystemExit(DataError.exit_code) from None


def _require_outside(out: Path | None, folder: Path | None) -> None:
    """Refuse to write answers over the tables of the study area they come from."""
    if out is None or folder is None:
        return
    if folder.resolve() in (out.resolve(), *out.resolve().parents):
        fault = f"lies in the study area {folder}, whose tables have the same names"
        raise UsageError(Problem(f"--out {out}", fault, "choose a folder outside it"))


def _area(folder: Path | None) -> Area:
    from transit.sources.area import bundled_area, read_area

    return read_area(folder if folder is not None else bundled_area())


def _parks(area: Area, names: list[str] | None) -> tuple[Park, ...]:
    return tuple(area.park(name) for name in names) if names else area.parks


def _briefs(area: Area, names: list[str] | None, limit: float) -> list[Brief]:
    from transit.analysis.brief import briefs

    return briefs(area.network, _parks(area, names), limit_m=limit)


def _compared(
    area: Area, scenarios: list[str], names: list[str] | None, limit: float
) -> Comparison:
    from transit.comparison import compare as compare_scenarios

    read = _scenarios(area, scenarios)
    return compare_scenarios(area.network, read, _parks(area, names), limit_m=limit)


def _scenarios(area: Area, names: list[str]) -> list[Scenario]:
    from transit.scenario.files import read_scenario

    read: list[Scenario] = []
    problems: list[Problem] = []
    for name in names:
        own = area.folder / "scenarios" / f"{name}.yaml"
        try:
            read.append(read_scenario(own if own.is_file() else _scenario_path(area, name)))
        except TransitError as error:
            problems += error.problems
            failed = error
    if problems:
        raise type(failed)(problems)
    return read


def _scenario_path(area: Area, name: str) -> Path:
    """``name`` as a file; a bare name that the area lacks is told which there are."""
    if Path(name).suffix or Path(name).exists():
        return Path(name)
    from transit.errors import did_you_mean

    known = [path.stem for path in area.scenarios]
    raise UsageError(
        Problem("scenario", f"no scenario is named {name!r}", did_you_mean(name, known))
    )


def _brief_tables(found: list[Brief]) -> dict[str, pd.DataFrame]:
    import pandas as pd

    tables: dict[str, list[pd.DataFrame]] = {}
    for one in found:
        for name, table in one.tables().items():
            headed = table.drop(columns=["park_id"], errors="ignore")
            headed.insert(0, "park_id", one.park.park_id)
            tables.setdefault(name, []).append(headed)
    return {name: pd.concat(parts, ignore_index=True) for name, parts in tables.items()}


def _comparison_tables(compared: Comparison) -> dict[str, pd.DataFrame]:
    return {"comparison": compared.table, "ledger": compared.ledger}


def _write_maps(found: list[Brief], compared: Comparison | None, out: Path) -> list[Path]:
    from transit.maps.change import change_maps
    from transit.maps.page import write_page
    from transit.maps.study import study_map

    pages = {"study": study_map(found)}
    for scenario, page in (change_maps(compared) if compared else {}).items():
        pages[_free_name(scenario, pages)] = page
    return [write_page(out / f"{name}.html", page) for name, page in pages.items()]


def _free_name(text: str, taken: Collection[str]) -> str:
    """``text`` as a file name that no system objects to and that is not in ``taken``."""
    plain = "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in text)[:80]
    if plain.upper() in _RESERVED or plain.casefold() in {name.casefold() for name in taken}:
        return _free_name(f"{plain}_scenario", taken)
    return plain


def _write_tables(tables: dict[str, pd.DataFrame], out: Path) -> list[Path]:
    from transit.output import write_csv

    return [write_csv(out / f"{name}.csv", table) for name, table in tables.items()]


def _write_catchments(found: list[Brief], out: Path) -> list[Path]:
    """Catchments of the parks' stops as GeoJSON in WGS-84, for QGIS."""
    import pandas as pd

    from transit.output import write_bytes
    from transit.units import WGS84

    frames = [area.to_frame() for one in found for area in one.catchments.values()]
    if not frames:
        return []
    text = pd.concat(frames, ignore_index=True).to_crs(WGS84).to_json()
    return [write_bytes(out / "catchments.geojson", text.encode("utf-8"))]


def _report(
    found: list[Brief],
    compared: Comparison | None,
    tables: dict[str, pd.DataFrame],
    out: Path | None,
    *,
    as_json: bool,
) -> None:
    written: list[Path] = []
    if out is not None:
        written = _write_tables(tables, out) + _write_catchments(found, out)
    if as_json:
        _print_json(tables | {"written": written})
        return
    _print_answers(found, compared)
    _print_written(written)


def _print_answers(found: list[Brief], compared: Comparison | None) -> None:
    from rich.console import Console

    from transit.answer import brief_answer, comparison_answer

    console = Console(width=None if sys.stdout.isatty() else _PIPED_WIDTH, highlight=False)
    for one in found:
        console.print(brief_answer(one))
    if compared is not None:
        console.print(comparison_answer(compared))


def _print_written(written: list[Path]) -> None:
    if written:
        typer.echo("\nWritten:")
    for path in written:
        typer.echo(f"  {path}")


def _print_json(content: dict[str, Any]) -> None:
    from transit.output import as_json

    # Bytes, not text: on a GBK console --json must still be UTF-8.
    sys.stdout.flush()
    sys.stdout.buffer.write(as_json(content).encode("utf-8", "replace") + b"\n")
    sys.stdout.buffer.flush()


_PIPED_WIDTH = 150
_RESERVED = {
    "",
    "CON",
    "PRN",
    "AUX",
    "NUL",
    *(f"{port}{n}" for port in ("COM", "LPT") for n in range(10)),
}


@contextmanager
def _working(what: str) -> Iterator[None]:
    """A line on the error stream that says what is being done, where a person is watching."""
    from rich.console import Console

    with Console(stderr=True).status(what):
        yield


if __name__ == "__main__":
    main()
