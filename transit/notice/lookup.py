"""Names as written in a notice, found among those of a network and of given places."""

from __future__ import annotations

import re
from collections.abc import Iterable

from transit.errors import did_you_mean
from transit.model.network import Network
from transit.notice.between import Places, several
from transit.notice.phrases import Statement, folded
from transit.notice.remarks import Remark
from transit.scenario.stops import NewStop

_KERB = re.compile(r"\([^()]*侧\)$")


class Names:
    """Stops and lines by the names written in a notice: half- or full-width, quoted or not.

    Follows a network as it changes; ``places`` are positions of stops it may not have.
    """

    def __init__(self, network: Network, places: Places) -> None:
        self.places = places
        self._aliases: dict[str, str] = {}
        self._announced: set[str] = set()
        self._opened: dict[str, str] = {}
        self.follow(network)

    def follow(self, network: Network) -> None:
        """Look names up in ``network`` from now on."""
        names = sorted({*network.feed.stops["stop_name"], *self.places})
        self._stops: dict[str, str] = {folded(name): name for name in names}
        routes = network.feed.routes
        lines = zip(routes["route_short_name"], routes["route_id"], strict=True)
        known = {folded(short): route for short, route in reversed([*lines])}
        self.lines: dict[str, str] = known | self._opened
        self._here = set(network.feed.stops["stop_name"])

    def known(self, written: str) -> str | None:
        """The stop name meant: as written, or without 站 behind it or a kerb in brackets."""
        plain = folded(written)
        tries = [plain, _KERB.sub("", plain), plain.removesuffix("站"), f"{plain}站"]
        names = self._aliases | self._stops
        return next((names[each] for each in tries if each in names), None)

    def rename(self, old: str, new: str) -> None:
        """Let sentences that still say the old name mean the stop of the new one."""
        self._aliases[folded(old)] = new

    def is_stop(self, written: str) -> bool:
        """Whether exactly this is the name of a stop."""
        return folded(written) in self._stops or folded(written) in self._announced

    def announce(self, written: str) -> None:
        """Take a name that a stop gets in this notice for one name, whatever commas are in it."""
        self._announced.add(folded(written))

    def stands(self, name: str) -> bool:
        """Whether the network has a stop of this name."""
        return name in self._here

    def open_line(self, written: str) -> str:
        """The id that a line new in this notice has from now on: its name without 线."""
        short = re.sub(r"[线路]$", "", self.written(written))
        self._opened[folded(short)] = short
        self.lines |= self._opened
        return short

    def line(self, written: str) -> str | None:
        """The id of the line meant, with or without 线 or 路 behind its name."""
        plain = folded(written)
        tries = [plain, re.sub(r"[线路]$", "", plain), re.sub(r"路线$", "", plain)]
        return next((self.lines[each] for each in tries if each in self.lines), None)

    def is_line(self, written: str) -> bool:
        """Whether this names a line."""
        return self.line(written) is not None

    def unknown(self, about: Statement, name: str) -> Remark:
        """The remark that nobody knows a stop, with the nearest names."""
        mend = f"{did_you_mean(folded(name), self._stops.values())} Or give its place"
        return Remark(about.text, "unknown stop", f"no stop is named {self.written(name)!r}", mend)

    def lacking(self, about: Statement, *names: str, so: str = "") -> Remark:
        """The remark that new stops have no position, and what is not done ``so``."""
        near = "; ".join(did_you_mean(folded(name), self._here) for name in names)
        written = "、".join(repr(self.written(name)) for name in names)
        what = f"{written} {'is' if len(names) == 1 else 'are'} not on the network{so}"
        mend = f"give the place of each (--places, a scenario or a .csv); or {near}"
        return Remark(about.text, "needs a position", what, mend)

    @staticmethod
    def written(name: str) -> str:
        """A new name without quotes and marks."""
        return re.sub(r"[“”「」]|[（(]示意[)）]", "", name).strip()


def new_stops(network: Network, wanted: Iterable[str], names: Names) -> list[NewStop]:
    """A new stop for each wanted name that only the given places know."""
    found = dict.fromkeys(names.known(name) for name in wanted if name)
    absent = [name for name in found if name and not names.stands(name)]
    free = (f"N{number:04d}" for number in range(1, 10_000))
    ids = (stop for stop in free if stop not in network.stop_row)
    return [
        NewStop(
            stop_id=next(ids), stop_name=name, lon=place.lon, lat=place.lat, datum=place.datum,
            indicative=place.indicative, year=place.year, district=place.district,
            source=place.source,
        )
        for name in absent
        for place in several(names.places[name])
    ]  # fmt: skip
