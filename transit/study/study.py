"""What a study asks, and its file: areas, parks, limits, scenarios, measures and outputs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from transit.analysis.measures import PARK_VALUES
from transit.errors import did_you_mean
from transit.units import seconds_of

ALL, NONE = "all", "none"
AS_IT_IS = ""
"""The name of no scenario: the area as it is."""
RUNNING = ("vehicles", "vehicle_km")
"""What all lines of an area together take to run: figures of ``operation``, summed."""
MEASURE_NAMES = (*PARK_VALUES, *RUNNING)
USUAL = (
    "lines_within_walk", "share_walk_served", "buses_per_hour_walk", "stations_reached", *RUNNING,
)  # fmt: skip
"""What is looked at first, on the page and in notebooks."""
Output = Literal["tables", "maps", "report"]

_DAY = 24 * 3600


def _listed(value: Any) -> Any:  # noqa: ANN401  (whatever a file holds)
    """One value stands for a list of one, and a path for its text."""
    values = (value,) if isinstance(value, str | float | int | Path) else value
    if not isinstance(values, Sequence):
        return values
    return tuple(str(one) if isinstance(one, Path) else one for one in values)


def _known_measure(name: str) -> str:
    if name not in (ALL, *MEASURE_NAMES):
        raise ValueError(did_you_mean(name, MEASURE_NAMES))
    return name


def _clock(text: str) -> str:
    secs = seconds_of(text) if text else 0
    if secs is None or secs >= _DAY:
        raise ValueError("give a time of day from 00:00 to 23:59, such as 22:30")
    return text


def _once(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """``values`` as they are; each may be there once, and ``all`` or ``none`` alone."""
    twice = [str(value) for value, count in Counter(values).items() if count > 1]
    if twice:
        raise ValueError(f"keep one of {', '.join(twice)}")
    for word in (ALL, NONE):
        if word in values and len(values) > 1:
            raise ValueError(f"write {word} alone, or a list of names without it")
    return values


Text = Annotated[str, Field(min_length=1)]
Names = Annotated[
    tuple[Text, ...], Field(min_length=1), BeforeValidator(_listed), AfterValidator(_once)
]


class Study(BaseModel):
    """A study: every scenario seen from every park within every limit, in every area.

    ``areas`` are folders. A scenario is a file (ending in ``.yaml``) that is tried on every area,
    or the name of one in the area's own folder. One value stands for a list of one.

    >>> import transit
    >>> study = Study(study="two limits", areas=transit.bundled_area(), limits_m=[300, 500])
    >>> study.scenarios, study.measure_names[:2]
    (('all',), ('stops_within_point', 'lines_within_point'))
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    study: Text = Field(description="The study's name, on the index page and in the tables.")
    title: str = Field("", description="What it is about, in one line.")
    areas: Names = Field(description="Folders of study areas, seen from this file.")
    parks: Names = Field((ALL,), description="Ids or names of parks; all of each area: all.")
    scenarios: Names = Field(
        (ALL,),
        description="Files, or names of the areas' own scenarios; all of each area: all; only "
        "the areas as they are: none.",
    )
    limits_m: Annotated[
        tuple[Annotated[float, Field(gt=0, allow_inf_nan=False)], ...],
        Field(min_length=1),
        BeforeValidator(_listed),
        AfterValidator(_once),
    ] = Field((500.0,), description="Limits in metres.")
    at: Annotated[str, AfterValidator(_clock)] = Field(
        "", description="Time of day for gates and ways with hours, HH:MM; by default 08:00."
    )
    measures: Annotated[
        tuple[Annotated[Text, AfterValidator(_known_measure)], ...],
        Field(min_length=1),
        BeforeValidator(_listed),
        AfterValidator(_once),
    ] = Field(
        (ALL,), description="Measures of the table, as 'transit compare' names those of a park."
    )
    outputs: Annotated[tuple[Output, ...], BeforeValidator(_listed), AfterValidator(_once)] = Field(
        (), description="What is written for each case beside its measures."
    )
    lang: Literal["zh-CN", "en"] = Field(
        "zh-CN", description="Language of tables, maps and reports."
    )

    @property
    def measure_names(self) -> tuple[str, ...]:
        """The measures asked for, in the order in which tables have them."""
        return tuple(
            name for name in MEASURE_NAMES if ALL in self.measures or name in self.measures
        )

    @property
    def clock(self) -> int | None:
        """The time of day in seconds after midnight; None where the area's own is meant."""
        return seconds_of(self.at) if self.at else None
