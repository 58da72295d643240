"""What came of a case, as a file of its own: so that a run that was stopped can go on."""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePosixPath
from typing import Any, Literal

import shapely

from transit.errors import Problem
from transit.model.park import Park
from transit.output import as_json, write_bytes
from transit.scenario.files import change_values, head_values
from transit.scenario.scenario import Scenario
from transit.sources.area import Area
from transit.study.plan import StudyCase
from transit.study.study import MEASURE_NAMES, Study

State = Literal["done", "redone", "kept", "failed"]
FILE = "case.json"
_FORMAT = 1


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
    """``outcome`` as the file of its case: written last, so that it stands for all its files."""
    content = {
        "format": _FORMAT,
        "fingerprint": outcome.fingerprint,
        "case": asdict(outcome.case),
        "values": [asdict(one) for one in outcome.values],
        "verdict": dict(outcome.verdict),
        "notes": outcome.notes,
        "files": outcome.files,
    }
    write_bytes(out / outcome.case.folder / FILE, as_json(content).encode("utf-8", "replace"))


def kept_outcome(out: Path, case: StudyCase, wanted: str) -> Outcome | None:
    """What an earlier run found for ``case``, if it followed from the same inputs (``wanted``).

    None where there is nothing whole, or one of its files is gone.
    """
    content = _content(out, case)
    if content is None or content["fingerprint"] != wanted:
        return None
    try:
        found = Outcome(
            case, "kept", wanted,
            tuple(_value(row) for row in content["values"]),
            {str(key): str(text) for key, text in content["verdict"].items()},
            tuple(map(str, content["notes"])),
            tuple(map(str, content["files"])),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError, AttributeError):  # edited by hand
        return None
    folder = out / case.folder
    return found if all((folder / name).is_file() for name in found.files) else None


def cleared(out: Path, case: StudyCase) -> bool:
    """Whether there was something of an earlier run for ``case``; it is gone afterwards.

    Its own file goes first: what is left by a run that is stopped here counts as not done.
    """
    content = _content(out, case)
    folder = out / case.folder
    with contextlib.suppress(FileNotFoundError):
        (folder / FILE).unlink()
    for name in content.get("files", ()) if content else ():
        if _is_below(name):
            with contextlib.suppress(OSError, ValueError):
                (folder / name).unlink()
    return content is not None


def _is_below(name: object) -> bool:
    """Whether ``name`` is a file below the case's folder: ``FILE`` may be edited by hand."""
    if not isinstance(name, str) or set(name) & set("\\:"):
        return False
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts


def _content(out: Path, case: StudyCase) -> dict[str, Any] | None:
    try:
        content = json.loads((out / case.folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    is_ours = isinstance(content, dict) and isinstance(content.get("fingerprint"), str)
    return content if is_ours and content.get("format") == _FORMAT else None


def _value(row: Mapping[str, Any]) -> Value:
    before, after = (
        math.nan if row[side] is None else float(row[side]) for side in ("before", "after")
    )
    if row["measure"] not in MEASURE_NAMES:
        raise ValueError(row["measure"])
    return Value(row["measure"], before, after, bool(row["indicative"]))
