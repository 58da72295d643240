"""Tables in: CSV, XLSX and GIS files as texts, their columns by declared aliases, lines and places.

``read_csv`` reads the project's own tables, whose columns have their declared names. Tables of
others come through ``read_raw`` (any file as a table of texts), ``read_visits`` (lines and the
stops they call at) and ``read_places`` (stops, stations, parks, gates, zones).
"""

from transit.sources.tables.csv_files import read_csv
from transit.sources.tables.places import Facts, PlacesReading, read_places
from transit.sources.tables.raw import RawTable, read_raw
from transit.sources.tables.text import ENCODINGS, read_text
from transit.sources.tables.visits import VisitsReading, read_visits

__all__ = [
    "ENCODINGS",
    "Facts",
    "PlacesReading",
    "RawTable",
    "VisitsReading",
    "read_csv",
    "read_places",
    "read_raw",
    "read_text",
    "read_visits",
]
