"""The editor in a notebook: a thin shell round ``EditorState`` that draws and listens."""

from __future__ import annotations

import re
import time
from functools import cache
from pathlib import Path
from typing import Any

import anywidget
import traitlets

import transit.pages
from transit.analysis.assumptions import Assumptions
from transit.analysis.unit_costs import UnitCosts
from transit.editor import drawing, panel
from transit.editor.commands import obeyed
from transit.editor.state import EditorState
from transit.errors import DataError, Problem, TransitError
from transit.output import write_bytes
from transit.scenario.files import write_scenario
from transit.scenario.scenario import Scenario
from transit.terms import terms

_ASSETS = Path(__file__).parent / "assets"
_LEAFLET = Path(transit.pages.__file__).parent / "vendor" / "leaflet"


@cache
def script() -> str:
    """Leaflet, kept to this module, and the editor's own script, as one ES module."""
    leaflet = _read(_LEAFLET / "leaflet.js").replace("//# sourceMappingURL=leaflet.js.map", "")
    kept = "((exports, module, define) => {\n" + leaflet + "\n})(L, {}, undefined);\n"
    return "const L = {};\n" + kept + "L.noConflict();\n" + _read(_ASSETS / "editor.js")


@cache
def style() -> str:
    """Leaflet's style without its pictures, which the editor shows none of, and the editor's."""
    leaflet = re.sub(r"url\(images/[^)]+\)", "none", _read(_LEAFLET / "leaflet.css"))
    return leaflet + _read(_ASSETS / "editor.css")


class Editor(anywidget.AnyWidget):
    """The editor of lines; ``scenario`` is what was done so far, ``write(path)`` keeps it.

    ``transit.edit`` makes one. Everything it does is a change of ``transit.scenario``.
    """

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    ground = traitlets.Dict().tag(sync=True)
    stops: Any = traitlets.List().tag(sync=True)
    lines: Any = traitlets.List().tag(sync=True)
    course = traitlets.Dict().tag(sync=True)
    today = traitlets.Dict().tag(sync=True)
    covered = traitlets.Dict().tag(sync=True)
    panel = traitlets.Dict().tag(sync=True)

    def __init__(
        self, state: EditorState, *, language: str, assumptions: Assumptions | None = None,
        unit_costs: UnitCosts | None = None,
    ) -> None:  # fmt: skip
        super().__init__(_esm=script(), _css=style())
        self.language, self.assumptions, self.unit_costs = language, assumptions, unit_costs
        self.state = state
        self.words = {**terms(language, "editor"), "lang": language} | panel.legend(state, language)
        self._show(written="", asked=0, took_s=0.0)
        self.on_msg(self._heard)

    @property
    def scenario(self) -> Scenario:
        """Everything done so far, in order, as a scenario."""
        return self.state.scenario

    def write(self, path: str | Path) -> Path:
        """The YAML file ``path`` of the scenario, the rest of an older file there kept.

        Raises ``DataError`` when something other than a scenario stands there.
        """
        target = Path(path).expanduser()
        if not str(path).strip() or target.is_dir():
            mend = "give the name of a file that ends in .yaml"
            raise DataError(Problem(str(path), "is no file name", mend))
        text = write_scenario(self.scenario, over=target if target.exists() else None)
        return write_bytes(target, text.encode("utf-8"))

    def ask(self, **command: Any) -> None:  # noqa: ANN401
        """Do what a gesture in the browser does, such as ``ask(do="pick", pattern="M450_1")``."""
        self._heard(self, command, [])

    def _heard(self, _: Any, content: Any, __: list[memoryview]) -> None:  # noqa: ANN401
        """A message of the browser: a gesture, or the wish to keep the scenario as a file."""
        begin = time.perf_counter()
        asked = dict(content) if isinstance(content, dict) else {}
        number = asked.pop("asked", 0)
        if asked.get("do") == "write":
            written = self._written(str(asked.get("path", "")))
        else:
            self.state, written = obeyed(self.state, asked, self.language), ""
        self._show(written=written, asked=number, took_s=begin)

    def _written(self, path: str) -> str:
        said = terms(self.language)
        try:
            return said["editor_written"].format(self.write(path))
        except TransitError as error:
            return said["editor_not_written"].format(error)

    def _show(self, *, written: str, asked: int, took_s: float) -> None:
        """Send what the state shows; what did not change is not sent again."""
        network, state = self.state.network, self.state
        with self.hold_sync():
            if state.network.streets is not self._streets:
                self._streets = state.network.streets
                self.ground = drawing.ground(network, state.park)
            self.stops = drawing.stops(network)
            self.lines = panel.lines(network, self.language)
            self.course = drawing.course(network, state.pattern) if state.pattern else {}
            self.today = self._course_today()
            self.covered = drawing.covered(state.before, state.after)
            self.panel = {
                **panel.shown(state, self.language, self.assumptions, self.unit_costs),
                "written": written,
                "asked": asked,
                "took_s": round(time.perf_counter() - took_s, 3) if took_s else 0.0,
            }

    _streets: Any = None

    def _course_today(self) -> dict[str, Any]:
        """The course of the picked pattern without the scenario, where it has one."""
        base = self.state.before.network
        there = self.state.pattern in set(base.feed.patterns["pattern_id"])
        return drawing.course(base, self.state.pattern) if there else {}


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")
