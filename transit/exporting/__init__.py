"""A network given to other programs: GIS files, tables, graphs, GTFS."""

from transit.exporting.export import FORMATS, Format, export
from transit.exporting.layers import Content

__all__ = ["FORMATS", "Content", "Format", "export"]
