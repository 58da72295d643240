"""The index page of a study: one file that opens without a network and links every output."""

from __future__ import annotations

import html
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from transit.output import write_bytes
from transit.pages.embed import policy
from transit.pages.encode import safe_json
from transit.study.kept import Outcome
from transit.study.plan import StudyCase
from transit.study.study import RUNNING, USUAL
from transit.study.tables import said_of
from transit.terms import LANGUAGES, terms

if TYPE_CHECKING:
    from transit.study.results import StudiedArea, StudyResults

_ASSETS = Path(__file__).parent / "assets"
_FEW = 8
_DIGITS = 6


def write_index(out: Path, results: StudyResults) -> Path:
    """The file ``index.html`` in ``out``: every case and measure, links to all that was written.

    It speaks both languages and loads nothing; equal results give equal bytes.
    """
    return write_bytes(out / "index.html", index_html(results).encode("utf-8"))


def index_html(results: StudyResults) -> str:
    """The page as text. Names travel as JSON and are shown with ``textContent``."""
    study = results.study
    script = _asset("index.js")
    title = (study.title or study.study).encode("utf-8", "replace").decode("utf-8")
    parts = {
        "language": study.lang,
        "policy": policy((script,)),
        "title": html.escape(title),
        "style": _asset("index.css"),
        "no_script": html.escape(terms(study.lang)["many_no_script"]),
        "data": safe_json(_data(results)),
        "script": script,
    }
    # Piece by piece, so that nothing that is put in is taken for a place to put something in.
    page = _asset("index.html")
    pieces = []
    for name, text in parts.items():
        before, page = page.split(f"{{{name}}}", 1)
        pieces += [before, text]
    return "".join([*pieces, page])


def _data(results: StudyResults) -> dict[str, Any]:
    study = results.study
    found = {outcome.case: outcome for outcome in results.outcomes}
    place = {area.area_id: number for number, area in enumerate(results.areas)}
    return {
        "start": study.lang,
        "words": {language: _words(language) for language in LANGUAGES},
        "study": study.study,
        "title": study.title,
        "at": study.at,
        "areas": [
            {"name": _area_name(one, results.areas), "crs": one.crs, "fingerprint": one.fingerprint,
             "sources": one.sources}
            for one in results.areas
        ],
        "measures": list(_measures(results)),
        "cases": [
            _case(case, place[case.area_id]) | _found(found.get(case), study.measure_names)
            for case in results.planned
        ],
        "faults": [str(fault) for fault in results.faults],
    }  # fmt: skip


def _area_name(area: StudiedArea, areas: Sequence[StudiedArea]) -> str:
    """The area's name, with its id where another has the same name."""
    is_shared = sum(one.area_name == area.area_name for one in areas) > 1
    return f"{area.area_name} ({area.area_id})" if is_shared else area.area_name


def _words(language: str) -> dict[str, str]:
    own = terms(language, "many")
    return {key.removeprefix("many_"): text for key, text in own.items() if "." not in key}


def _measures(results: StudyResults) -> Iterator[dict[str, Any]]:
    names = results.study.measure_names
    for name in names:
        yield {
            "id": name,
            "share": name.startswith("share_"),
            "cost": name in RUNNING,
            "usual": len(names) <= _FEW or name in USUAL,
            **{language: said_of(name, language) for language in LANGUAGES},
        }


def _case(case: StudyCase, area: int) -> dict[str, Any]:
    return {
        "area": area,
        "park": case.park_name,
        "park_id": case.park_id,
        "limit": case.limit_m,
        "scenario": case.scenario,
        "title": case.title,
        "folder": case.folder,
    }


def _found(outcome: Outcome | None, names: tuple[str, ...]) -> dict[str, Any]:
    """What came of a case; nothing of the run that found it."""
    if outcome is None:
        rest: dict[str, Any] = {
            "notes": (),
            "problems": (),
            "files": (),
            "values": [None] * len(names),
        }
        return {"state": "waiting", "fingerprint": "", **rest}
    values = {value.measure: value for value in outcome.values}
    return {
        "state": "failed" if outcome.problems else "done",
        "verdict": dict(outcome.verdict),
        "notes": outcome.notes,
        "problems": [str(fault) for fault in outcome.problems],
        "files": outcome.files,
        "fingerprint": outcome.fingerprint,
        "values": [
            [_rounded(one.before), _rounded(one.after), one.indicative] if one else None
            for one in (values.get(name) for name in names)
        ],
    }


def _rounded(value: float) -> float | None:
    return float(f"{value:.{_DIGITS}g}") if math.isfinite(value) else None


def _asset(name: str) -> str:
    # Text mode turns CRLF into LF, so that a Windows checkout builds the same bytes.
    return (_ASSETS / name).read_text(encoding="utf-8")
