"""The notebooks: scripts and notebooks in step, without outputs. nbmake runs them, offline."""

from __future__ import annotations

from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


def cells(text: str, kind: str) -> list[tuple[str, str]]:
    """Kind and text of each cell."""
    jupytext = pytest.importorskip("jupytext", reason="jupytext is not installed")
    return [(cell.cell_type, cell.source) for cell in jupytext.reads(text, fmt=kind).cells]


def test_there_is_one_of_each_topic() -> None:
    """If this fails, a planner looks for a notebook that README and docs name."""
    assert [path.name[:2] for path in NOTEBOOKS] == ["01", "02", "03", "04", "05"]
    assert [path.stem for path in NOTEBOOKS] == sorted(path.stem for path in FOLDER.glob("*.py"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_script_and_notebook_are_in_step(path: Path) -> None:
    """If this fails, a reader of the script is told something else than one of the notebook.

    Mend it by: python -m jupytext --sync notebooks/*.ipynb
    """
    script = path.with_suffix(".py").read_text(encoding="utf-8")
    notebook = path.read_text(encoding="utf-8")
    assert cells(script, "py:percent") == cells(notebook, "ipynb")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_hold_no_outputs(path: Path) -> None:
    """If this fails, maps of megabytes and numbers of yesterday are in the repository."""
    nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed")
    code = [cell for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]
    assert code
    assert all(not cell.outputs and cell.execution_count is None for cell in code)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_say_it_in_chinese_and_english(path: Path) -> None:
    """If this fails, a planner or an analyst cannot read one of the notebooks."""
    text = path.with_suffix(".py").read_text(encoding="utf-8")
    heads = [line for line in text.splitlines() if line.startswith(("# # ", "# ## "))]
    assert len(heads) > 3
    assert all(" · " in line or "GTFS" in line for line in heads)
