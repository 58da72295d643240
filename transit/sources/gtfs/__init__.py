"""GTFS in and out: feeds read into a network, checked, and written from any network."""

from transit.sources.gtfs.reading import GtfsReading, read_gtfs
from transit.sources.gtfs.validation import finding_counts, validate_gtfs
from transit.sources.gtfs.writing import write_gtfs

__all__ = ["GtfsReading", "finding_counts", "read_gtfs", "validate_gtfs", "write_gtfs"]
