"""The network that a scenario was made for, so that another one is noticed."""

from __future__ import annotations

import hashlib

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from transit.errors import Problem
from transit.model.network import Network

_HASH = Field(default="", pattern=r"^([0-9a-f]{16})?$")
PARTS = {"streets": "streets", "feed": "stops, lines or service", "stations": "stations"}


class Stamp(BaseModel):
    """Name, year and fingerprint of a network, and the fingerprints of its parts.

    ``year`` is the one that most of its stops describe.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    fingerprint: str = Field(pattern=r"^[0-9a-f]{16}$")
    name: str = ""
    year: int | None = Field(default=None, ge=1900, le=2100)
    streets: str = _HASH
    feed: str = _HASH
    stations: str = _HASH

    @classmethod
    def of(cls, network: Network) -> Stamp:
        """The stamp of ``network``."""
        years = network.feed.stops["year"].mode()
        hashed = pd.util.hash_pandas_object(network.stations, index=False).to_numpy().tobytes()
        return cls(
            fingerprint=network.fingerprint(),
            name=network.name,
            year=int(years[0]) if len(years) else None,
            streets=network.streets.fingerprint(),
            feed=network.feed.fingerprint(),
            stations=hashlib.sha256(hashed).hexdigest()[:16],
        )

    def problems(self, network: Network, *, where: str) -> list[Problem]:
        """That ``network`` is another than the one stamped, and which of its parts differ."""
        here = Stamp.of(network)
        if here.fingerprint == self.fingerprint:
            return []
        given = [part for part in PARTS if getattr(self, part)]
        other = [PARTS[part] for part in given if getattr(self, part) != getattr(here, part)]
        if len(given) == len(PARTS) and not other:
            other = ["study area"]
        differ = f"they differ in {', '.join(other)}" if other else "it does not say in what"
        what = f"was made for {self._words}, not for {here._words}; {differ}"
        mend = "see that it still means the same here, then stamp it anew; or use --any-network"
        return [Problem(where, what, mend)]

    @property
    def _words(self) -> str:
        year = f" of {self.year}" if self.year else ""
        return f"{self.name or 'a network'}{year} ({self.fingerprint})"
