"""The command that makes a study area of tables, feeds and extracts: import."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from transit.cli.languages import printed_in
from transit.cli.options import JsonOption, LangOption
from transit.cli.outputs import print_json, print_text, print_written, say, working
from transit.errors import Problem, UsageError
from transit.terms import spoken, told

if TYPE_CHECKING:
    from transit.datum import Datum
    from transit.sources.importing import Draft
    from transit.sources.importing.site import Site
    from transit.sources.tables import Facts


def import_(  # noqa: PLR0913  (one a command-line option)
    files: Annotated[
        list[Path],
        typer.Argument(help="A table of lines and stops (CSV, XLSX, …), or GTFS feeds (zip)."),
    ],
    out: Annotated[
        Path | None, typer.Option("--out", help="New folder for the study area.")
    ] = None,
    datum: Annotated[
        str | None,
        typer.Option("--datum", help="Of a table's positions: WGS-84, GCJ-02 or BD-09."),
    ] = None,
    year: Annotated[int | None, typer.Option("--year", help="Year that a table describes.")] = None,
    source: Annotated[
        str | None, typer.Option("--source", help="Where a table comes from, for every row.")
    ] = None,
    name: Annotated[str | None, typer.Option("--name", help="Name of the study area.")] = None,
    streets: Annotated[
        Path | None,
        typer.Option("--streets", help="OSM extract, saved graph or study area with the streets."),
    ] = None,
    stops: Annotated[
        Path | None, typer.Option("--stops", help="Table of the stops' positions.")
    ] = None,
    line: Annotated[
        str | None, typer.Option("--line", help="The line of a table that holds one only.")
    ] = None,
    parks: Annotated[
        Path | None,
        typer.Option("--parks", help="Outlines of parks; by default those of the --streets area."),
    ] = None,
    gates: Annotated[Path | None, typer.Option("--gates", help="Gates of the parks.")] = None,
    zones: Annotated[Path | None, typer.Option("--zones", help="Outlines of zones.")] = None,
    outlines_datum: Annotated[
        str, typer.Option("--outlines-datum", help="Of parks, gates and zones.")
    ] = "WGS-84",
    trusted: Annotated[
        Path | None,
        typer.Option("--trusted", help="Layer in WGS-84 that the datum is checked against."),
    ] = None,
    near: Annotated[
        str | None,
        typer.Option("--near", metavar="LON,LAT", help="Only lines that call near (WGS-84)."),
    ] = None,
    within: Annotated[float, typer.Option("--within", help="How near, metres.")] = 1000,
    columns: Annotated[
        list[str] | None,
        typer.Option("--column", metavar="OURS=THEIRS", help="Which column is which; repeatable."),
    ] = None,
    sheet: Annotated[str | None, typer.Option("--sheet", help="Sheet or layer to read.")] = None,
    review: Annotated[
        Path | None,
        typer.Option("--review", help="merges.csv of an earlier import, with keep filled in."),
    ] = None,
    day: Annotated[
        str | None, typer.Option("--day", help="Service day of a feed, YYYY-MM-DD.")
    ] = None,
    crs: Annotated[str | None, typer.Option("--crs", help="Metric CRS, such as EPSG:4547.")] = None,
    *,
    leave_out_faulty: Annotated[
        bool, typer.Option("--leave-out-faulty", help="List lines with faults, do not stop.")
    ] = False,
    lang: LangOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Write without asking.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Make a study area of a table of lines, or of GTFS feeds: first says what was understood.

    Without --out nothing is written. With it the lists behind every count go into its folder
    import; merges.csv there can be answered in its column keep and given back with --review.
    """
    language = printed_in(lang)
    _require_plain({"--name": name, "--source": source})
    _require_possible(year, within)
    table = _Table(datum, year, source, stops, columns or [], sheet, line, review, leave_out_faulty)
    outlines = _Outlines(parks, gates, zones, _known_datum("--outlines-datum", outlines_datum))
    with working("cli_at_reading", language):
        site = _site(streets, crs)
        draft = _draft(files, table, site, crs, name, day, trusted)
        if near is not None:
            draft = draft.near(_place(near), within)
        draft = _with_outlines(draft, outlines, site)
    if not as_json:
        print_text(*(told(line, language) for line in draft.told))
        _tell_quality(draft, language)
    written: list[Path] = []
    if out is not None and (yes or as_json or typer.confirm(say("cli_ask_write", language, out))):
        with working("cli_at_writing", language):
            written = [draft.write(out).folder]
    if as_json:
        print_json({"told": draft.told, **draft.tables, "written": written})
    elif written:
        print_written(written, language)
        _tell_next(draft, out, language)
    else:
        typer.echo(say("cli_nothing_out" if out is None else "cli_nothing", language))


def _require_possible(year: int | None, within: float) -> None:
    """Raise ``UsageError`` for a year that is none, and for a distance that holds nothing."""
    problems = []
    if year is not None and not 1 <= year <= 9999:
        problems.append(Problem(f"--year {year}", "is no year", "write it as in --year 2020"))
    if not 0 < within < math.inf:
        mend = "give metres, such as --within 1000"
        problems.append(Problem(f"--within {within:g}", "is no distance", mend))
    if problems:
        raise UsageError(problems)


@dataclass(frozen=True)
class _Table:
    """What the command line says about a table."""

    datum: str | None
    year: int | None
    source: str | None
    stops: Path | None
    columns: list[str]
    sheet: str | None
    line: str | None
    review: Path | None
    leave_out_faulty: bool

    def facts(self, files: str) -> tuple[Datum, Facts]:
        """Datum, year and source; ``UsageError`` that names each that is not given."""
        from transit.sources.tables import Facts

        problems = [
            Problem(f"--{name}", f"is not given, and {files} does not say it", mend)
            for name, value, mend in (
                (
                    "datum",
                    self.datum,
                    "give --datum WGS-84, GCJ-02 (Gaode, Tencent) or BD-09 (Baidu)",
                ),
                ("year", self.year, "give the year that the table describes: --year 2020"),
                ("source", self.source, "say where the table comes from: --source 'city, 2020'"),
            )
            if value is None
        ]
        if problems:
            raise UsageError(problems)
        datum = _known_datum("--datum", str(self.datum))
        return datum, Facts(str(self.source), int(self.year or 0))

    def named(self) -> dict[str, str]:
        """Our columns and the file's, as ``--column`` says."""
        pairs = [text.partition("=") for text in self.columns]
        problems = [
            Problem(f"--column {ours}", "does not say which column it is", "write OURS=THEIRS")
            for ours, sign, theirs in pairs
            if not (ours and sign and theirs)
        ]
        if problems:
            raise UsageError(problems)
        return {ours.strip(): theirs.strip() for ours, _, theirs in pairs}


def _require_plain(texts: dict[str, str | None]) -> None:
    """Raise ``UsageError`` for texts that hold characters which act instead of being seen."""
    from transit.parsing import CONTROL

    problems = [
        Problem(option, "holds a control character or a line break", "write it on one line")
        for option, text in texts.items()
        if text and (CONTROL.search(text) or "\n" in text)
    ]
    if problems:
        raise UsageError(problems)


def _site(streets: Path | None, crs: str | None) -> Site | None:
    from transit.sources.importing import read_site

    return None if streets is None else read_site(streets, crs)


def _draft(  # noqa: PLR0913
    files: list[Path],
    table: _Table,
    site: Site | None,
    crs: str | None,
    name: str | None,
    day: str | None,
    trusted: Path | None,
) -> Draft:
    from transit.sources.importing import TableOptions, draft_of_feeds, draft_of_table
    from transit.sources.importing.trust import trust_of
    from transit.sources.tables import read_raw

    if all(_is_feed(path) for path in files):
        if table.datum not in (None, "WGS-84"):
            mend = "leave --datum out; convert the feed if its positions are in another datum"
            raise UsageError(Problem(f"--datum {table.datum}", "GTFS is in WGS-84", mend))
        return draft_of_feeds(files, day=_day(day), name=name, site=site, crs=crs)
    if len(files) > 1:
        mend = "import one table at a time, or GTFS feeds only"
        raise UsageError(Problem("import", f"{len(files)} files are not all GTFS feeds", mend))
    (path,) = files
    datum, facts = table.facts(path.name)
    review = read_raw(table.review).frame if table.review else None
    options = TableOptions(
        table.named(),
        table.sheet,
        "leave out" if table.leave_out_faulty else "refuse",
        table.stops,
        table.line,
    )
    trust = trust_of(trusted, site)
    return draft_of_table(
        path, datum=datum, facts=facts, name=name, site=site, crs=crs, trust=trust,
        review=review, options=options,
    )  # fmt: skip


def _is_feed(path: Path) -> bool:
    return path.suffix.lower() == ".zip" or (path.is_dir() and (path / "stops.txt").exists())


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(Problem(f"--day {text}", "is no date", "write 2026-11-25")) from None


def _place(text: str) -> tuple[float, float]:
    try:
        lon, lat = (float(part) for part in text.split(","))
    except ValueError:
        lon = lat = 999.0
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        mend = "write longitude,latitude in WGS-84 degrees, such as 114.042,22.729"
        raise UsageError(Problem(f"--near {text}", "is no place", mend))
    return lon, lat


@dataclass(frozen=True)
class _Outlines:
    """The files of outlines and gates, and the datum they are in."""

    parks: Path | None
    gates: Path | None
    zones: Path | None
    datum: Datum


def _with_outlines(draft: Draft, given: _Outlines, site: Site | None) -> Draft:
    """The draft with the parks, gates and zones of files, or else the parks of the site."""
    from transit.schema import GATES, PARKS, ZONES
    from transit.sources.importing.outlines import outlines_of
    from transit.sources.tables import Facts, read_places

    def facts(path: Path) -> Facts:
        return Facts(path.name, draft.year)

    if given.gates is not None and given.parks is None:
        mend = "give the parks, too: --parks FILE"
        raise UsageError(Problem("--gates", "are those of parks that are not given", mend))
    if given.parks is not None:
        parks = outlines_of(given.parks, PARKS, given.datum, facts(given.parks))
        gates = None
        if given.gates is not None:
            gates = read_places(given.gates, GATES, datum=given.datum, facts=facts(given.gates))
        draft = draft.with_parks(parks, None if gates is None else gates.frame)
    elif site is not None and len(site.parks.table):
        draft = draft.with_parks(site.parks, site.gates)
    if given.zones is not None:
        zones = outlines_of(given.zones, ZONES, given.datum, facts(given.zones))
        draft = draft.with_zones(zones)
    return draft


def _known_datum(option: str, datum: str) -> Datum:
    from transit.datum import DATUMS

    if datum not in DATUMS:
        mend = f"use one of {', '.join(DATUMS)}"
        raise UsageError(Problem(f"{option} {datum}", "is not known", mend))
    return datum


def _tell_next(draft: Draft, out: Path | None, language: str) -> None:
    """Say what can be done with the area written, and what must be added for a park."""
    if len(draft.parks.table):
        typer.echo(say("cli_now_run", language, "brief", out))
        return
    typer.echo(say("cli_now_run", language, "map", out))
    typer.echo(say("cli_now_run", language, "quality", out))
    print_text(say("cli_add_park", language))


def _tell_quality(draft: Draft, language: str) -> None:
    from transit.analysis.quality import quality

    rules = quality(draft.network).rules
    found = rules[(rules["found"] > 0) & (rules["severity"] != "note")]
    if len(found):
        typer.echo("\n" + say("cli_quality_import", language))
    for row in found.itertuples():
        title = row.title if language == "en" else row.title_zh
        said = spoken(row.severity, language), title, row.found, row.looked_at
        typer.echo("  " + say("cli_quality_rule", language, *said))
