"""How an editor is opened; the notebook's libraries are loaded only then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from transit.analysis.assumptions import Assumptions
from transit.analysis.unit_costs import UnitCosts
from transit.editor.state import opened
from transit.errors import Problem, UsageError
from transit.model.network import Network
from transit.model.park import Park
from transit.scenario.scenario import Scenario
from transit.terms import DEFAULT, terms

if TYPE_CHECKING:
    from transit.editor.widget import Editor


def edit(  # noqa: PLR0913  (what a planner may choose)
    network: Network,
    park: Park,
    scenario: Scenario | None = None,
    *,
    limit_m: float = 500,
    year: int | None = None,
    language: str = DEFAULT,
    assumptions: Assumptions | None = None,
    unit_costs: UnitCosts | None = None,
) -> Editor:
    """The interactive editor of lines, for a notebook: show it by naming it last in a cell.

    It begins with ``scenario`` (nothing where left out), says what each edit does to ``park``
    within ``limit_m`` metres, and has the result as ``.scenario``. ``year`` is what new stops
    describe; left out, the year of most stops. With ``unit_costs``, and only then, the panel says
    what running the line and all lines costs a day in money.

    Raises ``UsageError`` where anywidget is not installed or the language is unknown, and
    ``DataError`` with every fault of ``scenario``.
    """
    terms(language)
    try:
        from transit.editor.widget import Editor
    except ModuleNotFoundError as error:
        if error.name not in ("anywidget", "ipywidgets", "traitlets"):
            raise
        mend = "install the notebook's libraries: pip install 'transit-access[notebook]'"
        raise UsageError(Problem("transit.edit", f"{error.name} is not installed", mend)) from error
    state = opened(network, park, scenario, limit_m=limit_m, year=year)
    return Editor(state, language=language, assumptions=assumptions, unit_costs=unit_costs)
