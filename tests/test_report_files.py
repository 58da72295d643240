"""The files of a report: whole or not at all, equal for equal inputs, safe, and open in Office."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import openpyxl
import pytest
from report_cases import MADE_AT, Page, compared, hostile, reply, word_rows
from test_maps_page import HOSTILE
from typer.testing import CliRunner

import transit
from transit.cli import app
from transit.errors import DataError, UsageError
from transit.reporting.formats.page import html_text
from transit.reporting.formats.word import docx_bytes
from transit.reporting.formats.workbook import xlsx_bytes
from transit.reporting.report import report
from transit.reporting.writing import OWN, write_report

FORMULAS = ("=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\t=1+1")
NAMES = (*HOSTILE, *FORMULAS)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report") / "out"
    return folder, write_report(folder, reply())


def test_everything_is_written_and_named(written):
    """If this fails, a file of the report is missing."""
    folder, files = written
    assert {path.relative_to(folder).parts[0] for path in files} == set(OWN)
    assert sorted(contents(folder)) == sorted(str(path.relative_to(folder)) for path in files)
    assert [path for path in folder.parent.iterdir() if path != folder] == []


def test_two_builds_are_byte_equal(written, tmp_path):
    """If this fails, nobody can tell a changed result from a new hour."""
    write_report(tmp_path / "again", report(compared(), made_at=MADE_AT))
    assert contents(tmp_path / "again") == contents(written[0])


def test_the_page_links_the_maps_beside_it(written):
    """If this fails, the reply points at maps that are not there."""
    folder, _ = written
    tags = Page((folder / "report.html").read_text(encoding="utf-8")).tags
    links = [said["href"] for tag, said in tags if tag == "a" and not said["href"].startswith("#")]
    assert links == ["maps/study.html", "maps/rings.html", "maps/denser.html"]
    assert all((folder / link).is_file() for link in links)


def test_the_page_loads_nothing(written):
    """If this fails, the page is broken without the internet, or calls home."""
    tags = Page((written[0] / "report.html").read_text(encoding="utf-8")).tags
    assert not [tag for tag, _ in tags if tag in ("script", "iframe", "img", "object", "embed")]
    targets = [said.get("src") or said.get("href") for tag, said in tags if tag != "a"]
    assert {
        target for target in targets if target and not target.startswith(("#", "data:"))
    } == set()
    ids = [said["id"] for _, said in tags if "id" in said]
    assert len(ids) == len(set(ids))


@pytest.mark.browser
def test_the_page_opens_in_a_browser_without_a_request(written, chromium_page):
    """If this fails, a planner's browser shows errors or blank figures."""
    opened = chromium_page(written[0] / "report.html")
    wide = opened.page.evaluate(
        "[...document.querySelectorAll('figure svg')].map(one => one.getBoundingClientRect().width)"
    )
    assert len(wide) == len(reply().pictures)
    assert min(wide) > 500
    opened.page.set_viewport_size({"width": 390, "height": 844})
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert (opened.dialogs, opened.errors, opened.requests) == ([], [], [])


@pytest.fixture(scope="module", params=[NAMES, NAMES[::-1]], ids=["stops", "lines"])
def named(request):
    """A report with hostile names everywhere: on stops what is on lines in the other."""
    return hostile(request.param)


@pytest.mark.browser
def test_hostile_names_run_nowhere(named, chromium_page, tmp_path):
    """If this fails, a stop's name in somebody's table takes over the reader's browser."""
    path = tmp_path / "report.html"
    path.write_text(html_text(named), encoding="utf-8")
    opened = chromium_page(path)
    assert opened.page.locator("h1").evaluate("one => one.textContent") == named.title
    assert opened.page.evaluate("window.hit") is None
    assert (opened.dialogs, opened.errors, opened.requests) == ([], [], [])


def test_hostile_names_are_shown_in_word(named):
    """If this fails, a name breaks the reply or is not the name any more."""
    document = docx.Document(io.BytesIO(docx_bytes(named)))
    assert document.paragraphs[0].text == named.title
    cells = {cell.removesuffix("（示意）") for row in word_rows(document) for cell in row}
    near = set(_cells(named, "stops_"))
    assert near
    assert near <= cells


def test_hostile_names_are_texts_in_excel(named):
    """If this fails, a name runs as a formula, or is not the name any more."""
    packed = xlsx_bytes(named)
    book = openpyxl.load_workbook(io.BytesIO(packed))
    values = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    assert set(NAMES) <= values
    with zipfile.ZipFile(io.BytesIO(packed)) as parts:
        sheets = [parts.read(one) for one in parts.namelist() if "worksheets/sheet" in one]
    assert not any(b"<f>" in sheet or b"<f " in sheet for sheet in sheets)


def _cells(made, key):
    """The first cells of the rows of the table whose key begins like this."""
    table = next(one for one in made.tables if one.key.startswith(key))
    return [row[0] for row in table.rows]


def test_what_xml_forbids_is_shown_as_a_sign():
    """If this fails, one control character in a name and no file is written."""
    made = replace(hostile(("bell\x07",)), title="half\ud800")
    document = docx.Document(io.BytesIO(docx_bytes(made)))
    assert document.paragraphs[0].text == "half�"
    assert "bell�" in html_text(made)
    openpyxl.load_workbook(io.BytesIO(xlsx_bytes(made)))


def test_a_report_replaces_the_one_before_whole(written, tmp_path):
    """If this fails, figures of an old report stand among the new ones."""
    folder = tmp_path / "out"
    shutil.copytree(written[0], folder)
    (folder / "figures" / "99-old.png").write_bytes(b"old")
    write_report(folder, reply())
    assert contents(folder) == contents(written[0])


def test_other_files_are_never_touched(tmp_path):
    """If this fails, a report wipes a folder of somebody's work."""
    (tmp_path / "work.docx").write_bytes(b"mine")
    with pytest.raises(UsageError, match=r"holds other files: work\.docx"):
        write_report(tmp_path, reply())
    assert contents(tmp_path) == {"work.docx": b"mine"}


@pytest.mark.parametrize(
    "name", ["figures/photo.png", "figures/raw/01-a.png", "maps/own.qgz", "maps/own.html"]
)
def test_other_files_within_a_report_are_never_touched(written, tmp_path, name):
    """If this fails, a second report wipes the photos somebody put beside its figures."""
    folder = tmp_path / "out"
    shutil.copytree(written[0], folder)
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"mine")
    kept = contents(folder)
    with pytest.raises(
        UsageError, match="holds other files: figures/raw|holds other files: " + name
    ):
        write_report(folder, reply())
    assert contents(folder) == kept


@pytest.mark.parametrize("lock", ["~$report.docx", ".~lock.report.xlsx#"])
def test_a_file_open_in_office_is_told(written, tmp_path, lock):
    """If this fails, the error says something about a rename instead of Word."""
    folder = tmp_path / "out"
    shutil.copytree(written[0], folder)
    (folder / lock).write_bytes(b"")
    with pytest.raises(DataError, match="close it in Word, Excel or LibreOffice"):
        write_report(folder, reply())
    (folder / lock).unlink()
    assert contents(folder) == contents(written[0])


def test_a_folder_that_cannot_be_moved_stays(written, tmp_path, monkeypatch):
    """If this fails, a locked file on Windows costs the report that was there."""
    folder = tmp_path / "out"
    shutil.copytree(written[0], folder)

    def refuse(path, target):
        raise PermissionError(13, "The file is in use", str(path))

    monkeypatch.setattr(Path, "replace", lambda path, to: refuse(path, to) if path == folder
                        else Path.rename(path, to))  # fmt: skip
    with pytest.raises(DataError, match=r"The file is in use.*close it in Word"):
        write_report(folder, reply())
    monkeypatch.undo()
    assert contents(folder) == contents(written[0])
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_failure_leaves_nothing_behind(tmp_path, monkeypatch):
    """If this fails, half a report is taken for a whole one."""

    def full(_report):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("transit.reporting.writing.xlsx_bytes", full)
    with pytest.raises(DataError, match="No space left"):
        write_report(tmp_path / "new" / "out", reply())
    assert list(tmp_path.iterdir()) == []


def test_the_command_writes_a_report(tmp_path):
    """If this fails, `transit report` does not do what the README says."""
    arguments = ["report", "b919_2021", "--out", str(tmp_path / "out"), "--lang", "en",
                 "--question", "Who gains?", "--made-at", "2026-11-25T09:30"]  # fmt: skip
    result = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    document = docx.Document(tmp_path / "out" / "report.docx")
    texts = [one.text for one in document.paragraphs]
    assert "Who gains?" in texts
    assert any("2026-11-25 09:30" in text for text in texts)


@pytest.mark.parametrize("moment", ["yesterday", "2026-13-01"])
def test_a_time_that_is_none_is_refused(moment, tmp_path):
    """If this fails, a report is dated by accident."""
    result = CliRunner().invoke(app, ["report", "--made-at", moment, "--out", str(tmp_path)])
    assert isinstance(result.exception, UsageError)
    assert f"--made-at {moment}: is no date and time" in str(result.exception)


def test_no_brief_is_no_report():
    """If this fails, an empty list ends in a traceback."""
    with pytest.raises(UsageError, match="no brief is given"):
        transit.report([])


@pytest.mark.office
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_office_opens_the_files(language, tmp_path):
    """If this fails, Word and Excel files need a repair or do not open at all."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    made = reply(language)
    (tmp_path / "report.docx").write_bytes(docx_bytes(made))
    (tmp_path / "report.xlsx").write_bytes(xlsx_bytes(made))
    command = [office, f"-env:UserInstallation={(tmp_path / 'office').as_uri()}", "--headless",
               "--convert-to", "pdf", "--outdir", str(tmp_path)]  # fmt: skip
    for name in ("report.docx", "report.xlsx"):
        subprocess.run([*command, str(tmp_path / name)], check=True, capture_output=True)
        made_pdf = tmp_path / "report.pdf"
        assert made_pdf.read_bytes().startswith(b"%PDF")
        assert made_pdf.stat().st_size > 20_000
        made_pdf.unlink()
