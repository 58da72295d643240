"""Pages: one self-contained file a map, with its own Leaflet, scripts and texts; opens offline."""
