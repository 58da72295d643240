"""Laws of the ledger and of operation, for every network and scenario: swapped sides, verdicts."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from laws import LAWS, LIMIT, PARK, networks, scenarios
from town import CRS, area

from transit.analysis.brief import brief
from transit.analysis.operation_changes import course_changes, operation_changes
from transit.ledger import park_ledger, service_ledger, verdict, walk_ledger, zone_ledger
from transit.model.network import Network
from transit.model.zones import Zones

ZONES = Zones(
    pd.DataFrame(
        {"zone_id": ["西", "东"], "zone_name": "", "people": [1000.0, np.nan], "jobs": [0, 500],
         "indicative": False, "year": 2020, "source": "make-believe"}
    ),
    np.array([area(0, 0, 400, 600), area(400, 0, 800, 600)], dtype=object), CRS,
)  # fmt: skip


@LAWS
@given(st.data(), networks)
def test_ledger_turned_round_swaps_gains_and_losses(data, base):
    """If this fails, undoing a change does not give back what it took."""
    changed = data.draw(scenarios(base)).apply(base)
    there, back = ledger_of(base, changed), ledger_of(changed, base)
    for effect, opposite in (("gain", "loss"), ("loss", "gain")):
        first, second = rows_of(there, effect, 1), rows_of(back, opposite, -1)
        pd.testing.assert_frame_equal(first, second)
    # What is said in one sentence never leaves a loss out.
    said = verdict(there)
    effects = set(there["effect"])
    assert said.startswith("Better for all") == (effects == {"gain"})
    assert said.startswith("Worse for all") == (effects == {"loss"})
    assert ("; worse for" in said) == (effects == {"gain", "loss"})


@LAWS
@given(data=st.data(), base=networks)
def test_park_with_fewer_lines_by_any_meaning_loses(data, base):
    """If this fails, a plan is better for a park that it leaves with fewer lines, however meant."""
    changed = data.draw(scenarios(base)).apply(base)
    sides = [brief(one, PARK, limit_m=LIMIT) for one in (base, changed)]
    counts = ["lines", "directions"]
    before, after = (side.definitions.set_index("within")[counts] for side in sides)
    for pair, fewer in ((sides, after < before), (sides[::-1], before < after)):
        rows = park_ledger(*pair)
        parks = rows[(rows["subject"] == "park") & (rows["effect"] == "loss")]
        assert not fewer.any(axis=None) or (parks["line"] != "").any()


def ledger_of(before: Network, after: Network) -> pd.DataFrame:
    """All ledgers of two networks, of a park and of zones."""
    sides = [brief(one, PARK, limit_m=LIMIT) for one in (before, after)]
    tables = [
        park_ledger(*sides),
        zone_ledger(before, after, ZONES, limit_m=LIMIT),
        service_ledger(before, after, limit_m=LIMIT),
        walk_ledger(before, after, limit_m=LIMIT),
    ]
    return pd.concat(tables, ignore_index=True)


def rows_of(table: pd.DataFrame, effect: str, sign: int) -> pd.DataFrame:
    """Who has this effect and how much, each change times ``sign``."""
    who = ["subject", "subject_id", "line", "direction_id", "what", "unit"]
    much = ["change", "buses_per_hour", "departures_a_day", "people", "jobs"]
    rows = table.loc[table["effect"] == effect, who + much].copy()
    rows[much] = rows[much] * sign + 0.0  # no negative zero
    return rows.sort_values(who + much, ignore_index=True)


@LAWS
@given(data=st.data(), base=networks)
def test_operation_and_courses_turned_round_are_the_negative(data, base):
    """If this fails, some change ends a comparison in a traceback, or undoing it costs again."""
    after = data.draw(scenarios(base)).apply(base)
    there, back = (operation_changes(*pair) for pair in ((base, after), (after, base)))
    keys = ["route_id", "measure"]
    forth, again = (table.set_index(keys)["change"].sort_index() for table in (there, back))
    assert forth.index.is_unique
    pd.testing.assert_series_equal(forth, -again)
    keys = ["route_id", "direction_id", "pattern_id"]
    sides = [course_changes(*pair) for pair in ((base, after), (after, base))]
    forth, again = (table.set_index(keys).sort_index() for table in sides)
    for name in ("streets", "hops", "straight"):
        assert forth[f"{name}_new"].to_dict() == again[f"{name}_left"].to_dict()
