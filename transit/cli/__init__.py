"""The command ``transit``: parse, call, write. Every answer comes from the package below.

One file a group of commands; ``options``, ``inputs`` and ``outputs`` are what they share.
"""

from __future__ import annotations

import codecs
import sys
from pathlib import Path

import typer

from transit.cli import scenarios
from transit.cli.answers import brief, compare, demo, draw
from transit.cli.attributing import attribute
from transit.cli.exporting import export
from transit.cli.fetching import fetch
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
    help="What public transport does a park have, and what does changing a line gain or lose?",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(demo)
app.command()(brief)
app.command()(compare)
app.command(name="map")(draw)
app.command()(fetch)
app.command(name="import")(import_)
app.command()(export)
app.add_typer(scenarios.app, name="scenario")
app.command()(suggest)
app.command()(attribute)
app.command()(notice)
app.command()(quality)
app.command()(report)
app.command()(run)


def main() -> None:
    """Run the command; problems go to the error stream and set the exit code, no traceback."""
    codecs.register_error("plain letters", plain_letters)
    for stream in (sys.stdout, sys.stderr):
        # A GBK console lacks some characters: better a plain letter than a traceback.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="plain letters")
    try:
        app()
    except TransitError as error:
        typer.echo(f"transit: {error}", err=True)
        raise SystemExit(error.exit_code) from None
    except OSError as error:
        typer.echo(f"transit: {error.filename or 'a file'}: {error.strerror or error}", err=True)
        raise SystemExit(DataError.exit_code) from None
    except MemoryError:
        typer.echo(f"transit: {Problem(_files_named(), TOO_LARGE, LESS)}", err=True)
        raise SystemExit(DataError.exit_code) from None


def _files_named() -> str:
    """The files that the command line names, for faults that do not tell which it is."""
    named = [text.rpartition("=")[2] for text in sys.argv[1:]]
    return ", ".join(text for text in named if Path(text).is_file()) or "the answer"
