"""Options and arguments that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

AreaOption = Annotated[
    Path | None,
    typer.Option("--area", help="Folder of a study area; by default the bundled 银星科技园."),
]
ParkOption = Annotated[
    list[str] | None,
    typer.Option("--park", help="Park id or name, repeatable; by default all of the area."),
]
AtOption = Annotated[
    str | None,
    typer.Option(
        "--at", metavar="HH:MM", help="Time of day for gates and ways with hours; by default 08:00."
    ),
]
LimitOption = Annotated[float, typer.Option("--limit", help="Limit in metres.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print tables as JSON (UTF-8).")]
OutOption = Annotated[
    Path | None, typer.Option("--out", help="Folder to write the tables to, as CSV for Excel.")
]
LangOption = Annotated[
    str | None,
    typer.Option(
        "--lang",
        metavar="zh-CN|en",
        help="Language of what is printed, of pages, and of the titles of CSV tables, which "
        "otherwise have machine names. TRANSIT_LANG sets it for what is printed and for pages.",
    ),
]
MadeAtOption = Annotated[
    str | None,
    typer.Option(
        "--made-at",
        metavar="TIME",
        help="Date and time on pages and reports, such as 2026-11-25T09:30+08:00; by default now. "
        "Equal inputs and times give byte-equal files.",
    ),
]
MapsOption = Annotated[Path, typer.Option("--out", help="Folder to write to.")]
ScenarioArgument = Annotated[
    list[str],
    typer.Argument(help="Scenario files, or names of the area's own scenarios."),
]
