"""The command that runs a study of many cases: run."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from transit.cli.languages import pages_in, printed_in
from transit.cli.options import JsonOption, LangOption, MadeAtOption
from transit.cli.outputs import moment_of, print_json, print_text, print_written, say
from transit.errors import DataError, Problem, UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from transit.study.results import StudyResults
    from transit.study.run import Progress

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""


def run(  # noqa: PLR0913  (one a command-line option)
    study: Annotated[
        Path | None, typer.Argument(metavar="STUDY.YAML", help="File that says what to run.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Folder of the results; by default results/ and its name."),
    ] = None,
    jobs: Annotated[int, typer.Option("--jobs", help="Processes that share the work.")] = 1,
    lang: LangOption = None,
    made_at: MadeAtOption = None,
    *,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Work out every case anew, also those that are kept.")
    ] = False,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON schema of study files, for editors.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Run many cases: areas × parks × limits × scenarios, with one index page of them all.

    A finished case is kept, so that a run that was stopped goes on where it was; a case whose
    inputs have changed is worked out anew. Faulty cases do not stop the others. Exit code: 0 every
    case was worked out; 3 some could not be; 2 the question cannot be asked like this; 130 stopped
    by Ctrl-C.
    """
    from transit.study.files import read_study, study_schema
    from transit.study.names import safe_names
    from transit.study.run import run as run_study

    if schema:
        print_json(study_schema())
        return
    if study is None:
        raise UsageError(Problem("STUDY.YAML", "is missing", "give a study file, or --schema"))
    asked, moment = read_study(study), moment_of(made_at)
    if lang is not None:
        asked = asked.model_copy(update={"lang": pages_in(lang)})
    (name,) = safe_names([asked.study])
    folder = Path("results") / name if out is None else out
    try:
        with _watched() as told:
            results = run_study(
                asked, folder, jobs=jobs, fresh=fresh, made_at=moment, progress=told
            )
    except KeyboardInterrupt:
        said = say("many_said_stopped", printed_in(lang), folder)
        typer.echo(f"transit: {said}", err=True)
        raise typer.Exit(INTERRUPTED) from None
    for scenario, note in dict.fromkeys(_notes(results)):
        typer.echo(f"transit: warning: {scenario}: {note}", err=True)
    written = [folder / name for name in results.written]
    if as_json:
        tables = {"results": results.table, "cases": results.cases}
        print_json(tables | {"faults": list(map(str, results.faults)), "written": written})
    else:
        print_text(*_counted(results, printed_in(lang)))
        print_written(written, printed_in(lang))
    if not results.is_whole:
        raise DataError(results.faults)


def _counted(results: StudyResults, language: str) -> Iterator[str]:
    counts = results.cases["state"].value_counts()
    yield say("many_said_cases", language, results.study.study, len(results.planned))
    for state in ("done", "redone", "kept", "failed"):
        if state in counts:
            yield "  " + say(f"many_said_{state}", language, counts[state])


def _notes(results: StudyResults) -> Iterator[tuple[str, str]]:
    for outcome in results.outcomes:
        yield from ((outcome.case.scenario, note) for note in outcome.notes)


@contextmanager
def _watched() -> Iterator[Callable[[Progress], None]]:
    """What is told of each case: a bar where a person is watching, else a line a case."""
    from rich.console import Console

    console = Console(stderr=True, highlight=False, markup=False)
    if not console.is_terminal:
        begin = time.monotonic()
        yield lambda now: _line(now, time.monotonic() - begin)
        return
    with _bar(console) as told:
        yield told


def _line(now: Progress, passed_s: float) -> None:
    typer.echo(
        f"[{now.done}/{now.total}, {passed_s:.0f} s] {now.outcome.case}: {now.outcome.state}",
        err=True,
    )


@contextmanager
def _bar(console: Console) -> Iterator[Callable[[Progress], None]]:
    from rich.markup import escape
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bar

    columns = (
        BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )  # fmt: skip
    with Bar(*columns, console=console) as bar:
        task = bar.add_task("", total=None)
        yield lambda now: bar.update(
            task, total=now.total, completed=now.done, description=escape(str(now.outcome.case))
        )
