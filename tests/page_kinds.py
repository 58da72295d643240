"""One page of every kind the toolkit writes, of a make-believe town whose names can be any.

The town, its parks and its lines are those of ``maps_town``; the scenario of the change page
puts a stop in the park, moves line M450 to it and opens a street.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import maps_town
import town as lattice_town
from shapely import affinity
from study_town import DENSER, write_area

import transit
from transit.analysis.brief import brief
from transit.analysis.quality import quality
from transit.comparison import Comparison, compare
from transit.maps.change import change_content
from transit.maps.coverage import coverage_content
from transit.maps.network import network_content
from transit.maps.quality import quality_page
from transit.maps.rings import ring_content
from transit.maps.study import study_content
from transit.model.network import Network
from transit.model.park import Park
from transit.output import write_bytes
from transit.pages.content import PageContent
from transit.pages.page import Page, write_page
from transit.reporting.formats.page import html_text
from transit.reporting.report import report
from transit.scenario.lines import MoveOrigin
from transit.scenario.scenario import Scenario
from transit.scenario.stops import NewStop
from transit.scenario.streets import OpenStreet
from transit.terms import LANGUAGES

MAPS = ("study", "change", "rings", "coverage", "network")
PLAIN = ("quality", "report", "index")
KINDS = (*MAPS, *PLAIN)
CHANGE_VIEWS = ("before", "after", "diff", "panes", "swipe")
# Before, S6 and S3 do not stand yet and M450 starts at S5, 银星工业园; after, it starts at S6.
SHORT_M450 = {"M450": ["S5 S1 S7 S8", "S8 S7 S2 S5"]}
SIZES = ((1280, 800), (390, 844))


class Town:
    """The town with ``names``, dealt out in turn, for all that has a name; its own without any."""

    def __init__(self, names: Sequence[str] = ()) -> None:
        self._next: Callable[[str], str] = lambda own: own
        if names:
            called = itertools.cycle(names)
            self._next = lambda own: next(called)
        places = (*maps_town.STOP_PLACES, *maps_town.COURSES)
        self._stops = {key: self._next(key) for key in places} if names else {}
        self._streets = {name: self._next(name) for name, _ in maps_town.NAMED.values()}
        self._sources = tuple(self._next(own) for own in maps_town.network().sources)
        self._stations = [self._next(own) for own in maps_town.stations()["station_name"]]
        self.area = self._next("虚构小镇")
        self.title = self._next("M450 延伸至园内始发")
        self.source = self._next("虚构答复")
        self.street, self.stop = self._next("园区联络路"), self._next("银星科技园公交首末站")
        self.parks = (self._park("P1", "银星科技园区", 0), self._park("P2", "东园", 500))

    def _park(self, park_id: str, own: str, east: float) -> Park:
        base = maps_town.park(self._next(own))
        gates = base.gates.assign(
            park_id=park_id, gate_name=[self._next(one) for one in base.gates["gate_name"]]
        )
        return replace(
            base, park_id=park_id, gates=gates, source=self._next(base.source),
            point=affinity.translate(base.point, east), outline=affinity.translate(
                base.outline, east),
        )  # fmt: skip

    def network(self, **changes: object) -> Network:
        """The network; ``changes`` as for ``maps_town.network``."""
        made = maps_town.network(self._stops, **changes)
        named = made.streets.edges["street_name"].map(lambda own: self._streets.get(own, own))
        return replace(
            made, name=self.area, sources=self._sources,
            streets=replace(made.streets, edges=made.streets.edges.assign(street_name=named)),
            stations=made.stations.assign(station_name=self._stations),
        )  # fmt: skip

    def compared(self) -> Comparison:
        """A stop in the park, M450 moved to it, and a street opened, seen from the first park."""
        before = self.network(courses=SHORT_M450, without=("S3", "S6"))
        ((lon, lat),) = maps_town.degrees([(800, 800)])
        points = [tuple(place) for place in maps_town.degrees([(300, 600), (300, 800)])]
        marks = {"datum": "WGS-84", "indicative": True, "year": 2026, "source": self.source}
        changes = (
            NewStop(stop_id="S6", stop_name=self.stop, lon=lon, lat=lat, **marks),
            MoveOrigin(line="M450", from_stop="S5", to_stop="S6", source=self.source),
            OpenStreet(way_id="n1", name=self.street, points=points, who="both", oneway=True,
                       **marks),
        )  # fmt: skip
        scenario = Scenario("m450", changes, self.title, self.source)
        return compare(before, scenario, self.parks[0])


@cache
def own_town() -> Town:
    """The town with its own names."""
    return Town()


@cache
def contents(kind: str, town: Town) -> list[PageContent]:
    """The content of a map page in every language, Chinese first."""
    if kind == "change":
        case = town.compared().cases[0]
        return [change_content(case, language=one) for one in LANGUAGES]
    network, park = town.network(), town.parks[0]
    if kind == "network":
        return [network_content(network, language=one) for one in LANGUAGES]
    if kind == "rings":
        return [ring_content(network, park, language=one) for one in LANGUAGES]
    found = brief(network, park)
    if kind == "study":
        return [study_content(found, language=one) for one in LANGUAGES]
    both = [found, brief(network, town.parks[1])]
    return [coverage_content(both, language=one) for one in LANGUAGES]


def written_once(folder: Path, town: Town | None = None) -> Callable[[str], Path]:
    """A function that gives the page of a kind: written to ``folder`` when first asked for."""
    return cache(lambda kind: write_kind(kind, folder, town))


def write_kind(kind: str, folder: Path, town: Town | None = None) -> Path:
    """The page of ``kind`` in ``folder``: of the town with its own names, or of ``town``."""
    path = folder / f"{kind}.html"
    named = town or own_town()
    if kind == "index":
        return _index(folder)
    if kind in MAPS:
        return write_page(path, Page(contents(kind, named)))
    return write_bytes(path, _plain(kind, named).encode("utf-8"))


def _plain(kind: str, town: Town) -> str:
    if kind == "quality":
        return quality_page(quality(town.network(), town.parks[:1]))
    return html_text(report(town.compared()))


def _index(folder: Path) -> Path:
    """The index of one park, one limit and one scenario; ``test_study_index`` has larger ones."""
    area = write_area(folder / "area", "west", [lattice_town.park()], {"denser": DENSER})
    study = transit.Study(
        study="one case", areas=(str(area),), limits_m=(200,),
        measures=("lines_within_outline", "vehicles"),
    )  # fmt: skip
    transit.run(study, folder / "out")
    return folder / "out" / "index.html"
