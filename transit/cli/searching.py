"""The command that searches: suggest."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from transit.cli.inputs import chosen_area, parks_to_answer, read_scenarios, require_outside
from transit.cli.languages import printed_in, titled, verdict_language
from transit.cli.options import AreaOption, JsonOption, LangOption, LimitOption
from transit.cli.outputs import print_json, print_text, print_written, working, write_tables
from transit.cli.placing import PlacesOption, chosen_places
from transit.errors import Problem, UsageError

if TYPE_CHECKING:
    from transit.model.park import Park
    from transit.search.suggestions import Suggestions
    from transit.sources.area import Area


def suggest(  # noqa: PLR0913  (one a command-line option)
    area: AreaOption = None,
    park: Annotated[
        str | None, typer.Option("--park", help="Park id or name; may be left out if there is one.")
    ] = None,
    measure: Annotated[
        str, typer.Option("--measure", help="A measure of the park, as 'compare' names it.")
    ] = "share_walk_served",
    *,
    less: Annotated[bool, typer.Option("--less", help="Less of the measure is better.")] = False,
    vehicles: Annotated[
        int | None, typer.Option("--vehicles", help="Budget: vehicles more than today.")
    ] = None,
    km: Annotated[
        float | None, typer.Option("--km", help="Budget: vehicle-km a day more than today.")
    ] = None,
    verbs: Annotated[
        list[str] | None,
        typer.Option(
            "--verb", help="extend_line, move_origin or reroute; repeatable; default all."
        ),
    ] = None,
    lines: Annotated[
        list[str] | None, typer.Option("--line", help="Change only this line; repeatable.")
    ] = None,
    places: PlacesOption = None,
    lines_within: Annotated[
        float, typer.Option("--lines-within", help="Lines that call within these metres.")
    ] = 1000,
    stops_within: Annotated[
        float, typer.Option("--stops-within", help="Stops within these metres may be called at.")
    ] = 500,
    longest: Annotated[
        float, typer.Option("--longest", help="Most metres of new hops at one end.")
    ] = 3000,
    most_stops: Annotated[
        int, typer.Option("--most-stops", help="Most stops that an end may gain, 1 to 3.")
    ] = 2,
    pairs: Annotated[
        int, typer.Option("--pairs", help="Also try the best so many changes two by two.")
    ] = 0,
    best: Annotated[int, typer.Option("--best", help="How many to show.")] = 5,
    rank: Annotated[
        list[str] | None,
        typer.Option("--rank", help="Say where this scenario stands among all; repeatable."),
    ] = None,
    limit: LimitOption = 500,
    lang: LangOption = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Folder for the tables (CSV) and the best scenarios (YAML)."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Search for the best small changes of lines for a park, within a budget."""
    from transit.output import claim
    from transit.search.catalogue import VERBS, Budget, Catalogue, Verb
    from transit.search.suggest import suggest as search
    from transit.search.words import search_answer, standing_table

    require_outside(out, area)
    language = printed_in(lang)
    chosen = chosen_area(area)
    with working("cli_at_search", language):
        catalogue = Catalogue(
            cast("tuple[Verb, ...]", tuple(verbs or VERBS)), lines_within, stops_within, longest,
            most_stops, lines=tuple(lines or ()),
            places=chosen_places(chosen, places),
        )  # fmt: skip
        given = read_scenarios(chosen, rank or [])
        found = search(
            chosen.network, _one_park(chosen, park), catalogue=catalogue,
            budget=Budget(vehicles, km), measure=measure, better="less" if less else "more",
            limit_m=limit, best=best, pairs=pairs,
        )  # fmt: skip
        standings = [found.rank_of(scenario) for scenario in given]
    tables: dict[str, Any] = {
        "best": found.best_in(verdict_language(lang)),
        "tried": found.tried,
        "standing": standing_table(standings),
    }
    if out:
        scenarios = [f"{scenario.name}.yaml" for scenario in found.scenarios]
        claim(out, [*(f"{name}.csv" for name in tables), *scenarios])
    written = (
        [*write_tables(titled(tables, lang), out), *_write_scenarios(found, out)] if out else []
    )
    if as_json:
        print_json(tables | {"counts": found.counts, "written": written})
        return
    print_text(search_answer(found, standings, language))
    print_written(written, language)


def _one_park(area: Area, name: str | None) -> Park:
    parks = parks_to_answer(area, [name] if name else None)
    if len(parks) > 1:
        mend = f"add --park with one of {', '.join(park.park_name for park in parks)}"
        raise UsageError(Problem("--park", f"the area has {len(parks)} parks", mend))
    return parks[0]


def _write_scenarios(found: Suggestions, out: Path) -> list[Path]:
    """The best few as scenario files, ready for ``compare`` and ``map``."""
    from transit.output import write_bytes
    from transit.scenario.files import write_scenario

    return [
        write_bytes(out / f"{scenario.name}.yaml", write_scenario(scenario).encode("utf-8"))
        for scenario in found.scenarios
    ]
