"""The documentation: it builds without a warning, and holds every column and public name."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import transit
from transit.analysis.assumptions import Assumptions
from transit.analysis.walk_area import QUARTER_SEGMENTS
from transit.attribution.attribute import EXACT_UP_TO, MOST_EXACT
from transit.model.network import ACCESS_M
from transit.schema import TABLES

nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed")
DOCS = Path(__file__).resolve().parents[1] / "docs"


pytestmark = pytest.mark.docs


def build(source: Path, folder: Path, notebooks: str) -> Path:
    """The pages of ``source``, built in ``folder``; a warning of sphinx is an error."""
    for name in ("sphinx", "furo", "myst_nb"):
        pytest.importorskip(name, reason=f"{name} is not installed: pip install -e .[docs]")
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html"]
    command += ["-c", str(DOCS), "-D", f"nb_execution_mode={notebooks}"]
    ran = subprocess.run(
        [*command, "-d", str(folder / "doctrees"), str(source), str(folder / "html")],
        capture_output=True, text=True, encoding="utf-8", errors="replace", check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return folder / "html"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All pages, with the notebooks as they are: ``make docs`` runs them."""
    return build(DOCS, tmp_path_factory.mktemp("docs"), "off")


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a notebook that was run: the first and the last results of 01."""
    folder = tmp_path_factory.mktemp("notebook")
    whole = nbformat.read(DOCS.parent / "notebooks" / "01_park_brief.ipynb", 4)
    head, setup, page = (
        next(cell for cell in whole.cells if text in cell.source)
        for text in ("# 01", "transit.read_area", "transit.study_map")
    )
    asked = nbformat.v4.new_code_cell("brief = transit.brief(area.network, park)")
    shown = nbformat.v4.new_notebook(cells=[head, setup, asked, page], metadata=whole.metadata)
    (folder / "source").mkdir()
    nbformat.write(shown, folder / "source" / "shown.ipynb")
    (folder / "source" / "index.md").write_text("# Pages\n\n```{toctree}\nshown\n```\n", "utf-8")
    return build(folder / "source", folder, "force") / "shown.html"


def test_every_column_is_in_the_data_dictionary(built: Path) -> None:
    """If this fails, an analyst looks a column up and finds nothing."""
    page = (built / "data-dictionary.html").read_text(encoding="utf-8")
    columns = {column.name for table in TABLES for column in table.columns}
    assert columns
    assert [name for name in sorted(columns) if f">{name}<" not in page] == []


def test_every_public_name_is_described(built: Path) -> None:
    """If this fails, a function that ``transit`` offers is described nowhere."""
    page = (built / "api.html").read_text(encoding="utf-8")
    assert [name for name in transit.__all__ if f"transit.{name}" not in page] == []


def test_pages_load_nothing_from_elsewhere(built: Path) -> None:
    """If this fails, the documentation is bare, or asks a server, where the internet is cut off."""
    for page in built.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        loaded = [part for tag in ('src="', 'rel="stylesheet" type="text/css" href="')
                  for part in text.split(tag)[1:]]  # fmt: skip
        assert [part[:60] for part in loaded if part.startswith(("http", "//"))] == [], page.name


@pytest.mark.browser
def test_a_notebook_shows_its_results(notebook: Path, chromium: Any) -> None:
    """If this fails, the reader of the documentation sees code, and neither card nor map.

    The park's name is drawn by the map's own script, in a frame whose policy allows no other.
    """
    context = chromium.new_context(locale="zh-CN", offline=True)
    page = context.new_page()
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.goto(notebook.as_uri())
    card = page.locator(".output").first.inner_text()
    assert "银星科技园" in card
    assert "EPSG:4547" in card
    frame = page.frame_locator("iframe")
    frame.locator("text=银星科技园").first.wait_for(timeout=20_000)
    assert frame.locator("canvas").count() > 0
    assert [one for one in asked if not one.startswith(("file:", "data:", "about:"))] == []
    assert errors == []
    context.close()


def test_names_of_gtfs_are_those_of_gtfs() -> None:
    """If this fails, the dictionary sends an analyst to a field that GTFS lacks, or keeps one back.

    gtfs-kit's list of the files' fields is the judge.
    """
    sys.path.insert(0, str(DOCS))
    from generated import GTFS_FILES
    from gtfs_kit.constants import DTYPES

    for table in TABLES:
        files = {file: set(names.split()) for file, names in GTFS_FILES.get(table.name, {}).items()}
        theirs = {file: set(DTYPES[file.removesuffix(".txt")]) for file in files}
        assert all(names <= theirs[file] for file, names in files.items()), table.name
        ours = {column.name for column in table.columns}
        assert set().union(*files.values()) == ours & set().union(*theirs.values()), table.name


def test_the_statuses_are_those_of_the_code() -> None:
    """If this fails, a page calls exact what is drawn by lot, or states another layover."""
    said = {
        "definitions.md": "exact up to {} changes (`exact_up_to`, at most {})",
        "zh/definitions.md": "{} 项以内精确（`exact_up_to`，最多 {} 项）",
    }
    for page, exact in said.items():
        text = (DOCS / page).read_text(encoding="utf-8")
        assert exact.format(EXACT_UP_TO, MOST_EXACT) in text
        given = Assumptions()
        share, least = given.number("layover_share"), given.number("layover_least_min")
        assert re.search(rf"{share * 100:g} % .*{least:g} (min|分钟)", text)
        assert text.count(f"{ACCESS_M:g} m") >= 2
        assert f"{4 * QUARTER_SEGMENTS} " in text
