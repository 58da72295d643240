"""``--help`` in the language of the terminal, for every command and option alike.

English help is typer's own. In another language it is laid out here, for the words that typer puts
around the texts are English only: the same commands and options, told by the glossary's help.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup

from transit.cli.languages import printed_in
from transit.cli.options import LangOption
from transit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import RenderableType
    from rich.panel import Panel
    from rich.table import Table

OPTION = "--lang"
_GIVEN = "transit.lang"
_WRONG_USE: type[Exception] = typer.BadParameter.__bases__[0]
"""click's UsageError, of which typer has a copy without a name of its own."""
_BORDER = "dim"


class Command(TyperCommand):
    """A command with help in the language of the terminal."""

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401
        """Print the help; ``UsageError`` for a language without texts."""
        if not _told(self, ctx):
            super().format_help(ctx, formatter)


class Group(TyperGroup):
    """A group of commands with help in the language of the terminal."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401
        """The arguments of the command; the language is noted first, for --help acts at once."""
        ctx.meta.setdefault(_GIVEN, lang_in(args))
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401
        """What the command gives; wrong use of it is told in English, behind a line in Chinese."""
        try:
            return super().invoke(ctx)
        except _WRONG_USE as error:
            at = getattr(error, "ctx", None) or ctx
            if ctx.parent is None and type(error).__name__ != "NoArgsIsHelpError":
                lead("help_wrong_use", at.command_path, lang=ctx.meta.get(_GIVEN))
            raise

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401
        """Print the help; ``UsageError`` for a language without texts."""
        if not _told(self, ctx):
            super().format_help(ctx, formatter)


def lead(key: str, place: object, *, lang: str | None) -> None:
    """A line before faults, which are told in English, for who is spoken to in another language."""
    from transit.terms import help_words

    try:
        language = printed_in(lang)
    except UsageError:
        return
    if language != "en":
        typer.echo(help_words(language)[key].format(place), err=True)


def language_of_all(ctx: typer.Context, lang: LangOption = None) -> None:
    """Take ``--lang`` before a command as if it stood behind it."""
    if lang is not None and isinstance(ctx.command, TyperGroup):
        ctx.default_map = _defaults(ctx.command, lang)


def lang_in(args: Sequence[str]) -> str | None:
    """The value of ``--lang`` among arguments, wherever it stands.

    >>> lang_in(["brief", "--help", "--lang", "zh"])
    'zh'
    """
    found = None
    for arg, following in zip(args, [*args, None][1:], strict=True):
        name, sign, value = arg.partition("=")
        if name == OPTION:
            found = value if sign else following
    return found


def _defaults(command: TyperGroup, lang: str) -> dict[str, Any]:
    """``lang`` for every command of a group, as click takes defaults."""
    return {
        name: {"lang": lang} | (_defaults(one, lang) if isinstance(one, TyperGroup) else {})
        for name, one in command.commands.items()
    }


def _told(command: TyperCommand | TyperGroup, ctx: Any) -> bool:  # noqa: ANN401
    """Whether help was printed here; not in English, which typer tells itself."""
    from rich.console import Console

    language = printed_in(ctx.meta.get(_GIVEN))
    if language == "en":
        return False
    console = Console(highlight=False, markup=False)
    for part in _help(command, ctx, language):
        console.print(part)
    return True


def _help(
    command: TyperCommand | TyperGroup,
    ctx: Any,  # noqa: ANN401
    language: str,
) -> Iterator[RenderableType]:
    from rich.padding import Padding

    from transit.cli.folding import Folded
    from transit.terms import help_said, help_words

    words = help_words(language)
    yield Padding(words["help_usage"].format(_usage(command, ctx, words)), (1, 1, 0, 1))
    for paragraph in help_said(command.help or "", language).split("\n\n"):
        yield Padding(Folded(paragraph), (1, 1, 0, 1))
    yield ""
    yield from _panels(command, ctx, words, language)


def _usage(
    command: TyperCommand | TyperGroup,
    ctx: Any,  # noqa: ANN401
    words: Mapping[str, str],
) -> str:
    pieces = [_named(one) for one in command.params if one.param_type_name == "argument"]
    pieces += [words["help_of_commands"]] if isinstance(command, TyperGroup) else []
    return " ".join([ctx.command_path, words["help_of_options"], *pieces])


def _panels(
    command: TyperCommand | TyperGroup,
    ctx: Any,  # noqa: ANN401
    words: Mapping[str, str],
    language: str,
) -> Iterator[Panel]:
    """Arguments, options and commands, each in a frame, as English help has them."""
    from rich.panel import Panel

    shown = [one for one in command.get_params(ctx) if not getattr(one, "hidden", False)]
    for kind in ("argument", "option"):
        rows = [_row(one, words, language) for one in shown if one.param_type_name == kind]
        if rows:
            title = words[f"help_{kind}s"]
            yield Panel(_table(rows), title=title, title_align="left", border_style=_BORDER)
    if isinstance(command, TyperGroup):
        rows = list(_commands(command, language))
        title = words["help_commands"]
        yield Panel(_table(rows), title=title, title_align="left", border_style=_BORDER)


def _commands(group: TyperGroup, language: str) -> Iterator[tuple[str, str]]:
    """Each command with the first paragraph of its help."""
    from transit.terms import help_said

    for name, command in group.commands.items():
        yield name, help_said(command.help or "", language).partition("\n\n")[0]


def _row(one: Any, words: Mapping[str, str], language: str) -> tuple[str, str]:  # noqa: ANN401
    """What an argument or option is called, and what it is for."""
    from transit.terms import help_said

    text = help_said(one.help or "", language)
    if one.required:
        return _named(one), words["help_required"].format(text)
    default = one.default.value if isinstance(one.default, Enum) else one.default
    said = "" if default is None or isinstance(default, bool) else str(default)
    name = _named(one)
    if one.param_type_name == "option" and not getattr(one, "is_flag", False):
        name = f"{name} {one.metavar or words['help_value']}"
    return name, words["help_default"].format(text, said) if said else text


def _named(one: Any) -> str:  # noqa: ANN401
    if one.param_type_name == "option":
        return ", ".join(one.opts)
    name = one.metavar or one.name
    name = name if one.nargs == 1 else f"{name}..."
    return name if one.required else f"[{name}]"


def _table(rows: list[tuple[str, str]]) -> Table:
    from rich.table import Table
    from rich.text import Text

    from transit.cli.folding import Folded

    table = Table.grid(padding=(0, 2), expand=True)
    table.add_column(style="bold cyan", no_wrap=True)
    table.add_column(ratio=1)
    for name, text in rows:
        table.add_row(Text(name), Folded(text))
    return table
