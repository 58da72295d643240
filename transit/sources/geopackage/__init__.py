"""GeoPackages that this toolkit wrote, read back."""

from transit.sources.geopackage.reading import Package, read_gpkg

__all__ = ["Package", "read_gpkg"]
