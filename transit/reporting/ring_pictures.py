"""Pictures of the rings round the stops: by walking and straight, before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from transit.analysis.brief import Brief
from transit.comparison import Case
from transit.maps.rings import ring_content
from transit.pages.content import PageContent
from transit.reporting.drawing.picture import Picture
from transit.reporting.drawing.sheet import Sheet
from transit.reporting.figures import map_picture, pair_picture
from transit.reporting.state import rings_of
from transit.terms import terms

_BANDS = "ring_stops_{}_"
_KINDS = ("walk", "straight")


def state_rings(briefs: Sequence[Brief], language: str) -> tuple[Picture, ...]:
    """The rings round the stops near the parks, by walking and straight; none without stops."""
    said = terms(language)
    content = _content(briefs, language)
    known = [kind for kind in _KINDS if _has(content, kind)]
    if not known:
        return ()
    caption = said["reply_figure_ring_map"].format(_limits(briefs[0], said))
    return (_picture("rings-map", caption, _titled(content, known, said), said),)


def scenario_rings(cases: Sequence[Case], key: str, language: str) -> tuple[Picture, ...]:
    """The rings before and after one scenario, by walking, or straight where no walk is known."""
    said = terms(language)
    sides = [_content([getattr(case, side) for case in cases], language)
             for side in ("before", "after")]  # fmt: skip
    known = [kind for kind in _KINDS if all(_has(content, kind) for content in sides)]
    if not known:
        return ()
    kind = known[0]
    limits = _limits(cases[0].before, said)
    caption = said[f"reply_figure_ring_map_{kind}"].format(limits)
    shown = {said[name]: Sheet(_of(content, kind))
             for name, content in zip(("before", "after"), sides, strict=True)}  # fmt: skip
    return (_picture(f"rings-map-{key}", caption, shown, said),)


def _picture(
    key: str, caption: str, shown: Mapping[str, Sheet], said: Mapping[str, str]
) -> Picture:
    if len(shown) == 1:
        (sheet,) = shown.values()
        return map_picture(key, caption, sheet.content, said)
    return pair_picture(key, caption, shown, said)


def _titled(
    content: PageContent, kinds: Sequence[str], said: Mapping[str, str]
) -> Mapping[str, Sheet]:
    return {said[f"rings_stops_{kind}"]: Sheet(_of(content, kind)) for kind in kinds}


def _content(briefs: Sequence[Brief], language: str) -> PageContent:
    network, parks = briefs[0].network, [one.park for one in briefs]
    return ring_content(network, parks, limits_m=rings_of(briefs[0]), language=language)


def _has(content: PageContent, kind: str) -> bool:
    return any(layer.key.startswith(_BANDS.format(kind)) for layer in content.layers)


def _of(content: PageContent, kind: str) -> PageContent:
    """``content`` with the bands of one kind, and of no other, to be seen."""
    layers = tuple(
        replace(layer, shown=layer.key.startswith(_BANDS.format(kind)))
        if layer.key.startswith("ring_") else layer
        for layer in content.layers
    )  # fmt: skip
    return replace(content, layers=layers)


def _limits(one: Brief, said: Mapping[str, str]) -> str:
    return " / ".join(f"{limit:g}" for limit in rings_of(one))
