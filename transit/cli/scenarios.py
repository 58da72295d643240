"""The commands on scenario files: check, show, apply, diff, stamp, undo, schema."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from transit.cli.helping import Command, Group, language_of_all
from transit.cli.inputs import (
    chosen_area,
    known_of,
    read_scenario_for,
    read_scenarios,
    scenario_path,
)
from transit.cli.languages import printed_in
from transit.cli.options import AreaOption, JsonOption, LangOption, ScenarioArgument
from transit.cli.outputs import print_json, print_written, say, working
from transit.errors import DataError, Problem, TransitError, UsageError, raise_if

if TYPE_CHECKING:
    from transit.scenario.files import Read
    from transit.scenario.scenario import Scenario
    from transit.sources.area import Area

app = typer.Typer(
    cls=Group,
    help="Scenario files: check, show, apply, compare and edit them.",
    no_args_is_help=True,
)
app.callback()(language_of_all)

OneScenario = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="A scenario file, or a name of the area's own.")
]
ScenarioFile = Annotated[Path, typer.Argument(metavar="FILE", help="A scenario file.")]
FileOption = Annotated[
    Path | None, typer.Option("--out", help="File to write to; by default the scenario file.")
]
AnyNetworkOption = Annotated[
    bool,
    typer.Option("--any-network", help="Go on where a scenario was made for another network."),
]


@app.command(cls=Command)
def check(
    scenarios: ScenarioArgument,
    area: AreaOption = None,
    *,
    any_network: AnyNetworkOption = False,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read scenarios and try them on the area: every fault of all of them, with file and line."""
    language = printed_in(lang)
    chosen = chosen_area(area)
    with working("cli_at_trying", language):
        tried = [_tried(chosen, name, any_network=any_network) for name in scenarios]
    if as_json:
        print_json({"scenarios": [row for row, _ in tried]})
    else:
        for row, _ in tried:
            if row["ok"]:
                counted = _count(row["changes"], language)
                typer.echo(say("cli_fine", language, row["scenario"], counted))
    errors = [error for _, error in tried if error is not None]
    if errors and as_json:
        raise typer.Exit(max(error.exit_code for error in errors))
    if errors:
        worst = max(errors, key=lambda error: error.exit_code)
        raise type(worst)([problem for error in errors for problem in error.problems])


@app.command(cls=Command)
def show(
    name: OneScenario,
    area: AreaOption = None,
    lang: LangOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Say in words what a scenario changes, what it rests on and what is indicative."""
    from transit.scenario.words import change_lines, is_indicative, rests_on

    language = printed_in(lang)
    scenario = _one(chosen_area(area), name)
    sources = rests_on(scenario)
    if as_json:
        changes = change_lines(scenario)
        print_json(_head(scenario) | {"changes": changes, "rests_on": sources})
        return
    lines = change_lines(scenario, language)
    for key, value in _head(scenario).items():
        if value:
            typer.echo(say("cli_head", language, say(f"head_{key}", language), value))
    typer.echo("\n" + "\n".join(lines or [say("cli_changes_nothing", language)]))
    if sources:
        listed = "\n".join(f"  {source}" for source in sources)
        typer.echo(f"\n{say('cli_rests_on', language)}\n{listed}")
    if any(is_indicative(change) for change in scenario.changes):
        typer.echo("\n" + say("cli_star", language))


@app.command(cls=Command)
def apply(  # noqa: PLR0913  (one a command-line option)
    name: OneScenario,
    out: Annotated[Path, typer.Option("--out", help="New folder for the changed study area.")],
    area: AreaOption = None,
    *,
    any_network: AnyNetworkOption = False,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a scenario come true: write the changed network as a study area of its own."""
    from transit.scenario.files import write_scenario
    from transit.sources.writing import write_area

    language = printed_in(lang)
    chosen = chosen_area(area)
    with working("cli_at_applying", language):
        (scenario,) = read_scenarios(chosen, [name], any_network=any_network)
        network = scenario.apply(chosen.network)
        applied = {"applied.yaml": write_scenario(scenario).encode("utf-8")}
        note = _applied_note(chosen, scenario)
        made = write_area(chosen, network, out, note=note, beside_it=applied)
    if as_json:
        print_json({"fingerprint": made.network.fingerprint(), "written": [out]})
        return
    typer.echo(say("cli_now_run", language, "brief", out))
    print_written([out], language)


@app.command(cls=Command)
def diff(
    a: OneScenario,
    b: OneScenario,
    area: AreaOption = None,
    lang: LangOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Say what only one of two scenarios changes, and what differs in the networks they make."""
    from transit.model.differences import network_differences
    from transit.scenario.diff import diff_scenarios
    from transit.scenario.words import change_words
    from transit.terms import spoken

    language = printed_in(lang)
    chosen = chosen_area(area)
    with working("cli_at_applying", language):
        first, second = read_scenarios(chosen, [a, b])
        found = diff_scenarios(first, second)
        networks = _both(chosen, first, second)
        table = network_differences(*networks)
    if as_json:
        print_json({"changes": found.table, "networks": table, "same_order": found.same_order})
        return
    sides = (
        (say("cli_only", language, first.name), found.only_a),
        (say("cli_only", language, second.name), found.only_b),
        (say("cli_both", language), found.both),
    )
    for title, changes in sides:
        typer.echo(say("cli_head", language, title, _count(len(changes), language)))
        for change in changes:
            typer.echo(f"  {change_words(change, language=language)}")
    if not found.same_order:
        typer.echo(say("cli_other_order", language))
    typer.echo("\n" + say("cli_differences", language, first.name, second.name, len(table)))
    for row in table.itertuples():
        told = (
            spoken(row.subject, language), row.subject_name, row.subject_id,
            spoken(row.what, language),
            row.before or "–", row.after or "–",
        )  # fmt: skip
        typer.echo("  " + say("cli_difference", language, *told))


@app.command(cls=Command)
def stamp(
    file: ScenarioFile,
    area: AreaOption = None,
    out: FileOption = None,
    lang: LangOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Write into a scenario file which network it was made for, once it fits that network."""
    from transit.scenario.files import read_file
    from transit.scenario.stamp import Stamp

    language = printed_in(lang)
    chosen = chosen_area(area)
    read = read_file(file, known=known_of(chosen))
    raise_if(read.whole.problems(chosen.network))
    stamped = replace(read.whole, network=Stamp.of(chosen.network))
    _write_over(read, stamped, out, language, as_json=as_json)


@app.command(cls=Command)
def undo(
    file: ScenarioFile,
    area: AreaOption = None,
    out: FileOption = None,
    lang: LangOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Take the last change out of a scenario file; comments elsewhere stay."""
    from transit.scenario.files import Known, read_file
    from transit.sources.area import bundled_area

    language = printed_in(lang)
    folder = bundled_area() if area is None else area
    read = read_file(file, known=Known(scenarios=folder / "scenarios"))
    if not read.own.changes:
        mend = "there is nothing to undo; its base is a file of its own"
        raise UsageError(Problem(str(file), "has no change of its own", mend))
    _write_over(read, read.whole.without_last(), out, language, as_json=as_json)


@app.command(cls=Command)
def schema(
    out: Annotated[Path | None, typer.Option("--out", help="File to write it to.")] = None,
    lang: LangOption = None,
) -> None:
    """Print the JSON Schema of scenario files, for editors that complete and check.

    Write it beside your scenarios and put this line first in each of them:

    # yaml-language-server: $schema=scenario.schema.json
    """
    from transit.output import as_json, write_bytes
    from transit.scenario.json_schema import scenario_schema

    language = printed_in(lang)
    if out is None:
        print_json(scenario_schema())
        return
    text = as_json(scenario_schema()) + "\n"
    print_written([write_bytes(out, text.encode("utf-8"))], language)


def _tried(
    area: Area, name: str, *, any_network: bool
) -> tuple[dict[str, Any], TransitError | None]:
    """What came of reading a scenario and trying it on the area's network and parks."""
    from transit.comparison import gates_cut_off

    row: dict[str, Any] = {"file": name, "scenario": None, "changes": None}
    try:
        path = scenario_path(area, name)
        row["file"] = str(path)
        scenario = read_scenario_for(area, path, any_network=any_network)
        row |= {"scenario": scenario.name, "changes": len(scenario.changes)}
        changed = scenario.apply(area.network)
        raise_if(gates_cut_off(area.network, scenario, changed, area.parks))
    except TransitError as error:
        problems = [vars(problem) for problem in error.problems]
        return row | {"ok": False, "problems": problems}, error
    return row | {"ok": True, "problems": []}, None


def _count(changes: int, language: str) -> str:
    form = {0: "cli_changes_none", 1: "cli_changes_one"}.get(changes, "cli_changes_many")
    return say(form, language, changes)


def _one(area: Area, name: str) -> Scenario:
    (scenario,) = read_scenarios(area, [name])
    return scenario


def _applied_note(area: Area, scenario: Scenario) -> str:
    """What ``SOURCES.md`` says of a study area that a scenario made."""
    return (
        f"# A scenario in this folder\n\n"
        f"This is the study area {area.area_id} (fingerprint {area.network.fingerprint()}) as the "
        f"scenario `{scenario.name}` would have it: {scenario.title or 'untitled'}. It is not what "
        "is there. The changes and their sources stand in `applied.yaml`; everything else comes "
        "from where it is described below."
    )


def _both(area: Area, first: Scenario, second: Scenario) -> tuple[Any, Any]:
    problems = first.problems(area.network) + second.problems(area.network)
    if problems:
        raise DataError(problems)
    return first.apply(area.network), second.apply(area.network)


def _head(scenario: Scenario) -> dict[str, Any]:
    from transit.scenario.files import head_values

    values = head_values(scenario)
    if scenario.network is not None:
        stamped = scenario.network
        values["network"] = f"{stamped.name} {stamped.year or ''} ({stamped.fingerprint})"
    return values


def _write_over(
    read: Read, scenario: Scenario, out: Path | None, language: str, *, as_json: bool
) -> None:
    from transit.output import write_bytes
    from transit.scenario.files import write_scenario

    text = write_scenario(scenario, over=read)
    written = [write_bytes(out or read.document.path, text.encode("utf-8"))]
    print_json({"written": written}) if as_json else print_written(written, language)
