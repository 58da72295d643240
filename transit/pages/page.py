"""Page: a folium map that is one self-contained HTML file.

Stock folium links Leaflet, jQuery, Bootstrap and icon fonts from the network and puts names raw
into its templates, and branca reads what its macros rendered as templates once more. So here the
figure is our own: Leaflet is inlined (and jQuery, where a stock element calls it), the content
travels as JSON past every template, and the script in ``assets/`` draws it with ``textContent``.
Nothing of folium is changed for other maps.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import folium
from branca.element import Element, Figure
from folium.template import Template

from transit.output import write_bytes
from transit.pages import embed
from transit.pages.content import PageContent
from transit.pages.tiles import Tiles, tile_hosts
from transit.pages.together import page_json
from transit.pages.words import words

_TEMPLATE = (Path(__file__).parent / "page.html").read_text(encoding="utf-8")
NOTEBOOK_HEIGHT = "720px"


class PageFigure(Figure):
    """The HTML round a page's map, with everything it needs inside."""

    _template = Template(_TEMPLATE)

    def __init__(self, content: PageContent, data: str, tiles: Tiles | None = None) -> None:
        super().__init__(height=NOTEBOOK_HEIGHT)
        self.header = Element()  # branca's own holds a second charset
        self.header._parent = self
        self.language = content.language
        self.page_title = content.text.title.encode("utf-8", "replace").decode("utf-8")
        self.no_script = words(content.language)["no_script"]
        self.data = data
        self.hosts = tile_hosts(tiles)

    def style(self) -> str:
        """The CSS of the page."""
        return embed.style()

    def page_scripts(self) -> tuple[str, ...]:
        """The texts of the page's scripts, in order."""
        own = str(self.script.render())
        called = (embed.jquery(),) if embed.calls_jquery(own) else ()
        return (*called, *embed.scripts(), own)

    def policy(self) -> str:
        """The page's content security policy."""
        return embed.policy(self.page_scripts(), self.hosts)

    def render(self, **kwargs: Any) -> str:  # noqa: ANN401  (folium's signature)
        """The page's HTML; raises ``DataError`` when something in it would be loaded."""
        html = str(super().render(**kwargs))
        embed.require_self_contained(html)
        return html


class Page(folium.Map):
    """A folium map whose content is ``PageContent``; shows itself in notebooks.

    Contents in several languages make one page with a switch, the first shown first; they must be
    alike but for their texts. ``tiles`` are pictures from a server under the page's own drawing.
    """

    _template = Template("""
        {% macro html(this, kwargs) %}
        <div class="folium-map" id="{{ this.get_name() }}"></div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = transitPage.start("{{ this.get_name() }}");
        {% endmacro %}
    """)

    def __init__(
        self, content: PageContent | Sequence[PageContent], *, tiles: Tiles | None = None
    ) -> None:
        contents = [content] if isinstance(content, PageContent) else list(content)
        first = contents[0]
        west, south, east, north = first.bounds
        super().__init__(location=[(south + north) / 2, (west + east) / 2], tiles=None)
        data = page_json(contents, tiles)
        # folium's ids are random; one that follows from the content keeps builds byte-equal.
        self._id = hashlib.sha256(data.encode("utf-8")).hexdigest()[:16]
        # Own lists: what is added here stays here, and folium's class lists stay untouched.
        self.default_js = []
        self.default_css = []
        self.content = first
        PageFigure(first, data, tiles).add_child(self)

    def html(self) -> str:
        """The whole page as HTML text; raises ``DataError`` when it would load anything."""
        return str(self.get_root().render())


def write_page(path: Path | str, page: Page) -> Path:
    """The file ``path``, holding ``page``: written beside and renamed, so never half a page.

    Makes the folder when it is absent. Raises ``DataError`` when the place cannot be written.
    """
    return write_bytes(path, page.html().encode("utf-8"))
