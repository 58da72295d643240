"""The command that hands a study area to other programs: export."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from transit.cli.inputs import (
    chosen_area,
    chosen_parks,
    read_briefs,
    read_scenarios,
    require_outside,
)
from transit.cli.languages import printed_in
from transit.cli.options import AreaOption, JsonOption, LangOption, LimitOption, ParkOption
from transit.cli.outputs import print_json, print_text, print_written, say, working
from transit.errors import Problem, UsageError

if TYPE_CHECKING:
    from transit.analysis.catchment import Catchment
    from transit.exporting import Content, Format
    from transit.sources.area import Area


def export(  # noqa: PLR0913  (one a command-line option)
    area: AreaOption = None,
    to: Annotated[
        str, typer.Option("--to", help="gpkg, parquet, geojson, csv, xlsx, graphml or gtfs.")
    ] = "gpkg",
    out: Annotated[
        Path | None,
        typer.Option("--out", help="File to write; for parquet, geojson, csv a folder."),
    ] = None,
    scenario: Annotated[
        list[str] | None,
        typer.Option("--scenario", help="Export the network as changed; repeatable, in order."),
    ] = None,
    park: ParkOption = None,
    day: Annotated[
        str | None, typer.Option("--day", help="Service day of a GTFS feed, YYYY-MM-DD.")
    ] = None,
    limit: LimitOption = 500,
    *,
    catchments: Annotated[
        bool, typer.Option("--catchments", help="With the catchments of the parks' stops.")
    ] = False,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a study area for QGIS, Excel, OSMnx or any GTFS program.

    gpkg and graphml read back as they were. graphml has the streets alone, gtfs the lines alone;
    csv and xlsx have no outlines.
    """
    from rich.text import Text

    from transit.exporting import export as write

    if out is None:
        mend = "give the file or, for parquet, geojson and csv, the folder to write: --out PATH"
        raise UsageError(Problem("--out", "is not given", mend))
    require_outside(out, area)
    language = printed_in(lang)
    day_of = _day(day)
    with working("cli_at_reading", language):
        content = _content(chosen_area(area), scenario or [], park, limit if catchments else None)
    with working("cli_at_writing", language):
        written = write(content, out, to=cast("Format", to), date=day_of)
    if as_json:
        print_json({"written": written})
        return
    print_written(written, language)
    feed = content.network.feed
    without = len(feed.patterns) - len(feed.served_patterns)
    if to == "gtfs" and without:
        print_text(Text(say("cli_without_service", language, without, len(feed.patterns))))


def _content(
    area: Area, scenarios: list[str], parks: list[str] | None, limit: float | None
) -> Content:
    from dataclasses import replace

    from transit.exporting import Content

    network = area.network
    for one in read_scenarios(area, scenarios):
        network = one.apply(network)
    area = replace(area, network=network)
    areas: list[Catchment] = []
    if limit is not None:
        areas = [area_ for one in read_briefs(area, parks, limit)
                 for area_ in one.catchments.values()]  # fmt: skip
    return Content(network, chosen_parks(area, parks), area.zones, areas)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(Problem(f"--day {text}", "is no date", "write 2026-11-25")) from None
