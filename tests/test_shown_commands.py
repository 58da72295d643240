"""Every command and piece of code that README and the documentation show works as it stands."""

from __future__ import annotations

import io
import json
import re
import sys
import tempfile
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

import osmium
import pandas as pd
import pytest
import shown
import typer
from bundle import run
from gtfs_feeds import FEED, zipped

import transit
from transit.cli import app
from transit.datum import from_wgs84

ELSEWHERE = {
    "fetch my_area": "asks a server",
    "report": "takes a minute each; test_report_files.py writes one",
    "demo": "is run by .ci/run, from the wheel",
    "run data/yinxing/study.yaml --out study": "is run by .ci/run, from the wheel",
    "map --tiles tianditu:KEY": "needs a key in place of the word",
    "suggest": "tries thousands of changes; test_cli_suggest.py runs a smaller search",
}
"""Commands that are only parsed here, in full or by their name, and why."""
FOUND = 5
"""The exit code of ``transit quality`` where a rule finds something."""
SERVICE_DAY = date(2026, 3, 11)


def once(commands: list[shown.Command]) -> list[shown.Command]:
    """``commands``, those of the same arguments once."""
    return list({command.arguments: command for command in reversed(commands)}.values())[::-1]


def is_run(command: shown.Command) -> bool:
    """Whether a command is run here, and not only parsed."""
    return not {" ".join(command.arguments), command.arguments[0]} & set(ELSEWHERE)


RUN = [command for command in once(shown.commands("sh", "text")) if is_run(command)]


@dataclass(frozen=True)
class Table:
    """Calls of the bundled lines as an operator would list them, positions in GCJ-02."""

    lines: tuple[str, ...]

    def frame(self) -> pd.DataFrame:
        feed = transit.read_area(transit.bundled_area()).network.feed
        calls = feed.visits[feed.visits["route_short_name"].isin(self.lines)].merge(
            feed.stops[["stop_id", "stop_name", "stop_lon", "stop_lat"]], on="stop_id",
            suffixes=("", "_of_stop"),
        )  # fmt: skip
        moved = from_wgs84(calls[["stop_lon", "stop_lat"]].to_numpy(), "GCJ-02").round(6)
        return pd.DataFrame(
            {
                "线路名称": calls["route_short_name"], "方向": calls["direction_id"],
                "站序": calls["stop_sequence"], "站点名称": calls["stop_name"],
                "经度": moved[:, 0], "纬度": moved[:, 1],
            }
        )  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that the pages say a reader has."""
    place = tmp_path_factory.mktemp("reader")
    area = transit.read_area(transit.bundled_area())
    table = Table(("M450", "B919", "627")).frame()
    for name in ("lines.xlsx", "线路.xlsx"):
        table.to_excel(place / name, index=False)
    table.to_csv(place / "lines.csv", index=False, encoding="gb18030")
    one = Table(("M450",)).frame().drop(columns="线路名称")
    one.to_csv(place / "m287.csv", index=False, encoding="utf-8")
    transit.write_gtfs(area.network, place / "feed.zip", date=SERVICE_DAY)
    metro = {name: text.replace("202401", "202603") for name, text in FEED.items()}
    zipped(place / "metro.zip", metro)
    for name in ("parks.geojson", "gates.csv"):
        (place / name).write_bytes((area.folder / name).read_bytes())
    for name in ("guangdong.osm.pbf", "city.osm.pbf", "town.osm.pbf"):
        write_extract(place / name, area.folder / "streets.geojson")
    for block in shown.blocks("yaml"):
        name = "study.yaml" if block.text.startswith("study:") else "my_change.yaml"
        (place / name).write_text(block.text, encoding="utf-8")
    return place


def write_extract(path: Path, streets: Path) -> None:
    """An OSM extract of the streets drawn in ``streets``, with a bus stop for each of ours."""
    features = json.loads(streets.read_text(encoding="utf-8"))["features"]
    lines = [[tuple(at) for at in one["geometry"]["coordinates"]] for one in features]
    number = {at: place for place, at in enumerate(dict.fromkeys(chain.from_iterable(lines)), 1)}
    stops = transit.read_area(transit.bundled_area()).network.feed.stops
    with osmium.SimpleWriter(str(path)) as writer:
        for at, place in number.items():
            writer.add_node(osmium.osm.mutable.Node(id=place, location=at))
        for place, stop in enumerate(stops.itertuples(), len(number) + 1):
            tags = {"highway": "bus_stop", "name": stop.stop_name}
            at = (stop.stop_lon, stop.stop_lat)
            writer.add_node(osmium.osm.mutable.Node(id=place, location=at, tags=tags))
        for place, (feature, line) in enumerate(zip(features, lines, strict=True), 1):
            known = {key: feature["properties"].get(key) for key in ("name", "highway", "oneway")}
            tags = {key: value for key, value in known.items() if value}
            nodes = [number[at] for at in line]
            writer.add_way(osmium.osm.mutable.Way(id=place, nodes=nodes, tags=tags))


def test_the_pages_show_commands() -> None:
    """If this fails, the collector of commands is broken, and nothing else here means anything."""
    assert len(RUN) > 20
    assert {command.arguments[0] for command in RUN} >= {"brief", "import", "map", "run"}


@pytest.mark.parametrize("command", RUN, ids=lambda one: " ".join(one.arguments))
def test_a_shown_command_runs(
    command: shown.Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If this fails, a reader who types what stands there meets an error.

    The commands of all pages run in order, in the folder of one reader who has the files named.
    """
    monkeypatch.chdir(folder)
    given = command.arguments
    out = [Path(given[at + 1]) for at, word in enumerate(given) if word in ("--out", "--html")]
    if given[0] == "import":  # pages show several ways to make one folder
        for path in filter(Path.exists, out):
            path.rename(tempfile.mkdtemp(dir=folder))
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    ran = run(*given)
    assert ran.code in ((0, FOUND) if given[0] == "quality" else (0,)), f"{command}\n{ran.err}"
    assert ran.out.strip()
    assert [path for path in out if not path.exists()] == [], ran.text


def parsed(arguments: tuple[str, ...]) -> None:
    """Parse as the command line does; raises what it raises for options it does not know."""
    command, words = typer.main.get_command(app), list(arguments)
    while hasattr(command, "commands"):
        command, words = command.commands[words[0]], words[1:]
    command.make_context(arguments[0], words)


@pytest.mark.parametrize(
    "command", [one for one in once(shown.commands("sh", "text")) if not is_run(one)], ids=str
)
def test_a_command_that_is_not_run_here_can_be_parsed(command: shown.Command) -> None:
    """If this fails, a page shows an option or argument that does not exist."""
    parsed(command.arguments)


def every_option() -> set[str]:
    """The names of all options of all commands."""

    def of(command: Any) -> set[str]:
        below = getattr(command, "commands", {}).values()
        own = {name for one in command.params for name in one.opts}
        return own.union(*(of(one) for one in below))

    return of(typer.main.get_command(app))


def test_every_option_named_in_a_sentence_exists() -> None:
    """If this fails, a page sends the reader to an option that was renamed or never was."""
    named = {
        (page.name, option)
        for page in shown.pages()
        for span in re.findall(r"`([^`\n]*--[^`\n]*)`", shown.text_of(page))
        if not span.startswith(("python", "pip"))
        for option in re.findall(r"(?<![\w-])--[a-z][a-z-]+", span)
    }
    assert len(named) > 10
    assert sorted(one for one in named if one[1] not in every_option()) == []


def test_every_command_named_in_a_sentence_exists() -> None:
    """If this fails, a sentence names a command that the reader cannot find."""
    known = typer.main.get_command(app).commands
    named = {command.arguments[0] for command in shown.inline_commands()}
    assert named - set(known) - {"--help"} == set()


def code_by_page() -> dict[str, str]:
    """The Python blocks of each page, one after the other; notebooks are run by nbmake."""
    found: dict[str, str] = {}
    for block in shown.blocks("python"):
        if not block.page.startswith("notebooks/"):
            found[block.page] = found.get(block.page, "") + block.text
    return found


@pytest.mark.parametrize("page", code_by_page())
def test_shown_python_runs(page: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If this fails, a reader who pastes a page's code meets an error.

    README's download of a district is left out; its extract stands for the reader's own.
    """
    monkeypatch.chdir(folder)
    (folder / "Helsinki.osm.pbf").write_bytes((folder / "city.osm.pbf").read_bytes())
    code = code_by_page()[page].split("longhua =")[0].replace("Lasipalatsi", "银星工业园")
    exec(code, {"transit": transit})  # noqa: S102  (the page's own text)
