"""GTFS in and out: feeds read into a network, checked, and written from any network."""

from transit.sources.gtfs.reading import GtfsReading, read_gtfs

__all__ = ["GtfsReading", "read_gtfs"]
