"""The documentation: it builds without a warning, and holds every column and public name."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import transit
from transit.schema import TABLES

DOCS = Path(__file__).resolve().parents[1] / "docs"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built pages; a warning of sphinx is an error."""
    pytest.importorskip("sphinx", reason="sphinx is not installed: pip install -e .[docs]")
    pytest.importorskip("furo", reason="furo is not installed: pip install -e .[docs]")
    pytest.importorskip("myst_nb", reason="myst-nb is not installed: pip install -e .[docs]")
    out = tmp_path_factory.mktemp("docs")
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html"]
    ran = subprocess.run(
        [*command, "-d", str(out / "doctrees"), str(DOCS), str(out / "html")],
        capture_output=True, text=True, encoding="utf-8", errors="replace", check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return out / "html"


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
