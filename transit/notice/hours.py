"""When and how often a pattern runs, as a notice says it."""

from __future__ import annotations

from dataclasses import dataclass

from transit.model.feed import Feed
from transit.units import clock_of


@dataclass(frozen=True)
class Hours:
    """Service of one pattern: ``spans`` (start, end, headway, all in s) or ``departures`` (s).

    Neighbouring spans of one headway are one. ``indicative`` (not compared) says it is assumed.
    """

    spans: tuple[tuple[int, int, int], ...] = ()
    departures: tuple[int, ...] = ()
    indicative: bool = False

    def __eq__(self, other: object) -> bool:
        """Whether the buses are the same ones, however sure the two are."""
        if not isinstance(other, Hours):
            return NotImplemented
        return (self.spans, self.departures) == (other.spans, other.departures)

    def __hash__(self) -> int:
        return hash((self.spans, self.departures))

    @property
    def ends(self) -> tuple[int, int] | None:
        """First departure and end of service, in seconds after midnight; none without service."""
        if self.departures:
            return self.departures[0], self.departures[-1]
        return (self.spans[0][0], self.spans[-1][1]) if self.spans else None

    @property
    def span_text(self) -> str:
        """First and last bus as HH:MM-HH:MM; empty without service."""
        return f"{clock(self.ends[0])}-{clock(self.ends[1])}" if self.ends else ""

    @property
    def headway_text(self) -> str:
        """The headway, or each period with its own; trips are counted."""
        if self.departures:
            return f"按时刻表{len(self.departures)}班"
        if len(self.spans) == 1:
            return minutes(self.spans[0][2])
        return "、".join(f"{clock(a)}-{clock(b)} {minutes(h)}" for a, b, h in self.spans)

    def stretched(self, first: int, last: int) -> Hours:
        """The same headways from ``first`` to ``last``: what another first and last bus make."""
        cut = [(max(a, first), min(b, last), h) for a, b, h in self.spans]
        spans = [span for span in cut if span[0] < span[1]]
        if spans:
            spans[0] = (first, *spans[0][1:])
            spans[-1] = (spans[-1][0], last, spans[-1][2])
        return Hours(tuple(spans), self.departures, self.indicative)

    def headway_at(self, time: int) -> int | None:
        """The headway at a time of day, in s; none where no bus runs by headway."""
        return next((h for start, end, h in self.spans if start <= time < end), None)


def hours_of(feed: Feed) -> dict[str, Hours]:
    """The service of every pattern, by its id."""
    spans: dict[str, list[tuple[int, int, int]]] = {}
    times: dict[str, list[int]] = {}
    assumed: set[str] = set()
    for row in feed.frequencies.itertuples():
        span = (int(row.start_time), int(row.end_time), int(row.headway_secs))
        spans.setdefault(row.pattern_id, []).append(span)
        assumed |= {row.pattern_id} if row.indicative else set()
    for row in feed.trips.itertuples():
        times.setdefault(row.pattern_id, []).append(int(row.departure_time))
        assumed |= {row.pattern_id} if row.indicative else set()
    return {
        one: Hours(_joined(spans.get(one, [])), tuple(sorted(times.get(one, []))), one in assumed)
        for one in feed.patterns["pattern_id"]
    }


def clock(seconds: int) -> str:
    """HH:MM, with the seconds where there are some."""
    text = clock_of(seconds)
    return text.removesuffix(":00") if text.count(":") == 2 else text


def minutes(seconds: int) -> str:
    """A headway in minutes, or in seconds where it is no whole number of minutes."""
    return f"{seconds // 60}分钟" if seconds % 60 == 0 else f"{seconds}秒"


def _joined(spans: list[tuple[int, int, int]]) -> tuple[tuple[int, int, int], ...]:
    joined: list[tuple[int, int, int]] = []
    for start, end, headway in sorted(spans):
        if joined and joined[-1][1:] == (start, headway):
            start = joined.pop()[0]  # noqa: PLW2901  (the joined span starts earlier)
        joined.append((start, end, headway))
    return tuple(joined)
