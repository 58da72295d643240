"""Tables, feeds and extracts made into a network: first a draft to be checked, then an area.

``draft_of_table`` and ``draft_of_feeds`` say what they understood; ``Draft.write`` makes the
study area. ``read_site`` gives the streets that lines are put on.
"""

from transit.sources.importing.draft import Draft
from transit.sources.importing.of_feed import draft_of_feeds
from transit.sources.importing.of_table import TableOptions, draft_of_table
from transit.sources.importing.site import Site, read_site

__all__ = ["Draft", "Site", "TableOptions", "draft_of_feeds", "draft_of_table", "read_site"]
