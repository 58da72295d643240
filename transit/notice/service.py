"""What a notice says of a line's service: headways, first and last bus, lines that come and go."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pydantic import ValidationError

from transit.errors import TransitError
from transit.model.network import Network
from transit.notice.lookup import Names
from transit.notice.phrases import Statement
from transit.notice.placing import kerbs_along
from transit.notice.remarks import Remark
from transit.scenario.add_line import AddLine
from transit.scenario.change import Change
from transit.scenario.headway import ChangeHeadway
from transit.scenario.span import AddPeriod, ChangeSpan, RemovePeriod
from transit.scenario.whole_lines import RemoveLine

Said = tuple[list[tuple[Change, Statement]], list[Remark]]
"""Changes, each with the statement that tells it, and remarks on what tells none."""
Make = Callable[..., Change]
Call = tuple[Make, dict[str, Any]]


def service_changes(network: Network, line: str, about: Sequence[Statement], names: Names) -> Said:
    """The changes of service that the sentences ``about`` one line (an id) tell, and remarks."""
    changes: list[tuple[Change, Statement]] = []
    remarks: list[Remark] = []
    for each in about:
        if each.kind not in _TOLD:
            continue
        for make, values in _TOLD[each.kind](each):
            for direction in _directions(network, line, each, names):
                made, faults = _made(each, make, {"line": line, **direction, **values})
                changes += made
                remarks += faults
    return changes, remarks


def in_its_hours(network: Network, change: Change, year: int) -> Change:
    """A headway in hours without service as what it is: a period added."""
    if not isinstance(change, ChangeHeadway) or change.start_time is None:
        return change
    if not change.problems(network) or change.end_time is None:
        return change
    added = AddPeriod(
        line=change.line, direction_id=change.direction_id, start_time=change.start_time,
        end_time=change.end_time, headway_secs=change.headway_secs, indicative=False, year=year,
    )  # fmt: skip
    return change if added.problems(network) else added


def opened_line(  # noqa: PLR0913  (line, text, and what the text does not tell)
    network: Network,
    line: str,
    about: Sequence[Statement],
    names: Names,
    *,
    speed_kmh: float | None,
    year: int,
) -> Said:
    """A new line as its stop lists and service tell it.

    No notice tells a speed: without ``speed_kmh`` the line has no service here, which is a remark;
    with it, what is made is indicative.
    """
    lists = _stop_lists(about, names)
    missing = [
        names.lacking(each, *unplaced, so=f"; {line!r} was not opened")
        for each in about
        if each.kind == "calls"
        and (unplaced := [name for name in each.new if names.known(name) is None])
    ]
    if missing:
        return [], missing
    if 0 not in lists:
        what = f"no stop list of {line!r} is given"
        return [], [Remark(about[0].text, "cannot be done", what, "list its stops")]
    kerbs = {
        direction: kerbs_along(network, [network.feed.stop_ids(name) for name in stops])
        for direction, stops in lists.items()
    }
    service, remarks = _service(about, speed_kmh)
    values = {
        "route_id": line, "route_short_name": line, "stops": kerbs[0],
        "stops_back": kerbs.get(1, ()), "indicative": bool(service), "year": year, **service,
    }  # fmt: skip
    made, faults = _made(about[0], AddLine, values)
    return made, [*remarks, *faults]


def _stop_lists(about: Sequence[Statement], names: Names) -> dict[int, list[str]]:
    lists: dict[int, list[str]] = {}
    for each in about:
        if each.kind == "calls":
            direction = each.directions[0] if each.directions else len(lists)
            found = [names.known(name) for name in each.new]
            lists[direction] = [name for name in found if name]
    return lists


def _service(
    about: Sequence[Statement], speed_kmh: float | None
) -> tuple[dict[str, Any], list[Remark]]:
    span = next((each for each in about if each.kind == "span"), None)
    headway = next((each for each in about if each.kind == "headway"), None)
    if span is None or headway is None:
        return {}, []
    if speed_kmh is None:
        what = "no notice tells a speed: the line is made without service"
        return {}, [Remark(headway.text, "cannot be done", what, "give speed_kmh")]
    return {
        "headway_secs": headway.number, "start_time": span.start, "end_time": span.end,
        "speed_kmh": speed_kmh,
    }, []  # fmt: skip


def _directions(
    network: Network, line: str, about: Statement, names: Names
) -> list[dict[str, object]]:
    """The selection of each direction named; one of the whole line where none is."""
    if about.directions:
        return [{"direction_id": each} for each in about.directions]
    if not about.towards:
        return [{}]
    towards = names.known(about.towards)
    last = network.feed.visits[network.feed.visits["is_last"]]
    found = last[(last["route_id"] == line) & (last["stop_name"] == towards)]
    return [{"direction_id": int(each)} for each in sorted(set(found["direction_id"]))]


def _made(about: Statement, make: Make, values: dict[str, Any]) -> Said:
    try:
        return [(make(**values), about)], []
    except ValidationError as error:
        faults = error.errors()
        texts = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in faults]
        mend = "correct the value"
        return [], [Remark(about.text, "cannot be done", text, mend) for text in texts]
    except TransitError as error:
        return [], [Remark(about.text, "cannot be done", p.what, p.mend) for p in error.problems]


def _headway(about: Statement) -> Iterator[Call]:
    period = {"start_time": about.start, "end_time": about.end} if about.start else {}
    yield ChangeHeadway, {"headway_secs": about.number, **period}


def _span(about: Statement) -> Iterator[Call]:
    yield ChangeSpan, {"first_departure": about.start, "last_departure": about.end}


def _halt(about: Statement) -> Iterator[Call]:
    if about.start:
        yield RemovePeriod, {"start_time": about.start, "end_time": about.end}
    else:
        yield RemoveLine, {}


def _withdraw(_: Statement) -> Iterator[Call]:
    yield RemoveLine, {}


_TOLD: dict[str, Callable[[Statement], Iterator[Call]]] = {
    "headway": _headway,
    "span": _span,
    "halt": _halt,
    "withdraw": _withdraw,
}
