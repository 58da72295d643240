"""The command ``report``: a reply as Word, Excel, HTML, pictures and maps."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from transit.cli.inputs import chosen_area, read_briefs, read_comparison, require_outside
from transit.cli.languages import pages_in, printed_in
from transit.cli.options import (
    AreaOption,
    AtOption,
    JsonOption,
    LangOption,
    LimitOption,
    MadeAtOption,
    ParkOption,
)
from transit.cli.outputs import moment_of, print_json, print_written, working


def report(  # noqa: PLR0913  (one a command-line option)
    scenarios: Annotated[
        list[str] | None, typer.Argument(help="Scenario files or names to compare with today.")
    ] = None,
    area: AreaOption = None,
    park: ParkOption = None,
    limit: LimitOption = 500,
    at: AtOption = None,
    out: Annotated[Path, typer.Option("--out", help="Folder of the report.")] = Path("report"),
    lang: LangOption = None,
    question: Annotated[
        str, typer.Option("--question", help="The question that is replied to, word by word.")
    ] = "",
    title: Annotated[str, typer.Option("--title", help="Title of the reply.")] = "",
    made_at: MadeAtOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Write a reply to a question: docx, xlsx, HTML, PNG and SVG figures, and the HTML maps."""
    from transit.reporting.report import report as make_report
    from transit.reporting.writing import require_own, write_report

    language, moment = printed_in(lang), moment_of(made_at)
    require_outside(out, area)
    require_own(out)
    chosen = chosen_area(area, at)
    with working("cli_at_report", language):
        found = (
            read_comparison(chosen, scenarios, park, limit)
            if scenarios
            else read_briefs(chosen, park, limit)
        )
        made = make_report(
            found, question=question, title=title, made_at=moment, language=pages_in(lang)
        )
        written = write_report(out, made)
    print_json({"written": written}) if as_json else print_written(written, language)
