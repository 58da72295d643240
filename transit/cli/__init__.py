"""The command ``transit``: parse, call, write. Every answer comes from the package below.

One file a group of commands; ``options``, ``inputs`` and ``outputs`` are what they share.
"""

from __future__ import annotations

import codecs
import sys
from pathlib import Path
from typing import NoReturn

import typer

from transit.cli import scenarios
from transit.cli.answers import brief, compare, demo, draw
from transit.cli.attributing import attribute
from transit.cli.exporting import export
from transit.cli.fetching import fetch
from transit.cli.helping import Command, Group, lang_in, language_of_all, lead
from transit.cli.importing import import_
from transit.cli.inspecting import quality
from transit.cli.languages import plain_letters
from transit.cli.noticing import notice
from transit.cli.reporting import report
from transit.cli.running import run
from transit.cli.searching import suggest
from transit.errors import LESS, TOO_LARGE, DataError, Problem, TransitError

app = typer.Typer(
    name="transit",
    cls=Group,
    help="What public transport does a park have, and what does changing a line gain or lose?",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.callback()(language_of_all)
app.command(cls=Command)(demo)
app.command(cls=Command)(brief)
app.command(cls=Command)(compare)
app.command(name="map", cls=Command)(draw)
app.command(cls=Command)(fetch)
app.command(name="import", cls=Command)(import_)
app.command(cls=Command)(export)
app.add_typer(scenarios.app, name="scenario")
app.command(cls=Command)(suggest)
app.command(cls=Command)(attribute)
app.command(cls=Command)(notice)
app.command(cls=Command)(quality)
app.command(cls=Command)(report)
app.command(cls=Command)(run)


def main() -> None:
    """Run the command; problems go to the error stream and set the exit code, no traceback."""
    codecs.register_error("plain letters", plain_letters)
    for stream in (sys.stdout, sys.stderr):
        # A GBK console lacks some characters: better a plain letter than a traceback.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="plain letters")
    try:
        app(prog_name="transit")
    except TransitError as error:
        _fail(str(error), error.exit_code, count=len(error.problems))
    except OSError as error:
        _fail(f"{error.filename or 'a file'}: {error.strerror or error}", DataError.exit_code)
    except MemoryError:
        _fail(str(Problem(_files_named(), TOO_LARGE, LESS)), DataError.exit_code)


def _fail(text: str, code: int, *, count: int = 1) -> NoReturn:
    lead("help_faults", count, lang=lang_in(sys.argv[1:]))
    typer.echo(f"transit: {text}", err=True)
    raise SystemExit(code) from None


def _files_named() -> str:
    """The files that the command line names, for faults that do not tell which it is."""
    named = [text.rpartition("=")[2] for text in sys.argv[1:]]
    return ", ".join(text for text in named if Path(text).is_file()) or "the answer"
