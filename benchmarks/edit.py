"""How long it takes to compare after an edit, and what that saves against doing all anew.

    python benchmarks/edit.py [--runs 7]

On the bundled area: an edit of a line and an edit of a street, each applied to a base that has been
asked before (warm: what the edit cannot reach is kept) and to the same base with nothing kept
(full). Prints the median seconds of each and the ratio, first of the comparison as a whole, then of
the part that is kept: walks from stops and gates, and the courses of buses.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import replace

import transit
from transit.analysis.coverage import stop_areas
from transit.model.network import Network
from transit.model.park import Park
from transit.scenario.scenario import Scenario


def bare(network: Network) -> Network:
    """The same network with nothing kept: neither with it nor with its streets."""
    return replace(network, streets=replace(network.streets))


def compared(base: Network, scenario: Scenario, park: Park) -> None:
    """Everything that ``transit compare`` prints for one scenario."""
    found = transit.compare(base, scenario, park)
    assert len(found.table)
    assert found.verdict
    tables = (found.operation, found.courses, found.overlap, found.bottlenecks)
    assert all(table is not None for table in tables)


def derived(network: Network, park: Park) -> None:
    """What is kept: where buses drive, and what is walked within 500 m of each stop."""
    assert network.courses
    stop_areas(network, park, "walk", 500, 100)


def seconds(job: Callable[[], None], runs: int) -> float:
    """The median of ``runs``, after one that is not counted."""
    taken = []
    for _ in range(runs + 1):
        begin = time.perf_counter()
        job()
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken[1:])


def main() -> None:
    """Time both edits and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    runs = parser.parse_args().runs
    area = transit.read_area(transit.bundled_area())
    base, park = area.network, area.parks[0]
    names = {path.stem: path for path in area.scenarios}
    compared(base, transit.read_scenario(names["b919_2021"]), park)  # compiles, and warms the base
    print(f"{'edit':<18}{'what':<14}{'warm s':>10}{'full s':>10}{'full ÷ warm':>13}")
    for name in ("b919_2021", "microcirculation"):
        scenario = transit.read_scenario(names[name])
        compared(base, scenario, park)
        rows = {
            "comparison": (
                lambda edit=scenario: compared(base, edit, park),
                lambda edit=scenario: compared(bare(base), edit, park),
            ),
            "what is kept": (
                lambda edit=scenario: derived(edit.apply(base), park),
                lambda edit=scenario: derived(bare(edit.apply(base)), park),
            ),
        }
        for what, (warm, full) in rows.items():
            quick, slow = seconds(warm, runs), seconds(full, runs)
            print(f"{name:<18}{what:<14}{quick:>10.3f}{slow:>10.3f}{slow / quick:>13.1f}")


if __name__ == "__main__":
    main()
