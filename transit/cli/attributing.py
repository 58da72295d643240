"""The command that shares out an effect: attribute."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from transit.cli.inputs import chosen_area, parks_to_answer, read_scenarios, require_outside
from transit.cli.languages import printed_in, titled, verdict_language
from transit.cli.options import (
    AreaOption,
    JsonOption,
    LangOption,
    LimitOption,
    OutOption,
    ParkOption,
)
from transit.cli.outputs import print_json, print_text, print_written, working, write_tables
from transit.errors import Problem, UsageError

if TYPE_CHECKING:
    import pandas as pd


def attribute(  # noqa: PLR0913  (one a command-line option)
    scenario: Annotated[str, typer.Argument(help="Scenario file, or one of the area's own.")],
    measures: Annotated[
        list[str],
        typer.Option(
            "--measure",
            help="MEASURE of the park, or MEASURE:ID of a line or stop; repeatable.",
        ),
    ],
    area: AreaOption = None,
    park: ParkOption = None,
    limit: LimitOption = 500,
    together: Annotated[
        list[str] | None,
        typer.Option("--together", help="Changes that count as one, such as 1,2; repeatable."),
    ] = None,
    seed: Annotated[
        int, typer.Option("--seed", help="Of the orders drawn for more than 6 changes.")
    ] = 0,
    out: OutOption = None,
    lang: LangOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Say how much of a scenario's effect comes from each change, and how much from several."""
    from transit.attribution.attribute import attribute as share_out
    from transit.attribution.shares import Sampling
    from transit.attribution.words import attribution_answer, tables_told
    from transit.output import claim

    require_outside(out, area)
    language = printed_in(lang)
    numbers = [_numbers(text) for text in together or []]
    chosen = chosen_area(area)
    (read,) = read_scenarios(chosen, [scenario])
    with working("cli_at_subsets", language):
        found = {
            one: share_out(
                chosen.network, read, measures, one,
                limit_m=limit, together=numbers, sampling=Sampling(seed=seed),
            )
            for one in parks_to_answer(chosen, park)
        }  # fmt: skip
    tables = _under_one_another(
        {one.park_id: tables_told(got, verdict_language(lang)) for one, got in found.items()}
    )
    if out:
        claim(out, [f"{name}.csv" for name in tables])
    written = write_tables(titled(tables, lang), out) if out else []
    if as_json:
        print_json(tables | {"written": written})
        return
    for one, got in found.items():
        print_text(attribution_answer(got, one.park_name, language))
    print_written(written, language)


def _numbers(text: str) -> list[int]:
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdigit() and len(part) < 6 for part in parts):
        mend = "write the numbers of the changes, such as 1,2"
        raise UsageError(Problem(f"--together {text}", "is no list of numbers", mend))
    return [int(part) for part in parts]


def _under_one_another(parks: dict[str, dict[str, pd.DataFrame]]) -> dict[str, pd.DataFrame]:
    """The tables of all parks by name, each row headed by the park's id."""
    import pandas as pd

    names = next(iter(parks.values()))
    return {
        name: pd.concat(
            [tables[name].assign(park_id=park) for park, tables in parks.items()],
            ignore_index=True,
        )
        for name in names
    }
