"""The command that makes the study area anew with OpenStreetMap."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from transit.cli.inputs import chosen_area
from transit.cli.languages import printed_in
from transit.cli.options import AreaOption, JsonOption, LangOption
from transit.cli.outputs import print_json, print_written, say, working

if TYPE_CHECKING:
    from transit.sources.osm.data import OsmReading


def fetch(  # noqa: PLR0913  (one a command-line option)
    out: Annotated[Path, typer.Argument(help="New folder for the study area.")],
    area: AreaOption = None,
    osm: Annotated[
        Path | None,
        typer.Option("--osm", help="An .osm.pbf extract to read instead of downloading."),
    ] = None,
    overpass_url: Annotated[
        list[str] | None,
        typer.Option("--overpass-url", help="Another Overpass server; several are tried in turn."),
    ] = None,
    review: Annotated[
        Path | None,
        typer.Option("--review", help="stops_matched.csv of an earlier fetch, keep answered."),
    ] = None,
    lang: LangOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Make the study area anew with OpenStreetMap's streets and stops (needs the internet).

    What was downloaded is kept in the folder cache: a run that is cut off goes on there.
    """
    from transit.sources.fetch import fetch_area
    from transit.sources.osm import osm_for_area, read_osm
    from transit.sources.tables import read_raw
    from transit.terms import osm_said

    def read(box: tuple[float, float, float, float], crs: str) -> OsmReading:
        if osm is not None:
            return read_osm(osm, crs=crs, bbox=box)
        from transit.sources.osm.overpass import LiveOptions

        live = osm_for_area(box, crs, overpass_url or None, LiveOptions(progress=show))
        answered.extend(live.answered)
        return live

    language = printed_in(lang)
    answered: list[str] = []
    with working("cli_at_osm", language) as show:
        said = None if review is None else read_raw(review).frame
        fetched = fetch_area(chosen_area(area).folder, out, read, review=said)
    if as_json:
        tables = {"stops": fetched.stops, "left_out": fetched.left_out}
        print_json(tables | {"answered": answered, "written": [out]})
        return
    counts = fetched.stops["what"].value_counts()
    text = say("said_comma", language).join(
        osm_said(f"{count} {what}", language) for what, count in counts.items()
    )
    typer.echo(say("cli_fetched", language, len(fetched.area.network.streets), text))
    for row in fetched.left_out.itertuples():
        what, why = (osm_said(str(said), language) for said in (row.what, row.why))
        typer.echo("  " + say("cli_left_out", language, row.count, what, why))
    if answered:
        typer.echo(say("cli_answered", language, ", ".join(answered)))
    typer.echo(say("cli_now_run", language, "brief", out))
    print_written([out], language)
