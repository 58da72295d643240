"""What came of a case, as a file of its own: so that a run that was stopped can go on."""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePosixPath
from typing import Any, Literal

import shapely

from transit.errors import DataError, Problem
from transit.model.park import Park
from transit.output import as_json, sweep, write_bytes
from transit.scenario.files import change_values, head_values
from transit.scenario.scenario import Scenario
from transit.sources.area import Area
from transit.study.plan import StudyCase
from transit.study.study import MEASURE_NAMES, Study

State = Literal["done", "redone", "kept", "failed"]
FILE = "case.json"
_FORMAT = 2
_HASH_LETTERS = 16


@dataclass(frozen=True)
class Value:
    """A measure before and after (NaN: not known, or as it is only), and whether indicative."""

    measure: str
    before: float
    after: float
    indicative: bool


@dataclass(frozen=True)
class Outcome:
    """What came of one case: its values, the verdict by language, and the files it wrote.

    ``state`` says whether it was worked out now, worked out anew because its inputs had changed,
    kept from an earlier run, or failed with ``problems``. ``files`` are seen from its folder.
    """

    case: StudyCase
    state: State = "done"
    fingerprint: str = ""
    values: tuple[Value, ...] = ()
    verdict: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def fingerprint(
    study: Study, area: Area, case: StudyCase, scenario: Scenario | None, *, written: bool
) -> str:
    """A hash of all that a case follows from: data, scenario, questions, outputs, program.

    ``written`` says whether the case writes files: their kinds and language count then.
    """
    park = area.park(case.park_id)
    network, zones = area.network, area.zones
    told = {
        "program": [_FORMAT, _version()],
        "network": [network.fingerprint(), network.name, network.sources, network.streets.clock],
        "zones": zones.fingerprint() if zones else "",
        "park": _park(park),
        "case": asdict(case),
        "measures": study.measure_names,
        "outputs": [study.outputs, study.lang] if written and study.outputs else [],
        "scenario": [head_values(scenario), [change_values(one) for one in scenario.changes]]
        if scenario
        else [],
    }
    text = json.dumps(told, ensure_ascii=True, sort_keys=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:16]


def _version() -> str:
    try:
        return version("transit-access")
    except PackageNotFoundError:  # a checkout that was not installed
        return ""


def _park(park: Park) -> list[Any]:
    shapes = [shapely.to_wkb(shape, hex=True) for shape in (park.point, park.outline)]
    facts = [park.park_id, park.park_name, park.crs, park.indicative, park.source]
    return [*shapes, *facts, park.point_source, park.gates.to_csv(index=False)]


def write_outcome(out: Path, outcome: Outcome) -> None:
    """``outcome`` as the file of its case: written last, so that it stands for all its files.

    It holds a hash of each of them and of itself: what was edited or cut off is known by that.
    """
    folder = out / outcome.case.folder
    content = {
        "format": _FORMAT,
        "fingerprint": outcome.fingerprint,
        "case": asdict(outcome.case),
        "values": [asdict(one) for one in outcome.values],
        "verdict": dict(outcome.verdict),
        "notes": outcome.notes,
        "files": {name: _hash_of_file(folder / name) for name in outcome.files},
    }
    said = json.loads(as_json(content).encode("utf-8", "replace"))
    write_bytes(folder / FILE, as_json({**said, "hash": _hash_of(said)}).encode("utf-8"))


def _hash_of(content: Mapping[str, Any]) -> str:
    text = json.dumps(content, ensure_ascii=True, sort_keys=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:_HASH_LETTERS]


def _hash_of_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:_HASH_LETTERS]


def kept_outcome(out: Path, case: StudyCase, wanted: str) -> Outcome | None:
    """What an earlier run found for ``case``, if it followed from the same inputs (``wanted``).

    None where there is nothing whole: its file or one of those it lists is gone, or other than it
    was written.
    """
    content = _content(out, case)
    if content is None or content.get("fingerprint") != wanted:
        return None
    try:
        found = Outcome(
            case, "kept", wanted,
            tuple(_value(row) for row in content["values"]),
            {str(key): str(text) for key, text in content["verdict"].items()},
            tuple(map(str, content["notes"])),
            tuple(content["files"]),
        )  # fmt: skip
        is_whole = all(
            _is_below(out / case.folder, name) and _hash_of_file(out / case.folder / name) == one
            for name, one in content["files"].items()
        )
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError, OSError):
        return None
    return found if is_whole else None


def cleared(out: Path, case: StudyCase) -> bool:
    """Whether there was something of an earlier run for ``case``; it is gone afterwards.

    Its own file goes first: what is left by a run that is stopped here counts as not done. Raises
    ``DataError`` where it cannot go.
    """
    content = _content(out, case)
    folder = out / case.folder
    was_there = os.path.lexists(folder / FILE)
    sweep(folder)
    try:
        (folder / FILE).unlink(missing_ok=True)
    except OSError as error:
        what = f"cannot be replaced ({error.strerror or error})"
        raise DataError(Problem(str(folder / FILE), what, "move it away, and run again")) from error
    files = content.get("files") if content else None
    for name in files if isinstance(files, dict) else ():
        if _is_below(folder, name):
            with contextlib.suppress(OSError):
                (folder / name).unlink()
    return was_there


def _is_below(folder: Path, name: str) -> bool:
    """Whether ``name`` is a file below ``folder``, and not behind a link."""
    if set(name) & set("\\:\0"):
        return False
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        return False
    return not any((folder / part).is_symlink() for part in (path, *path.parents) if part.name)


def _content(out: Path, case: StudyCase) -> dict[str, Any] | None:
    """What the file of ``case`` holds, as it was written; None where it was not, or was edited."""
    try:
        content = json.loads((out / case.folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(content, dict):
        return None
    told = content.pop("hash", None)
    return content if content.get("format") == _FORMAT and told == _hash_of(content) else None


def _value(row: Mapping[str, Any]) -> Value:
    before, after = (_number(row[side]) for side in ("before", "after"))
    if row["measure"] not in MEASURE_NAMES:
        raise ValueError(row["measure"])
    return Value(row["measure"], before, after, bool(row["indicative"]))


def _number(told: object) -> float:
    """A number that was told; NaN where it was not known."""
    if told is None:
        return math.nan
    if not isinstance(told, int | float) or isinstance(told, bool) or not math.isfinite(told):
        raise ValueError(told)
    return float(told)
