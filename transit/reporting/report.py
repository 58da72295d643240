"""The report: a reply to a planner's question, built once from briefs and comparisons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version

from transit.analysis.assumptions import Assumptions
from transit.analysis.brief import Brief
from transit.analysis.zones import EVENLY
from transit.comparison import Comparison
from transit.errors import Problem, UsageError
from transit.maps.change import change_maps
from transit.maps.rings import ring_map
from transit.maps.study import study_map
from transit.output import free_name
from transit.pages.encode import beijing_time
from transit.pages.page import Page
from transit.reporting.chapters import Shares, chapters
from transit.reporting.content import Quantity, Report, ReportTable
from transit.reporting.data import data_tables
from transit.reporting.outcome import scenario_sentences
from transit.reporting.resting import origins, resting
from transit.reporting.sentences import asked, state_sentences
from transit.reporting.shares import attributed, shares_sentences
from transit.reporting.state import rings_of
from transit.terms import DEFAULT, spoken, terms
from transit.units import clock_of

Words = Mapping[str, str]
Found = Comparison | Brief | Sequence[Brief]
_PACKAGE = "transit-access"
_COSTS = ("vehicles", "vehicle_km", "vehicle_hours", "cycle_min", "headway_min", "commercial_kmh",
          "directness")  # fmt: skip
_MEASURES = ("share_straight", "share_walk", "buses_per_hour", "buses_per_hour_walk",
             "lines_starting", "districts_reached", "stations_reached")  # fmt: skip


def report(
    found: Found, *, question: str = "", title: str = "", made_at: datetime | None = None,
    language: str = DEFAULT,
) -> Report:  # fmt: skip
    """The reply to ``question`` out of a comparison, or out of one or several briefs.

    Without a question it is made from the parks and scenarios. ``made_at`` (with a time zone) is
    printed in Beijing time; without it no time is, and equal inputs give byte-equal files. Write it
    with ``transit.write_report``. Raises ``UsageError`` for no brief, briefs of several networks
    or limits, and a language without texts.

    >>> import transit
    >>> area = transit.read_area(transit.bundled_area())
    >>> reply = transit.report(transit.brief(area.network, area.parks[0]), language="en")
    >>> reply.tables[0].caption
    'Stops and lines within 500 m'
    """
    said = terms(language)
    compared = found if isinstance(found, Comparison) else None
    briefs = _briefs(found)
    shares = _shares(compared)
    pages, page_titles = _pages(briefs, compared, made_at, language)
    names = [one.park.park_name for one in briefs]
    scenarios = compared.scenarios if compared else ()
    limit_m = briefs[0].limit_m
    return Report(
        title=title or said["reply_title"].format(said["said_joiner"].join(names)),
        subtitle=said["reply_subtitle"].format(briefs[0].network.name, limit_m),
        question=question or asked(names, scenarios, limit_m, said),
        answer=tuple(_answer(briefs, compared, shares, language)),
        chapters=tuple(chapters(briefs, compared, shares, language)),
        definitions=tuple(_definitions(briefs[0], compared, said)),
        assumptions=resting(_assumptions(briefs, compared, language)),
        sources=tuple(_sources(briefs, compared)),
        facts=tuple(_facts(briefs[0], compared, made_at, said)),
        origins=origins(briefs, compared, said),
        data=data_tables(briefs, compared, language),
        pages=pages, page_titles=page_titles, made_at=made_at, language=language,
        opening=(said["reply_number"], said["reply_to"]), closing=_closing(made_at, said),
    )  # fmt: skip


def _closing(made_at: datetime | None, said: Words) -> tuple[str, ...]:
    """Who sends it, whom to ask, and the day in Beijing; a place to fill in where not known."""
    day = beijing_time(made_at).partition(" ")[0]
    dated = said["reply_date"].format(day) if day else said["reply_date_open"]
    return said["reply_from"], said["reply_contact"], dated


def _shares(compared: Comparison | None) -> Shares:
    scenarios = compared.scenarios if compared else ()
    return {one.name: attributed(compared, one) for one in scenarios}  # type: ignore[arg-type]


def _briefs(found: Found) -> list[Brief]:
    if isinstance(found, Comparison):
        return list(found.before)
    briefs = [found] if isinstance(found, Brief) else list(found)
    if not briefs:
        raise UsageError(Problem("report", "no brief is given", "give one brief a park"))
    return briefs


def _pages(
    briefs: Sequence[Brief], compared: Comparison | None, made_at: datetime | None, language: str
) -> tuple[dict[str, Page], dict[str, str]]:
    """The HTML maps by file name without ending, and what links to them say."""
    said = terms(language)
    names = said["said_joiner"].join(one.park.park_name for one in briefs)
    pages = {"study": study_map(briefs, made_at=made_at, language=language)}
    titles = {"study": said["study_title"].format(names)}
    if len(briefs[0].network.feed.stops):
        parks = [one.park for one in briefs]
        pages["rings"] = ring_map(
            briefs[0].network, parks, limits_m=rings_of(briefs[0]), made_at=made_at,
            language=language,
        )  # fmt: skip
        titles["rings"] = said["rings_title"].format(names)
    changes = change_maps(compared, made_at=made_at, language=language) if compared else {}
    for scenario, page in changes.items():
        name = free_name(scenario, pages)
        pages[name] = page
        titles[name] = page.content.text.title
    return pages, titles


def _answer(
    briefs: Sequence[Brief], compared: Comparison | None, shares: Shares, language: str
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Headings with sentences: each scenario with its verdict first, then the state."""
    said = terms(language)
    for scenario in compared.scenarios if compared else ():
        lead = said["reply_scenario"].format(scenario.title or scenario.name)
        told = scenario_sentences(compared, scenario, language)  # type: ignore[arg-type]
        yield lead, (*told, *shares_sentences(shares[scenario.name], language))
    for one in briefs:
        lead = said["reply_state_of"].format(one.park.park_name)
        yield lead, state_sentences(one, language)


def _definitions(one: Brief, compared: Comparison | None, said: Words) -> Iterator[tuple[str, str]]:
    for within in one.definitions["within"]:
        yield (said[f"said_within_{within}"], said[f"reply_means_{within}"].format(one.limit_m))
    yield said["definition"], said["definition_text"].format(one.limit_m, one.access_m)
    measures = _MEASURES + (_COSTS if compared else ())
    for name in measures:
        means, over = said[f"measure_{name}.means"], said.get(f"measure_{name}.of", "")
        yield said[f"measure_{name}"], said["reply_over"].format(means, over) if over else means
    yield said["reply_change_points_term"], said["reply_means_points"]
    yield said["indicative"], said["indicative_long"]


def _assumptions(
    briefs: Sequence[Brief], compared: Comparison | None, language: str
) -> ReportTable:
    """What is assumed or not surveyed: values of operation, and facts of the data marked so."""
    said = terms(language)
    given = compared.assumptions if compared else Assumptions()
    table = given.table()
    table = table[table["applies"]] if compared else table[:0]
    rows = [
        (spoken(row.meaning, language), Quantity(row.value, 2 if row.value % 1 else 0),
         said.get(f"unit_{row.unit}", row.unit), spoken(row.source, language))
        for row in table.itertuples()
    ]  # fmt: skip
    marks = list(table["indicative"].astype(bool))
    doubtful = list(_doubtful(briefs, said))
    if compared and compared.zones is not None:
        zones = Quantity(len(compared.zones.table))
        source = spoken(EVENLY, language)
        doubtful.append((said["reply_item_zones"], zones, said["reply_zones"], source))
    header = ("reply_item", "value", "said_unit", "source")
    return ReportTable(
        "assumptions", said["reply_assumptions"], tuple(said[name] for name in header),
        (*rows, *doubtful), said["reply_def_assumptions"],
        marked=(*marks, *(True for _ in doubtful)), widths=(42, 11, 16, 31),
    )  # fmt: skip


def _doubtful(briefs: Sequence[Brief], said: Words) -> Iterator[tuple[str, Quantity, str, str]]:
    """How much of each kind of fact is indicative."""
    network = briefs[0].network
    for one in briefs:
        if one.park.indicative:
            name = said["reply_item_outline"].format(one.park.park_name)
            yield name, Quantity(one.park.area_m2 / 1e4, 1), said["reply_hectares"], one.park.source
    kinds = {
        "gates": [one.park.gates for one in briefs], "streets": [network.streets.edges],
        "stops": [network.feed.stops], "lines": [network.feed.routes],
        "headways": [network.feed.frequencies],
    }  # fmt: skip
    for kind, tables in kinds.items():
        marked = sum(int(table["indicative"].astype(bool).sum()) for table in tables)
        if marked:
            source = "; ".join(sorted({
                str(text) for table in tables
                for text in table.loc[table["indicative"].astype(bool), "source"].unique() if text
            })[:_SOURCES_NAMED])  # fmt: skip
            every = sum(len(table) for table in tables)
            yield (said[f"reply_item_{kind}"], Quantity(marked),
                   said["reply_of_count"].format(every), source)  # fmt: skip


def _sources(briefs: Sequence[Brief], compared: Comparison | None) -> list[str]:
    found = list(briefs[0].network.sources)
    for network in compared.networks if compared else ():
        found += network.sources
    found += [f"{one.park.park_name}: {one.park.source}" for one in briefs if one.park.source]
    scenarios = compared.scenarios if compared else ()
    found += [f"{one.title or one.name}: {one.source}" for one in scenarios if one.source]
    return list(dict.fromkeys(found))


def _facts(
    one: Brief, compared: Comparison | None, made_at: datetime | None, said: Words
) -> Iterator[tuple[str, str]]:
    """What it takes to make the same report again."""
    network = one.network
    if made_at is not None:
        yield said["made_at"], beijing_time(made_at)
    yield said["reply_program"], f"{_PACKAGE} {_version()}"
    yield said["reply_network"], network.name
    yield said["reply_fingerprint"], network.fingerprint()
    if compared:
        for scenario, after in zip(compared.scenarios, compared.networks, strict=True):
            yield said["reply_fingerprint_of"].format(scenario.name), after.fingerprint()
    yield said["crs"], network.crs
    yield said["datum"], "WGS-84"
    yield said["reply_limit"], f"{one.limit_m:g} m"
    if network.streets.has_hours:
        yield said["reply_clock"], clock_of(network.streets.clock)[:5]


def _version() -> str:
    try:
        return version(_PACKAGE)
    except PackageNotFoundError:
        return "?"


_SOURCES_NAMED = 3
