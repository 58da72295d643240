"""What README tells a newcomer to type must work as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from osm_real import helsinki

import transit
from transit.scenario.files import read_scenario
from transit.scenario.scenario import VERBS

README = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """The fenced blocks of README in ``language``, in order."""
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def test_the_python_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A newcomer who pastes the first example would meet an error."""
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    exec(blocks("python")[0], names)  # noqa: S102  (README's own text)
    assert (tmp_path / "maps" / "park.html").stat().st_size > 10_000
    assert len(names["result"].changed()) > 0
    assert set(names["result"].ledger["effect"]) == {"gain", "loss"}


@pytest.mark.helsinki
def test_the_osm_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A newcomer with an extract would meet an error; the download is left out here."""
    (tmp_path / "Helsinki.osm.pbf").write_bytes(helsinki().read_bytes())
    monkeypatch.chdir(tmp_path)
    offline = blocks("python")[1].split("longhua =")[0]
    exec(offline, {"transit": transit})  # noqa: S102  (README's own text)
    assert (tmp_path / "lasipalatsi.gpkg").is_file()


def test_the_scenario_example_applies(tmp_path: Path) -> None:
    """A planner who starts from the YAML example would be told that it is wrong."""
    path = tmp_path / "my_change.yaml"
    path.write_text(blocks("yaml")[0], encoding="utf-8")
    area = transit.read_area(transit.bundled_area())
    changed = read_scenario(path).apply(area.network)
    assert changed.feed.sequence("M450_0")[0] == "X1"


def test_every_public_name_exists() -> None:
    """A name that ``dir(transit)`` offers would fail when used."""
    assert [name for name in transit.__all__ if not callable(getattr(transit, name))] == []


def test_readme_names_every_verb_and_command() -> None:
    """A planner would not learn of a verb or a command that exists."""
    from transit.cli import app

    commands = [command.name or command.callback.__name__ for command in app.registered_commands]
    missing = [word for word in [*VERBS, *commands] if word not in README]
    assert missing == []


@pytest.mark.parametrize("path", re.findall(r"\]\(([\w./-]+)\)", README))
def test_links_lead_somewhere(path: str) -> None:
    """A reader who follows a link or looks for a picture would find nothing."""
    assert (Path(__file__).resolve().parents[1] / path).is_file()
