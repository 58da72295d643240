"""What every change has in common, and how a change finds the stops it names."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from transit.errors import Problem, UsageError
from transit.model.feed import Feed
from transit.model.network import Network


class Change(BaseModel):
    """One edit of a network: a frozen value with ``problems`` and ``apply``.

    ``problems`` says what is wrong before anything is done; ``apply`` returns a new network and
    leaves its argument as it was. ``note`` and ``source`` are carried along for the reader.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    note: str = ""
    source: str = ""

    def problems(self, network: Network) -> list[Problem]:
        """Everything that keeps this change from being applied to ``network``."""
        raise NotImplementedError

    def apply(self, network: Network) -> Network:
        """``network`` with this change made; call it only when ``problems`` is empty."""
        raise NotImplementedError

    @property
    def makes(self) -> tuple[str, ...]:
        """Ids and names of the stops and lines that this change brings in."""
        return ()

    @property
    def origin(self) -> str:
        """Where the rows that this change makes come from: its source, else the scenario."""
        return self.source or "scenario"

    @property
    def label(self) -> str:
        """The verb and the values that were given, for messages and reports."""
        given = self.model_dump(exclude={"note", "source", "verb"}, exclude_defaults=True)
        values = ", ".join(f"{name}={value}" for name, value in given.items())
        return f"{getattr(self, 'verb', type(self).__name__)}({values})"

    def fault(self, field: str, what: str, mend: str) -> Problem:
        """A problem of this change's ``field``."""
        return Problem(f"{getattr(self, 'verb', '')} {field}".strip(), what, mend)

    def lookup_fault(self, field: str, error: UsageError) -> Problem:
        """The problem of a name in ``field`` that the feed does not know."""
        found = error.problems[0]
        return self.fault(field, found.what, found.mend)


Named = tuple[list[str], list[Problem]]
"""Ids that were found, and what is wrong with the names that were not."""


def stops_named(change: Change, feed: Feed, field: str, name: str) -> Named:
    """The stop with this id or all kerbs of this name, or the problem with the nearest names."""
    try:
        return feed.stop_ids(name), []
    except UsageError as error:
        return [], [change.lookup_fault(field, error)]


def one_stop(change: Change, feed: Feed, field: str, name: str) -> tuple[str, list[Problem]]:
    """The one stop meant by ``name`` (id, or a name that only one kerb has), or the problem."""
    found, problems = stops_named(change, feed, field, name)
    if len(found) > 1:
        what = f"{name!r} is the name of {len(found)} kerbs"
        problems = [change.fault(field, what, f"give one id: {_kerbs(feed, found)}")]
    return (found[0] if found else ""), problems


def each_stop(change: Change, feed: Feed, field: str, names: tuple[str, ...]) -> Named:
    """The one stop meant by each of ``names``, in order, and the problems of them all."""
    found = [one_stop(change, feed, f"{field}[{row}]", name) for row, name in enumerate(names, 1)]
    return [stop for stop, _ in found], [fault for _, faults in found for fault in faults]


def _kerbs(feed: Feed, ids: list[str]) -> str:
    texts = []
    for stop in ids:
        calls = feed.visits.loc[feed.visits["stop_id"] == stop]
        lines = sorted({f"{c.route_short_name}→{c.trip_headsign}" for c in calls.itertuples()})
        shown = "、".join(lines[:3]) + ("…" if len(lines) > 3 else "")
        texts.append(f"{stop} ({shown or 'no line'})")
    return "; ".join(texts)
