"""The command that says what is wrong or doubtful about the data: quality."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from transit.cli.inputs import chosen_area, chosen_parks, read_scenarios, require_outside
from transit.cli.languages import pages_in, printed_in, titled
from transit.cli.options import AreaOption, JsonOption, LangOption, OutOption, ParkOption
from transit.cli.outputs import print_json, print_text, print_written, say, working, write_tables
from transit.errors import Problem, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from rich.console import RenderableType
    from rich.table import Table
    from rich.text import Text

    from transit.analysis.quality import Limits, Quality
    from transit.model.network import Network
    from transit.model.park import Park

FOUND = 5
"""Exit code when something was found that is at least as bad as ``--fail-on``."""
SHOWN_AT_MOST = 5
"""Findings of one rule that are printed; all are in the tables."""


class FailOn(StrEnum):
    """How bad a finding must be for the command to fail."""

    error = "error"
    warning = "warning"
    note = "note"
    never = "never"


def quality(  # noqa: PLR0913  (one a command-line option)
    scenario: Annotated[
        str | None,
        typer.Argument(help="Scenario file, or one of the area's own: its result is looked at."),
    ] = None,
    area: AreaOption = None,
    gtfs: Annotated[
        list[Path] | None,
        typer.Option("--gtfs", help="Instead of an area: a GTFS feed; repeatable."),
    ] = None,
    osm: Annotated[
        Path | None,
        typer.Option("--osm", help="Instead of an area: an .osm.pbf extract, or --gtfs's streets."),
    ] = None,
    park: ParkOption = None,
    limits: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=NUMBER", help="Another limit; repeatable."),
    ] = None,
    fail_on: Annotated[
        FailOn, typer.Option("--fail-on", help="Exit code 5 on findings at least as bad.")
    ] = FailOn.error,
    html: Annotated[Path | None, typer.Option("--html", help="Page to write.")] = None,
    page_language: Annotated[
        str | None, typer.Option("--language", hidden=True, help="Of the page alone.")
    ] = None,
    out: OutOption = None,
    lang: LangOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Say what is wrong, doubtful or to be known about the data, before figures are used.

    With a scenario its result is looked at, and what it brings is told first. Exit code: 0 nothing
    as bad as --fail-on was found (with a scenario: nothing new); 5 something was; 3 the files
    cannot be used; 2 the question cannot be asked like this.
    """
    from transit.analysis.quality import SEVERITIES, at_least
    from transit.output import claim

    for path in (out, html):
        require_outside(path, area)
    language, of_page = printed_in(lang), page_language or pages_in(lang)
    with working("cli_at_quality", language):
        report, brought = _reports(
            _looked_at(area, park, scenario, gtfs, osm), _limits(limits or [])
        )
    tables = report.tables() | ({"brought": brought} if scenario else {})
    if out:
        claim(out, [*(f"{name}.csv" for name in tables), "findings.geojson"])
    written = write_tables(titled(tables, lang), out) if out else []
    written += _findings_layer(report, out) if out else []
    written += [_page(report, html, of_page)] if html else []
    if as_json:
        print_json(tables | {"written": written})
    else:
        _tell(report, brought if scenario else None, language)
        print_written(written, language)
    if any(len(at_least(brought, one)) for one in SEVERITIES if one == fail_on):
        raise typer.Exit(FOUND)


@dataclass(frozen=True)
class _Given:
    """What is to be looked at; ``base`` is what a scenario began with."""

    network: Network
    parks: Sequence[Park] = ()
    base: Network | None = None


def _looked_at(
    area: Path | None,
    park: list[str] | None,
    scenario: str | None,
    gtfs: list[Path] | None,
    osm: Path | None,
) -> _Given:
    if (gtfs or osm) and (area or park or scenario):
        mend = "leave --area, --park and the scenario out, or --gtfs and --osm"
        raise UsageError(Problem("quality", "a feed has no parks and no scenarios", mend))
    if gtfs:
        return _Given(_of_feeds(gtfs, osm))
    if osm:
        from transit.sources.osm import from_osm

        return _Given(from_osm(osm))
    chosen = chosen_area(area)
    parks = chosen_parks(chosen, park)
    if scenario is None:
        return _Given(chosen.network, parks)
    (read,) = read_scenarios(chosen, [scenario])
    return _Given(read.apply(chosen.network), parks, chosen.network)


def _of_feeds(gtfs: list[Path], osm: Path | None) -> Network:
    """The network of the feeds, on the streets of the extract where one is given."""
    from transit.sources.gtfs import read_gtfs
    from transit.sources.osm import from_osm

    return read_gtfs(gtfs, streets=from_osm(osm).streets if osm else None).network


def _reports(given: _Given, limits: Limits) -> tuple[Quality, pd.DataFrame]:
    """The report, and those of its findings that count: with a scenario, what it brings."""
    from transit.analysis.quality import quality as look

    report = look(given.network, given.parks, limits=limits)
    if given.base is None:
        return report, report.findings
    return report, report.new_since(look(given.base, given.parks, limits=limits))


def _limits(texts: list[str]) -> Limits:
    from transit.analysis.quality import Limits

    values, problems = {}, []
    for text in texts:
        name, _, number = text.partition("=")
        try:
            values[name.strip()] = float(number)
        except ValueError:
            mend = "write NAME=NUMBER, such as hop_most_m=8000"
            problems.append(Problem(f"--set {text}", "is no limit", mend))
    if problems:
        raise UsageError(problems)
    return Limits().given(**values)


def _page(report: Quality, path: Path, language: str) -> Path:
    from transit.maps.quality import quality_page
    from transit.output import write_bytes

    return write_bytes(path, quality_page(report, language=language).encode("utf-8"))


def _findings_layer(report: Quality, out: Path) -> list[Path]:
    """The findings that have a place as GeoJSON in WGS-84, for QGIS."""
    import geopandas

    from transit.output import write_bytes
    from transit.units import WGS84

    rows = report.findings.dropna(subset=["lon", "lat"])
    points = geopandas.points_from_xy(rows["lon"], rows["lat"])
    layer = geopandas.GeoDataFrame(rows, geometry=points, crs=WGS84)
    return [write_bytes(out / "findings.geojson", layer.to_json().encode("utf-8"))]


def _tell(report: Quality, brought: pd.DataFrame | None, language: str = "en") -> None:
    from transit.terms import spoken

    name = report.network.name
    counts = say("cli_quality", language, name, _counts(report.findings, language))
    told: list[RenderableType] = [_text(counts)]
    if brought is not None:
        new = say("cli_quality_new", language, _counts(brought, language))
        told += [f"\n{new}", _rows(brought, language, titles=_titles(report, language))]
    ending = "" if language == "en" else "_zh"
    for rule in report.rules.to_dict("records"):
        if rule["found"]:
            head = (
                spoken(rule["severity"], language), rule[f"title{ending}"], rule["found"],
                rule["looked_at"],
            )  # fmt: skip
            mend = rule[f"mend{ending}"]
            told += ["\n" + say("cli_quality_rule", language, *head), f"  {mend}"]
            told.append(_rows(report.of(rule["rule"]), language))
    missing = report.rules.loc[~report.rules["asked"], f"why_not{ending}"].value_counts()
    if len(missing):
        why = say("said_and", language).join(
            say("cli_quality_why", language, *one) for one in missing.items()
        )
        told.append("\n" + say("cli_quality_not_asked", language, why))
    print_text(*told)


def _counts(findings: pd.DataFrame, language: str) -> str:
    from transit.analysis.quality import SEVERITIES

    each = findings["severity"].value_counts()
    numbers = (each.get(severity, 0) for severity in SEVERITIES)
    return say("cli_quality_counts", language, *numbers)


def _titles(report: Quality, language: str) -> dict[str, str]:
    """What the rules find, by rule: their ids in English, as tables have them."""
    if language == "en":
        return {rule: rule for rule in report.rules["rule"]}
    return dict(zip(report.rules["rule"], report.rules["title_zh"], strict=True))


def _rows(findings: pd.DataFrame, language: str, *, titles: dict[str, str] | None = None) -> Table:
    from rich.table import Table

    from transit.terms import table_said, unit_said

    table = Table(box=None, padding=(0, 1), show_header=False)
    for row in findings.head(SHOWN_AT_MOST).itertuples():
        unit = unit_said(row.unit, language)
        value = "" if isnan(row.value) else f"{_figure(row.value)} {unit}".strip()
        of = "" if isnan(row.of) else say("cli_quality_of", language, row.of)
        mark = "*" if row.indicative else ""
        cells = [
            row.subject_id,
            f"{table_said(row.name, language) if row.subject == 'table' else row.name}{mark}",
            row.lines,
            value,
            of,
            row.detail,
        ]
        first = [titles[row.rule]] if titles else []
        table.add_row("", *(_text(cell) for cell in (*first, *cells)))
    if len(findings) > SHOWN_AT_MOST:
        table.add_row("", say("cli_quality_more", language, len(findings) - SHOWN_AT_MOST))
    return table


def _text(text: str) -> Text:
    """``text`` as it is: no markup, and nothing that a terminal would act on."""
    from rich.text import Text

    from transit.parsing import CONTROL

    return Text(CONTROL.sub("\N{REPLACEMENT CHARACTER}", text))


def _figure(value: float) -> str:
    """Four figures that count, and never a power of ten."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
