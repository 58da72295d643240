"""The settings of a study area: ``area.yaml``, read strictly."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from pyproj import Geod

from transit.datum import DATUMS
from transit.errors import DataError, Problem, raise_if
from transit.parsing import CONTROL
from transit.sources.tables import read_text
from transit.units import metric_crs, project, require_metric

KEYS = (
    "area_id", "area_name", "crs", "datum", "study_area", "year", "notes", "sources", "unreached",
    "without",
)  # fmt: skip
"""Keys of area.yaml; ``unreached`` are ids of stops that are known to stand on no street."""
WITHOUT = ("streets", "parks")
"""What an area may lack where ``without`` says so: then walks, or parks, are not known."""


def read_settings(path: Path) -> dict[str, Any]:
    """The keys of ``area.yaml``, ``study_area`` as four numbers; ``DataError`` with all faults."""
    text = read_text(path)
    if len(text) > _LARGEST:
        mend = "settings are a few lines: put tables in files of their own"
        raise DataError(Problem(str(path), f"is over {_LARGEST:,} characters", mend))
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text)):
            raise DataError(Problem(str(path), "uses aliases (*name)", "write each value out"))
        node = yaml.compose(text, Loader=yaml.BaseLoader)
        content = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506  (texts only)
    except yaml.YAMLError as error:
        raise DataError(_yaml_problem(path, error)) from None
    except RecursionError:
        raise DataError(Problem(str(path), "is nested too deep", "write plain values")) from None
    if not isinstance(content, dict):
        mend = f"write one 'key: value' a line; the keys are {', '.join(KEYS)}"
        raise DataError(Problem(str(path), "is not a mapping of keys to values", mend))
    problems = [
        Problem(str(path), f"key {key!r} is missing", f"add '{key}:'")
        for key in KEYS[:5]
        if key not in content
    ]
    keys = [key.value for key, _ in node.value] if isinstance(node, yaml.MappingNode) else []
    problems += [
        Problem(str(path), f"key {key!r} appears twice", "keep one of them")
        for key in dict.fromkeys(keys)
        if keys.count(key) > 1
    ]
    problems += [
        Problem(str(path), f"key {key!r} is not known", f"use {', '.join(KEYS)}")
        for key in content
        if key not in KEYS
    ]
    raise_if(problems or _text_problems(content, path))
    require_metric(content["crs"], where=f"{path} crs")
    for key in ("sources", "unreached", "without"):
        if not isinstance(content.get(key, []), list):
            mend = "write one a line, each after '- '"
            problems.append(Problem(f"{path} {key}", "is not a list", mend))
        elif key == "without":
            mend = f"use {' or '.join(WITHOUT)}"
            problems += [
                Problem(f"{path} without", f"{what!r} cannot be left out", mend)
                for what in content.get(key, [])
                if what not in WITHOUT
            ]
    if content["datum"] not in DATUMS:
        mend = f"use one of {', '.join(DATUMS)}"
        problems.append(Problem(f"{path} datum", f"{content['datum']!r} is not known", mend))
    box, faults = _box(content["study_area"], str(path))
    raise_if(problems + faults)
    raise_if(_distortion(content["crs"], box, f"{path} crs"))
    return content | {"study_area": box}


def _text_problems(content: Mapping[str, Any], path: Path) -> list[Problem]:
    """Values that are lists or mappings where texts belong, or hold what cannot be seen."""
    problems = []
    for key, value in content.items():
        texts = value if isinstance(value, list) and key in _LISTS else [value]
        if not all(isinstance(text, str) for text in texts):
            problems.append(Problem(f"{path} {key}", "is no text", "write it as plain text"))
        elif any(CONTROL.search(text) for text in texts):
            fault = "holds a control character"
            problems.append(Problem(f"{path} {key}", fault, "retype it: terminals would act on it"))
    year = str(content.get("year", _FIRST_YEAR))
    if not problems and not _is_year(year):
        fault = f"{year[:20]!r} is no year from {_FIRST_YEAR} to {_LAST_YEAR}"
        problems.append(Problem(f"{path} year", fault, "give the year that the tables describe"))
    return problems


def _is_year(text: str) -> bool:
    plain = len(text) == 4 and text.isascii() and text.isdecimal()
    return plain and _FIRST_YEAR <= int(text) <= _LAST_YEAR


def _yaml_problem(path: Path, error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    where = f"{path} line {mark.line + 1}" if mark else str(path)
    what = getattr(error, "problem", None) or str(error).splitlines()[0]
    return Problem(where, f"is not YAML: {what}", "correct the indentation, colon or quote there")


def _distortion(crs: str, box: tuple[float, float, float, float], where: str) -> list[Problem]:
    """A metric CRS of another part of the world stretches lengths: compare the box's diagonal."""
    west, south, east, north = box
    true_m = Geod(ellps="WGS84").inv(west, south, east, north)[2]
    corners = project([[west, south], [east, north]], crs)
    ratio = float(np.hypot(*(corners[1] - corners[0]))) / true_m
    if abs(ratio - 1) <= _STRETCH:
        return []
    what = f"{crs} stretches lengths here by a factor of {ratio:.3f}"
    mend = f"use the CRS of the study area, such as {metric_crs((west + east) / 2, south)}"
    return [Problem(where, what, mend)]


def _box(texts: Any, where: str) -> tuple[Any, list[Problem]]:  # noqa: ANN401
    mend = "write study_area: [west, south, east, north] in WGS-84 degrees"
    try:
        west, south, east, north = (float(text) for text in texts)
    except (TypeError, ValueError):
        return None, [Problem(f"{where} study_area", f"{texts!r} is not four numbers", mend)]
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        return None, [Problem(f"{where} study_area", f"{texts!r} is not a rectangle", mend)]
    return (west, south, east, north), []


_LARGEST = 1_000_000
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_LISTS = ("study_area", "sources", "unreached", "without")
_STRETCH = 0.001  # UTM has up to 0.0004 within its zone, a 3-degree zone of CGCS2000 0.0003
