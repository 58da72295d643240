"""What public transport does this industrial park have, and what does changing a line do?

The names below are loaded when first used, so that ``import transit`` stays fast.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from transit.analysis.assumptions import Assumptions
    from transit.analysis.brief import Brief, brief, briefs
    from transit.analysis.catchment import (
        Catchment,
        line_catchment,
        park_catchment,
        stop_catchment,
    )
    from transit.analysis.coverage import coverage, marginal_coverage
    from transit.analysis.hops import course_quality, hops
    from transit.analysis.loads import Bottleneck, bottleneck, loads, loads_frame
    from transit.analysis.metrics import metrics
    from transit.analysis.operation import operation, run_times
    from transit.analysis.operation_changes import course_changes, operation_changes
    from transit.analysis.overlap import common_stops, overlap
    from transit.analysis.quality import Limits, Quality, quality
    from transit.analysis.unit_costs import UnitCosts
    from transit.analysis.zones import zone_coverage, zone_service, zone_totals
    from transit.attribution.attribute import Attribution, attribute
    from transit.attribution.shares import Sampling
    from transit.card import table_card
    from transit.comparison import Comparison, compare
    from transit.editor.opening import edit
    from transit.errors import DataError, TransitError, UsageError
    from transit.exporting import Content, export
    from transit.exporting.graph import to_networkx
    from transit.maps.change import change_map
    from transit.maps.coverage import coverage_map
    from transit.maps.graded import graded, scale_of
    from transit.maps.network import network_map
    from transit.maps.rings import ring_map
    from transit.maps.study import study_map
    from transit.model.cut import cut
    from transit.model.differences import network_differences
    from transit.model.feed import Feed
    from transit.model.network import Network
    from transit.model.park import Park
    from transit.model.places import Places
    from transit.model.streets import Streets
    from transit.model.zones import Zones
    from transit.notice.between import Between, scenario_between
    from transit.notice.placing import Place
    from transit.notice.reading import Reading, read_notice
    from transit.notice.writing import Notice, notice_of
    from transit.pages.content import Drawing
    from transit.pages.page import write_page
    from transit.pages.tiles import Tiles, gaode_tiles, osm_tiles, tianditu_tiles, url_tiles
    from transit.reporting.content import Report
    from transit.reporting.report import report
    from transit.reporting.writing import write_report
    from transit.scenario.add_line import AddLine
    from transit.scenario.barriers import CloseStopSide, PutBarrier
    from transit.scenario.diff import ScenarioDiff, diff_scenarios
    from transit.scenario.files import read_scenario, write_scenario
    from transit.scenario.headway import ChangeDwell, ChangeHeadway, ChangeSpeed
    from transit.scenario.json_schema import scenario_schema
    from transit.scenario.lines import ExtendLine, MoveOrigin, Reroute, ReverseLine, TruncateLine
    from transit.scenario.merge import MergeLines
    from transit.scenario.scenario import Scenario
    from transit.scenario.span import AddPeriod, ChangeSpan, RemovePeriod
    from transit.scenario.stops import MoveStop, NewStop, RemoveStop, RenameStop
    from transit.scenario.streets import (
        ChangeStreetSpeed,
        CloseStreet,
        OpenStreet,
        RestrictStreet,
    )
    from transit.scenario.whole_lines import RemoveLine, SplitLine
    from transit.search.catalogue import Budget, Catalogue, proposed_places
    from transit.search.suggest import suggest
    from transit.search.suggestions import Suggestions
    from transit.sources.area import Area, bundled_area, read_area
    from transit.sources.consolidate import Consolidation, consolidate
    from transit.sources.datum_fit import (
        DatumFit,
        TrustedLayer,
        datum_fit,
        parts_in_another_datum,
        written_as,
    )
    from transit.sources.geopackage import read_gpkg
    from transit.sources.gtfs import GtfsReading, read_gtfs, validate_gtfs, write_gtfs
    from transit.sources.importing import Draft, draft_of_feeds, draft_of_table, read_site
    from transit.sources.osm import from_osm, from_overpass, read_osm, read_overpass
    from transit.sources.osm.overpass import LiveOptions
    from transit.sources.tables import (
        Facts,
        PlacesReading,
        VisitsReading,
        read_places,
        read_visits,
    )
    from transit.sources.zones import read_zones
    from transit.study.files import read_study, study_schema
    from transit.study.results import StudyResults
    from transit.study.run import run
    from transit.study.study import Study
    from transit.terms import readable

_HOME = {
    "Assumptions": "analysis.assumptions",
    "UnitCosts": "analysis.unit_costs",
    "Brief": "analysis.brief",
    "brief": "analysis.brief",
    "briefs": "analysis.brief",
    "Catchment": "analysis.catchment",
    "line_catchment": "analysis.catchment",
    "park_catchment": "analysis.catchment",
    "stop_catchment": "analysis.catchment",
    "coverage": "analysis.coverage",
    "marginal_coverage": "analysis.coverage",
    "course_quality": "analysis.hops",
    "hops": "analysis.hops",
    "Bottleneck": "analysis.loads",
    "bottleneck": "analysis.loads",
    "loads": "analysis.loads",
    "loads_frame": "analysis.loads",
    "metrics": "analysis.metrics",
    "operation": "analysis.operation",
    "run_times": "analysis.operation",
    "course_changes": "analysis.operation_changes",
    "operation_changes": "analysis.operation_changes",
    "common_stops": "analysis.overlap",
    "overlap": "analysis.overlap",
    "Limits": "analysis.quality",
    "Quality": "analysis.quality",
    "quality": "analysis.quality",
    "zone_coverage": "analysis.zones",
    "zone_service": "analysis.zones",
    "zone_totals": "analysis.zones",
    "Attribution": "attribution.attribute",
    "attribute": "attribution.attribute",
    "Sampling": "attribution.shares",
    "table_card": "card",
    "Comparison": "comparison",
    "compare": "comparison",
    "DataError": "errors",
    "TransitError": "errors",
    "UsageError": "errors",
    "Content": "exporting",
    "export": "exporting",
    "to_networkx": "exporting.graph",
    "change_map": "maps.change",
    "Drawing": "pages.content",
    "coverage_map": "maps.coverage",
    "graded": "maps.graded",
    "scale_of": "maps.graded",
    "ring_map": "maps.rings",
    "study_map": "maps.study",
    "Tiles": "pages.tiles",
    "gaode_tiles": "pages.tiles",
    "osm_tiles": "pages.tiles",
    "tianditu_tiles": "pages.tiles",
    "url_tiles": "pages.tiles",
    "network_map": "maps.network",
    "write_page": "pages.page",
    "cut": "model.cut",
    "Feed": "model.feed",
    "Network": "model.network",
    "Park": "model.park",
    "Places": "model.places",
    "Streets": "model.streets",
    "Zones": "model.zones",
    "Between": "notice.between",
    "scenario_between": "notice.between",
    "Place": "notice.placing",
    "Reading": "notice.reading",
    "read_notice": "notice.reading",
    "Notice": "notice.writing",
    "notice_of": "notice.writing",
    "network_differences": "model.differences",
    "Report": "reporting.content",
    "report": "reporting.report",
    "write_report": "reporting.writing",
    "ScenarioDiff": "scenario.diff",
    "diff_scenarios": "scenario.diff",
    "read_scenario": "scenario.files",
    "write_scenario": "scenario.files",
    "scenario_schema": "scenario.json_schema",
    "AddLine": "scenario.add_line",
    "CloseStopSide": "scenario.barriers",
    "PutBarrier": "scenario.barriers",
    "ChangeDwell": "scenario.headway",
    "ChangeHeadway": "scenario.headway",
    "ChangeSpeed": "scenario.headway",
    "ExtendLine": "scenario.lines",
    "MoveOrigin": "scenario.lines",
    "Reroute": "scenario.lines",
    "ReverseLine": "scenario.lines",
    "TruncateLine": "scenario.lines",
    "MergeLines": "scenario.merge",
    "Scenario": "scenario.scenario",
    "AddPeriod": "scenario.span",
    "ChangeSpan": "scenario.span",
    "RemovePeriod": "scenario.span",
    "MoveStop": "scenario.stops",
    "NewStop": "scenario.stops",
    "RemoveStop": "scenario.stops",
    "RenameStop": "scenario.stops",
    "ChangeStreetSpeed": "scenario.streets",
    "CloseStreet": "scenario.streets",
    "OpenStreet": "scenario.streets",
    "RestrictStreet": "scenario.streets",
    "RemoveLine": "scenario.whole_lines",
    "SplitLine": "scenario.whole_lines",
    "Budget": "search.catalogue",
    "Catalogue": "search.catalogue",
    "proposed_places": "search.catalogue",
    "suggest": "search.suggest",
    "Suggestions": "search.suggestions",
    "Area": "sources.area",
    "bundled_area": "sources.area",
    "DatumFit": "sources.datum_fit",
    "TrustedLayer": "sources.datum_fit",
    "datum_fit": "sources.datum_fit",
    "parts_in_another_datum": "sources.datum_fit",
    "written_as": "sources.datum_fit",
    "read_area": "sources.area",
    "Consolidation": "sources.consolidate",
    "consolidate": "sources.consolidate",
    "read_gpkg": "sources.geopackage",
    "GtfsReading": "sources.gtfs",
    "read_gtfs": "sources.gtfs",
    "validate_gtfs": "sources.gtfs",
    "write_gtfs": "sources.gtfs",
    "Facts": "sources.tables",
    "PlacesReading": "sources.tables",
    "VisitsReading": "sources.tables",
    "read_places": "sources.tables",
    "read_visits": "sources.tables",
    "read_zones": "sources.zones",
    "Draft": "sources.importing",
    "draft_of_feeds": "sources.importing",
    "draft_of_table": "sources.importing",
    "read_site": "sources.importing",
    "read_study": "study.files",
    "study_schema": "study.files",
    "StudyResults": "study.results",
    "run": "study.run",
    "Study": "study.study",
    "from_osm": "sources.osm",
    "from_overpass": "sources.osm",
    "read_osm": "sources.osm",
    "read_overpass": "sources.osm",
    "LiveOptions": "sources.osm.overpass",
    "readable": "terms",
    "edit": "editor.opening",
}
__all__ = list(_HOME)


def __getattr__(name: str) -> Any:  # noqa: ANN401
    if name not in _HOME:
        raise AttributeError(f"module 'transit' has no attribute {name!r}")
    return getattr(import_module(f"transit.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])
