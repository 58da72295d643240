"""The command ``report``: a reply as Word, Excel, HTML, pictures and maps."""

from __future__ import annotations

from datetime import datetime
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
    ParkOption,
)
from transit.cli.outputs import print_json, print_written, working

MadeAtOption = Annotated[
    str | None,
    typer.Option(
        "--made-at",
        metavar="TIME",
        help="Date and time on the report, such as 2026-11-25T09:30+08:00; by default now. "
        "Equal inputs and times give byte-equal files.",
    ),
]


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

    language, moment = printed_in(lang), _moment(made_at)
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


def _moment(said: str | None) -> datetime:
    """The time on the report; raises ``UsageError`` for what is no time with its zone."""
    from transit.errors import Problem, UsageError
    from transit.maps.encode import BEIJING

    if said is None:
        return datetime.now(tz=BEIJING)
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        mend = "give a date and time, such as 2026-11-25T09:30+08:00"
        raise UsageError(Problem(f"--made-at {said}", "is no date and time", mend)) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)
