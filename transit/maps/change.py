"""The change page: before, after, the difference, and both sides at once as panes or a swipe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import pandas as pd
import shapely

from transit.analysis.brief import Brief
from transit.comparison import Case, Comparison, ledger_of
from transit.errors import Problem, UsageError
from transit.ledger import verdict
from transit.maps.areas import area_layers
from transit.maps.base import (
    Words,
    first_view,
    general_legend,
    ground_layers,
    park_layers,
    station_layer,
)
from transit.maps.change_layers import change_area_layers, change_line_layers, change_stop_layers
from transit.maps.change_shares import Shared, share_tables, shares_of
from transit.maps.change_tables import change_tables
from transit.maps.changed import HAIR_M, every_route, stop_changes
from transit.maps.effects import Rows
from transit.maps.facts import fact_tables
from transit.maps.graded import Extra, with_extra
from transit.maps.lines import dated, line_layers, near_route_ids, straight_legend
from transit.maps.steps import Makers, Steps, steps_of
from transit.maps.stops import stop_layers
from transit.maps.street_layers import (
    change_street_layers,
    change_street_tables,
    changed_ground,
)
from transit.maps.study import notes
from transit.pages.content import (
    ChangeItem,
    Layer,
    Layout,
    LegendItem,
    PageContent,
    PageText,
    Style,
    View,
)
from transit.pages.page import Page
from transit.pages.palette import CANCELLED_DASH
from transit.pages.tiles import Tiles
from transit.pages.words import languages, words
from transit.scenario.scenario import Scenario
from transit.scenario.words import change_titles, is_indicative
from transit.units import unproject

_SIDES = ("before", "after")
_TOLD = ("diff", "panes", "swipe")
"""The views beside which the tables of changes stand."""

NEAR_M = 800.0
"""Changed stops this near to a park, in metres, are in the first view."""


@dataclass(frozen=True, eq=False)
class Worked:
    """What a change page needs to know of its changes one by one, in whatever language."""

    steps: Steps
    ledger: pd.DataFrame
    shared: Shared

    @classmethod
    def out(cls, cases: Sequence[Case]) -> Worked:
        """Worked out of the cases of one scenario."""
        sides = [case.before for case in cases], [case.after for case in cases]
        return cls(steps_of(cases[0].scenario, *sides), ledger_of(cases), shares_of(cases))


def change_maps(
    comparison: Comparison,
    *,
    made_at: datetime | None = None,
    language: str = "zh-CN",
    tiles: Tiles | None = None,
) -> dict[str, Page]:
    """One change page a scenario of ``comparison``, by the scenario's name."""
    return {
        scenario.name: change_map(
            [case for case in comparison.cases if case.scenario is scenario],
            made_at=made_at,
            language=language,
            tiles=tiles,
        )
        for scenario in comparison.scenarios
    }


def change_map(
    cases: Case | Sequence[Case],
    *,
    made_at: datetime | None = None,
    language: str = "zh-CN",
    tiles: Tiles | None = None,
    extra: Sequence[Extra] = (),
) -> Page:
    """The page of one scenario seen from one or several parks, as a folium map.

    Buttons switch between before, after, the difference (shown first), both sides beside one
    another in step, and one over the other with a divider.
    ``made_at``, ``language``, ``tiles`` and ``extra`` as in ``study_map``; a drawing names the
    views it is for, such as ``diff``. Raises ``UsageError`` for cases of several scenarios.
    """
    found = _cases(cases)
    worked = Worked.out(found)
    contents = [
        with_extra(change_content(found, made_at=made_at, language=one, worked=worked), extra)
        for one in languages(language)
    ]
    return Page(contents, tiles=tiles)


def change_content(
    cases: Case | Sequence[Case],
    *,
    made_at: datetime | None = None,
    language: str = "zh-CN",
    worked: Worked | None = None,
) -> PageContent:
    """What the change page shows, as plain values; ``worked`` of these cases, if it is at hand."""
    found = _cases(cases)
    worked = worked or Worked.out(found)
    steps = worked.steps
    said = words(language)
    before, after = steps.briefs[0], steps.briefs[-1]
    ranks = _ranks(before, after)
    changes = _changes(found[0].scenario, steps, language)

    def made_by(makers: Makers) -> Rows:
        names = said["made_by_and"].join(changes[place].name for place in makers)
        return ((said["made_by"], names),) if names else ()

    layers = [
        *park_layers([case.park for case in found], said),
        *change_area_layers(steps, said, made_by),
        *reversed(change_stop_layers(steps, worked.ledger, said, made_by)),
        *change_line_layers(steps, said, ranks, made_by),
        *change_street_layers(steps, said, made_by),
        *_side(before, "before", said, ranks),
        *_side(after, "after", said, ranks),
        *station_layer(after[0].network, said),
        *_ground(before[0], after[0], said),
    ]
    text = _text(found, worked, said, made_at, language)
    return PageContent(
        text, tuple(layers), _bounds(found), _views(said), start="diff", language=language,
        changes=changes,
    )  # fmt: skip


def _cases(cases: Case | Sequence[Case]) -> list[Case]:
    found = [cases] if isinstance(cases, Case) else list(cases)
    _check(found)
    return found


def _changes(scenario: Scenario, steps: Steps, language: str) -> tuple[ChangeItem, ...]:
    """The changes that can be looked at one by one; none where there is only one."""
    titles = change_titles(scenario, language) if steps.many else []
    return tuple(
        ChangeItem(title, is_indicative(change))
        for title, change in zip(titles, scenario.changes, strict=False)
    )


def _ranks(before: Sequence[Brief], after: Sequence[Brief]) -> list[str]:
    """Every line in the order in which lines are given colours: those near a park first."""
    near = sorted({*near_route_ids(before), *near_route_ids(after)})
    return list(dict.fromkeys([*near, *every_route(before[0].network, after[0].network)]))


def _views(said: Words) -> tuple[View, ...]:
    one = tuple(View(key, said[key], said[f"note_{key}"]) for key in (*_SIDES, "diff"))
    both: tuple[Layout, ...] = ("panes", "swipe")
    return one + tuple(View(key, said[key], said[f"note_{key}"], _SIDES, key) for key in both)


def _side(briefs: Sequence[Brief], view: str, said: Words, ranks: Sequence[str]) -> list[Layer]:
    """The layers of the study page for one side; of the areas only that of the stops is shown."""
    areas = [
        replace(layer, shown=layer.key in ("stops_area_walk", "park_area_straight"))
        for layer in area_layers(briefs, said)
    ]
    layers = [*areas, *reversed(stop_layers(briefs, said)), *line_layers(briefs, said, ranks)]
    return [replace(layer, key=f"{view}_{layer.key}", views=(view,)) for layer in layers]


def _ground(before: Brief, after: Brief, said: Words) -> list[Layer]:
    """The streets, once where the scenario left them as they were."""
    old, new = before.network, after.network
    if old.streets.fingerprint() == new.streets.fingerprint():
        return ground_layers(new, said)
    sides = ((old, "before", ("before",)), (new, "after", ("after", "diff")))
    return [
        replace(layer, key=f"{side}_{layer.key}", views=views)
        for network, side, views in sides
        for layer in ground_layers(network, said)
    ]


def _text(
    cases: Sequence[Case], worked: Worked, said: Words, made_at: datetime | None, language: str
) -> PageText:
    scenario = cases[0].scenario
    before, after = [case.before for case in cases], [case.after for case in cases]
    first = after[0]
    parks = said["said_joiner"].join(case.park.park_name for case in cases)
    basis = (said["scenario_source"].format(scenario.source),) if scenario.source else ()
    sides = ((before, "before"), (after, "after"))
    tables = [
        replace(table, views=(view,))
        for briefs, view in sides
        for one in briefs
        for table in fact_tables(one, said, briefs)
    ]
    told = [
        *change_tables(before, after, said),
        *share_tables(cases, worked.shared, said, language),
        *change_street_tables(before[0].network, first.network, said),
    ]
    return PageText(
        title=scenario.title or said["change_title"].format(scenario.name),
        subtitle=dated("change_subtitle", parks, before[0].network, first.limit_m, said),
        sources=tuple(dict.fromkeys(before[0].network.sources + first.network.sources)),
        notes=(*basis, *notes(after, said), said["note_hairs"].format(HAIR_M)),
        definition=said["definition_text"].format(first.limit_m, first.access_m),
        crs=first.network.crs,
        made_at=made_at,
        lead=_lead(worked.ledger, said, language),
        tables=(*(replace(table, views=_TOLD) for table in told), *tables),
        legend=(*_legend(said), *straight_legend(first.network, said)),
    )


def _lead(ledger: pd.DataFrame, said: Words, language: str) -> str:
    """The verdict, and what its stars mean where it has any."""
    text = verdict(ledger, language)
    return text + said["lead_mark"] if "*" in text else text


def _legend(said: Words) -> tuple[LegendItem, ...]:
    """The general signs, and the long dashes of what is cancelled beside the short ones."""
    style = Style("#6d747b", 2.2, dash=CANCELLED_DASH)
    cancelled = LegendItem(said["legend_cancelled"], "line", style, views=("diff",))
    return (*general_legend(said, "legend_dashed_short"), cancelled)


def _bounds(cases: Sequence[Case]) -> tuple[float, float, float, float]:
    """The first view of the parks, and what changed near them."""
    old, new = cases[0].before.network, cases[0].after.network
    parks = [case.park for case in cases]
    outlines = shapely.union_all([park.outline for park in parks])
    changed = [
        side.stop_xy[side.stop_row[change.stop_id]]
        for change in stop_changes(old, new)
        for side in (old, new)
        if change.status != "same" and change.stop_id in side.stop_row
    ]
    streets = shapely.get_coordinates(changed_ground(old, new))
    xy = np.concatenate([np.asarray(changed).reshape(-1, 2), streets])
    near = xy[shapely.dwithin(shapely.points(xy), outlines, NEAR_M)]
    lonlat = unproject(near, new.crs)
    view = np.array(first_view(parks, cases[0].before.limit_m))
    corners = np.vstack([view.reshape(2, 2), lonlat])
    (west, south), (east, north) = corners.min(axis=0), corners.max(axis=0)
    return float(west), float(south), float(east), float(north)


def _check(cases: Sequence[Case]) -> None:
    where = "change map"
    if not cases:
        raise UsageError(Problem(where, "no case is given", "give one case a park"))
    names = sorted({case.scenario.name for case in cases})
    if len(names) > 1:
        fault = f"its cases are of several scenarios: {names}"
        raise UsageError(Problem(where, fault, "make one map a scenario, as change_maps does"))
