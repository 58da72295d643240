"""A quantity drawn in classes of colour: the one function that a new analysis needs to be drawn.

An analysis that gives a value a place (minutes, departures, a share) becomes ``Feature``s, each
with its value, and ``graded`` makes them one layer a class, with every class in the legend. Any
page takes the result::

    def travel_time(table: pd.DataFrame, language: str) -> Drawing:
        said = terms(language)
        scale = scale_of((15, 30, 45), "{:g} min", said)
        places = [
            (Feature(row.geometry, popup=Popup(row.stop_name)), row.ride_min)
            for row in table.itertuples()
        ]
        return graded("travel_time", "Ride, minutes", places, scale, said, kind="point")

    study_map(brief, extra=[lambda language: travel_time(table, language)])

A function of the language, and not a drawing, is given where the page is to hold both languages.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from transit.errors import Problem, UsageError
from transit.maps.base import Words
from transit.pages import palette
from transit.pages.content import (
    Drawing,
    Feature,
    Kind,
    Labels,
    Layer,
    LegendItem,
    PageContent,
    Pane,
    Style,
)

Extra = Drawing | Callable[[str], Drawing]
"""What a page is given besides its own: a drawing, or a function that makes it in a language."""

_PANES: dict[Kind, Pane] = {"area": "area", "line": "lines", "point": "stops"}


@dataclass(frozen=True)
class Scale:
    """Classes of a quantity, lowest first, each with the name and colour the legend gives it.

    ``breaks`` rise; a value equal to a break belongs to the class above it. There is one name and
    one colour more than breaks.
    """

    breaks: tuple[float, ...]
    names: tuple[str, ...]
    colours: tuple[str, ...]

    def __post_init__(self) -> None:
        """Raise ``UsageError`` for breaks that do not rise, or names and colours that are few."""
        problems = []
        if any(np.diff(self.breaks) <= 0) or not np.isfinite(self.breaks).all():
            fault = f"its breaks {list(self.breaks)} do not rise"
            problems.append(Problem("map scale", fault, "give rising numbers"))
        for what, given in (("names", self.names), ("colours", self.colours)):
            if len(given) != len(self.breaks) + 1:
                fault = f"{len(given)} {what} for {len(self.breaks) + 1} classes"
                problems.append(Problem("map scale", fault, "give one a class"))
        if problems:
            raise UsageError(problems)

    def rank(self, value: float) -> int:
        """The place of the class that ``value`` is in, 0 the lowest."""
        return int(np.searchsorted(self.breaks, value, side="right"))


def scale_of(
    breaks: Sequence[float], form: str, words: Words, colours: Sequence[str] = ()
) -> Scale:
    """Classes between ``breaks`` named by ``form``, such as ``"{:.0%}"`` or ``"{:g} min"``.

    Without ``colours`` a row from pale to dark that stays one for colour-blind readers. Raises
    ``UsageError`` where ``form`` writes two breaks alike: the legend would not tell them apart.
    """
    said = [form.format(one) for one in breaks]
    alike = [f"{low:g} and {high:g}" for low, high in pairwise(breaks)
             if low != high and form.format(low) == form.format(high)]  # fmt: skip
    if alike:
        fault = f"its breaks {', '.join(alike)} are written alike by {form!r}"
        raise UsageError(
            Problem("map scale", fault, "give a form with more digits, or fewer breaks")
        )
    names = [words["class_below"].format(said[0])] if said else [words["class_all"]]
    names += [words["class_between"].format(*pair) for pair in pairwise(said)]
    names += [words["class_above"].format(said[-1])] if said else []
    return Scale(tuple(breaks), tuple(names), tuple(colours) or palette.grades(len(names)))


def graded(  # noqa: PLR0913  (how a layer may be drawn)
    key: str,
    group: str,
    places: Sequence[tuple[Feature, float | None]],
    scale: Scale,
    words: Words,
    *,
    kind: Kind = "area",
    pane: Pane | None = None,
    shown: bool = True,
    labels: Labels = "none",
    label_zoom: float = 0.0,
    views: tuple[str, ...] = (),
    note: str = "",
) -> Drawing:
    """One layer a class of ``scale`` with the features in it, highest first, under ``group``.

    A class without a feature stands in the legend all the same, so that it says all of them.
    Features whose value is not known (None, NaN) or not finite are a layer of their own, drawn
    empty. Raises ``UsageError`` for values that are no numbers.
    """
    classes: dict[int, list[Feature]] = {}
    for feature, value in places:
        classes.setdefault(_rank(value, scale, key), []).append(feature)
    common: dict[str, Any] = {
        "group": group, "kind": kind, "pane": pane or _PANES[kind], "shown": shown,
        "labels": labels, "label_zoom": label_zoom, "views": views,
        "note": note or words["class_note"],
    }  # fmt: skip
    ranks = range(len(scale.names) - 1, -1, -1)
    layers = [
        Layer(f"{key}_{rank}", scale.names[rank], features=tuple(classes[rank]),
              style=graded_style(kind, scale.colours[rank]), **common)
        for rank in ranks if rank in classes
    ]  # fmt: skip
    if -1 in classes:
        layers.append(
            Layer(f"{key}_unknown", words["class_unknown"], features=tuple(classes[-1]),
                  style=palette.UNKNOWN, **common)
        )  # fmt: skip
    empty = tuple(
        LegendItem(words["class_empty"].format(group, scale.names[rank]), kind,
                   graded_style(kind, scale.colours[rank]), views=views)
        for rank in ranks if rank not in classes
    )  # fmt: skip
    return Drawing(tuple(layers), empty)


def _rank(value: float | None, scale: Scale, key: str) -> int:
    """The class of ``value``; -1 where it is not known, as infinity is no quantity of anything."""
    if value is None or pd.isna(value):
        return -1
    if isinstance(value, str) or not np.isreal(value):
        fault = f"the value {value!r} is no number"
        raise UsageError(Problem(f"map layer {key}", fault, "give numbers, None where not known"))
    return scale.rank(float(value)) if np.isfinite(value) else -1


def graded_style(kind: Kind, colour: str) -> Style:
    """How features of one class of ``colour`` are drawn."""
    if kind == "line":
        return Style(colour, 4)
    if kind == "point":
        return Style(palette.NAVY, 1.2, fill=colour, fill_opacity=1, radius=6.5)
    return Style(palette.NAVY, 1.0, fill=colour, fill_opacity=0.62)


def with_extra(content: PageContent, extra: Sequence[Extra]) -> PageContent:
    """``content`` with what other analyses draw: above its streets, below what stands on them.

    Raises ``UsageError`` for what is no drawing.
    """
    drawings = [one if isinstance(one, Drawing) else _made(one, content) for one in extra]
    text = content.text
    own = [layer for layer in content.layers if layer.pane not in ("ground", "streets")]
    base = [layer for layer in content.layers if layer.pane in ("ground", "streets")]
    added = [layer for one in drawings for layer in one.layers]
    return replace(
        content,
        layers=(*own, *added, *base),
        text=replace(
            text,
            legend=(*(item for one in drawings for item in one.legend), *text.legend),
            tables=(*(table for one in drawings for table in one.tables), *text.tables),
            notes=(*text.notes, *(note for one in drawings for note in one.notes)),
        ),
    )


def _made(one: object, content: PageContent) -> Drawing:
    made = one(content.language) if callable(one) else one
    if not isinstance(made, Drawing):
        fault = f"{type(made).__name__} is no drawing"
        raise UsageError(Problem("map extra", fault, "give a Drawing, such as graded(…) makes"))
    return made
