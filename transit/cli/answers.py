"""The commands that answer: demo, brief, compare, map."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from transit.cli.inputs import chosen_area, read_briefs, read_comparison, require_outside
from transit.cli.languages import pages_in, printed_in, titled, verdict_language
from transit.cli.options import (
    AreaOption,
    AtOption,
    JsonOption,
    LangOption,
    LimitOption,
    MadeAtOption,
    MapsOption,
    OutOption,
    ParkOption,
    ScenarioArgument,
)
from transit.cli.outputs import (
    Pages,
    brief_tables,
    moment_of,
    page_names,
    print_answers,
    print_json,
    print_text,
    print_written,
    report,
    say,
    table_names,
    working,
    write_catchments,
    write_maps,
    write_tables,
)
from transit.errors import Problem, UsageError

if TYPE_CHECKING:
    from transit.model.network import Network


def demo(
    out: MapsOption = Path("maps"),
    lang: LangOption = None,
    made_at: MadeAtOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Run the main job on the bundled area: brief, scenarios, tables and maps."""
    from transit.output import claim

    require_outside(out, None)
    language, moment = printed_in(lang), moment_of(made_at)
    area = chosen_area(None)
    with working("cli_at_area", language):
        compared = read_comparison(area, [path.stem for path in area.scenarios], None, 500)
    found = list(compared.before)
    tables = brief_tables(found) | compared.tables(verdict_language(lang))
    claim(out, [*page_names(compared), *(f"tables/{one}" for one in table_names(tables, found))])
    with working("cli_at_maps", language):
        written = write_maps(found, compared, out, {"language": pages_in(lang), "made_at": moment})
    written += write_tables(titled(tables, lang), out / "tables")
    written += write_catchments(found, out / "tables")
    if as_json:
        print_json(tables | {"written": written})
        return
    print_answers(found, compared, language)
    print_written(written, language)


def brief(  # noqa: PLR0913  (one a command-line option)
    area: AreaOption = None,
    park: ParkOption = None,
    limit: LimitOption = 500,
    at: AtOption = None,
    out: OutOption = None,
    lang: LangOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Say what the parks have within the limit: stops, lines, coverage, districts, metro."""
    require_outside(out, area)
    language = printed_in(lang)
    with working("cli_at_area", language):
        found = read_briefs(chosen_area(area, at), park, limit)
        tables = brief_tables(found)
    report(found, None, tables, out, lang, as_json=as_json)


def compare(  # noqa: PLR0913  (one a command-line option)
    scenarios: ScenarioArgument,
    area: AreaOption = None,
    park: ParkOption = None,
    limit: LimitOption = 500,
    at: AtOption = None,
    out: OutOption = None,
    lang: LangOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Compare scenarios with the base: measures before and after, gains and losses."""
    require_outside(out, area)
    language = printed_in(lang)
    with working("cli_at_applying", language):
        compared = read_comparison(chosen_area(area, at), scenarios, park, limit)
        tables = compared.tables(verdict_language(lang))
    report([], compared, tables, out, lang, as_json=as_json)


def draw(  # noqa: PLR0913  (one a command-line option)
    scenarios: Annotated[
        list[str] | None, typer.Argument(help="Scenario files or names, for before/after pages.")
    ] = None,
    area: AreaOption = None,
    park: ParkOption = None,
    limit: LimitOption = 500,
    out: MapsOption = Path("maps"),
    lang: LangOption = None,
    tiles: Annotated[
        str,
        typer.Option(
            "--tiles",
            metavar="none|osm|gaode|tianditu:KEY|TEMPLATE",
            help="Online base picture; the key stands in the pages, for whoever has them to read.",
        ),
    ] = "none",
    tiles_datum: Annotated[
        str, typer.Option("--tiles-datum", help="With a TEMPLATE: wgs84 or gcj02.")
    ] = "",
    rings: Annotated[
        str, typer.Option("--rings", help="A page of rings, such as 300,500,800 (metres).")
    ] = "",
    made_at: MadeAtOption = None,
    *,
    coverage: Annotated[
        bool, typer.Option("--coverage", help="A page of the parks coloured by coverage.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Draw the map of the study area, and a before/after map for each scenario.

    An area without a park gets the page of its network.
    """
    from transit.maps.coverage import coverage_map
    from transit.maps.rings import ring_map
    from transit.output import claim
    from transit.pages.page import write_page
    from transit.pages.tiles import tiles_of

    require_outside(out, area)
    language, moment = printed_in(lang), moment_of(made_at)
    pictures = tiles_of(tiles, tiles_datum)
    limits = _limits(rings)
    chosen = chosen_area(area)
    options: Pages = {"language": pages_in(lang), "made_at": moment, "tiles": pictures}
    if not (chosen.parks or park or scenarios or limits or coverage):
        _draw_network(chosen.network, out, options, language, as_json=as_json)
        return
    with working("cli_at_maps", language):
        found = read_briefs(chosen, park, limit)
        compared = read_comparison(chosen, scenarios, park, limit) if scenarios else None
        more = {"rings.html": bool(limits), "coverage.html": coverage}
        claim(out, [*page_names(compared), *(name for name in more if more[name])])
        written = write_maps(found, compared, out, options)
        if limits:
            parks = [one.park for one in found]
            page = ring_map(chosen.network, parks, limits_m=limits, **options)
            written.append(write_page(out / "rings.html", page))
        if coverage:
            page = coverage_map(found, **options)
            written.append(write_page(out / "coverage.html", page))
    print_json({"written": written}) if as_json else print_written(written, language)


def _draw_network(
    network: Network, out: Path, options: Pages, language: str, *, as_json: bool
) -> None:
    """Write the page of a network without a park, and say how to add one."""
    from transit.maps.network import network_map
    from transit.output import claim
    from transit.pages.page import write_page

    with working("cli_at_maps", language):
        claim(out, ["network.html"])
        written = [write_page(out / "network.html", network_map(network, **options))]
    if as_json:
        print_json({"written": written})
        return
    print_text(say("cli_no_park_map", language), say("cli_add_park", language))
    print_written(written, language)


def _limits(said: str) -> list[float]:
    """The metres of ``--rings``; ``UsageError`` for what is no list of numbers."""
    try:
        return [float(one) for one in said.split(",") if one.strip()]
    except ValueError:
        mend = "give metres that rise, divided by commas, such as 300,500,800"
        raise UsageError(Problem(f"--rings {said}", "is no list of numbers", mend)) from None
