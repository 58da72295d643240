"""The command for official notices: written from a scenario, or read into one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from transit.cli.inputs import chosen_area, read_scenarios, require_outside
from transit.cli.languages import printed_in
from transit.cli.options import AreaOption, JsonOption, LangOption
from transit.cli.outputs import print_json, print_written, say, working
from transit.cli.placing import TextPlacesOption, chosen_places
from transit.errors import Problem, UsageError

if TYPE_CHECKING:
    from transit.notice.placing import Place
    from transit.notice.reading import Reading
    from transit.notice.writing import Notice
    from transit.sources.area import Area

FORMS = (".html", ".csv", ".txt", ".tsv", ".md")
IN_PART = 4
"""Exit code of a notice that was read, but not sentence for sentence as it stands."""


def notice(  # noqa: PLR0913  (one a command-line option)
    scenario: Annotated[
        str | None, typer.Argument(help="Scenario file, or one of the area's own.")
    ] = None,
    read: Annotated[
        Path | None, typer.Option("--read", help="Text of a notice to read into a scenario.")
    ] = None,
    area: AreaOption = None,
    places: TextPlacesOption = None,
    year: Annotated[
        int | None, typer.Option("--year", help="With --read: the year of the facts.")
    ] = None,
    speed: Annotated[
        float | None,
        typer.Option("--speed", help="With --read: assumed speed of new lines in km/h."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="File to write: .html .csv .txt .tsv .md; with --read a .yaml."),
    ] = None,
    lang: LangOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Write a scenario as an official notice in Chinese, or --read one into a scenario.

    What was not taken of a notice as it stands goes to the error stream, sentence by sentence, and
    into the scenario as comments. Exit code with --read: 0 all was taken; 4 some was not, or had to
    be proposed; 3 the files cannot be used; 2 the question cannot be asked like this.
    """
    if (scenario is None) == (read is None):
        mend = "name a scenario to write, or a text to --read"
        raise UsageError(Problem("notice", "nothing, or both, is asked for", mend))
    require_outside(out, area)
    language = printed_in(lang)
    chosen = chosen_area(area)
    if scenario is not None:
        _write(chosen, scenario, out, language, as_json=as_json)
    elif read is not None:
        from transit.notice.reading import read_notice
        from transit.sources.tables import read_text

        text, known = read_text(read), _places(chosen, places)
        with working("cli_at_notice", language):
            found = read_notice(
                text, chosen.network, known, name=read.stem, year=year, speed_kmh=speed
            )
        _tell(found, out, language, as_json=as_json)


def _write(area: Area, name: str, out: Path | None, language: str, *, as_json: bool) -> None:
    from transit.notice.writing import notice_of
    from transit.output import write_bytes, write_csv

    if out is not None and out.suffix.lower() not in FORMS:
        raise UsageError(Problem(f"--out {out}", "has no known ending", f"use {' '.join(FORMS)}"))
    (scenario,) = read_scenarios(area, [name])
    with working("cli_at_applying", language):
        found = notice_of(area.network, scenario)
    if out is not None and out.suffix.lower() == ".csv":
        write_csv(out, found.sheet)
    elif out is not None:
        write_bytes(out, _text(found, out.suffix.lower()).encode("utf-8", "replace"))
    if as_json:
        print_json({"sentences": found.sentences, "notice": found.table})
        return
    typer.echo(found.text, nl=False)
    print_written([out] if out else [], language)


def _text(found: Notice, ending: str) -> str:
    if ending == ".html":
        return found.html()
    if ending == ".md":
        from transit.notice.writing import marked_down

        return f"{marked_down(found.text)}\n{found.markdown()}"
    # Excel reads tabs and Chinese from UTF-8 only with a mark in front.
    return found.text if ending == ".txt" else f"\ufeff{found.tsv()}"


def _tell(found: Reading, out: Path | None, language: str, *, as_json: bool) -> None:
    from transit.notice.remarks import commented
    from transit.output import write_bytes
    from transit.scenario.files import write_scenario

    text = commented(found.remarks) + write_scenario(found.scenario)
    if out is not None:
        write_bytes(out, text.encode("utf-8"))
    if as_json:
        print_json({"scenario": text, "complete": found.complete, "remarks": found.table})
    else:
        for number, remark in enumerate(found.remarks, 1):
            typer.echo(f"{number}. {remark}", err=True)
        typer.echo(text, nl=False)
        print_written([out] if out else [], language)
    if not found.complete:
        # Not into a scenario that is piped on: there it stands among the comments.
        if not as_json:
            told = say("cli_in_part", language, len(found.remarks))
            typer.echo(f"\n{told}", err=out is None)
        raise typer.Exit(IN_PART)


def _places(area: Area, names: list[str] | None) -> dict[str, list[Place]]:
    from transit.notice.placing import Place

    found: dict[str, list[Place]] = {}
    for stop in chosen_places(area, names):
        place = Place(
            stop.lon, stop.lat, stop.datum, indicative=stop.indicative, year=stop.year,
            source=stop.source, district=stop.district,
        )  # fmt: skip
        found.setdefault(stop.stop_name, []).append(place)
    return found
