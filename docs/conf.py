"""How sphinx builds the documentation: offline, with nothing in its pages that asks a server."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent))

import generated

if TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "transit-access"
author = "The transit-access authors"
project_copyright = "The transit-access authors, MIT licence"
version = release = generated.version()

extensions = ["myst_nb", "sphinx.ext.autodoc"]
source_suffix = {".md": "myst-nb", ".ipynb": "myst-nb"}
exclude_patterns = ["_build"]

myst_enable_extensions = ["deflist", "fieldlist"]
myst_heading_anchors = 3
# Notebooks are run anew for each build: a kept result would not know that the package changed.
# `-D nb_execution_mode=off` (make docs NOTEBOOKS=off) shows them as they are, and is quick.
nb_execution_mode = "force"
nb_execution_timeout = 120
nb_execution_raise_on_error = True
# The widgets of notebooks would be drawn by scripts from a server: what they say of themselves
# as HTML or text is shown instead.
nb_ipywidgets_js: dict[str, dict[str, str]] = {}
nb_mime_priority_overrides = [("html", "application/vnd.jupyter.widget-view+json", None)]

autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
python_display_short_literal_types = True
python_maximum_signature_line_length = 90

html_theme = "furo"
html_title = f"transit-access {version}"
html_static_path = ["_static"]
html_css_files = ["tables.css"]
html_show_sourcelink = False
html_copy_source = False
html_last_updated_fmt = None


def setup(app: Sphinx) -> None:
    """Texts that follow from the code are put in as pages are read."""
    app.connect("builder-inited", lambda _: generated.copy_notebooks())
    app.connect("source-read", generated.fill)
