"""How long the editor takes from a gesture to the figures on the panel.

    python benchmarks/editor.py [--runs 7]

On the bundled area, with M450 picked: a stop dragged, a stop added, the line extended to the park,
a call dropped, a headway changed. Prints the median and the longest seconds of each, all told:
the change, coverage, ledger, vehicles and kilometres, the course drawn and the scenario as YAML.
A planner is to wait less than one second.
"""

from __future__ import annotations

import argparse
import statistics
import time

import transit
from transit.editor.widget import Editor

LIMIT_S = 1.0
GESTURES: dict[str, dict[str, object]] = {
    "drag a stop": {"do": "move", "stop": "S0070", "lon": 114.0335, "lat": 22.7283},
    "add a stop": {"do": "add", "place": {"lon": 114.0417, "lat": 22.7300}},
    "extend to the park": {"do": "park", "end": "end"},
    "drop a call": {"do": "remove", "stop": "S0070"},
    "change the headway": {"do": "headway", "minutes": 8},
}


def seconds(editor: Editor, gesture: dict[str, object], number: int) -> float:
    """Seconds of one gesture, taken back afterwards; each run points a little elsewhere."""
    asked = {name: _elsewhere(value, number) for name, value in gesture.items()}
    begin = time.perf_counter()
    editor.ask(**asked)
    taken = time.perf_counter() - begin
    assert not editor.state.faults, editor.state.faults
    editor.ask(do="undo")
    return taken


def _elsewhere(value: object, number: int) -> object:
    """Degrees moved by 1 m a run, so that no answer is one that was kept."""
    if isinstance(value, dict):
        return {name: _elsewhere(one, number) for name, one in value.items()}
    degrees = isinstance(value, float)
    return value + number * 1e-5 if degrees else value


def main() -> None:
    """Time all gestures and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    runs = parser.parse_args().runs
    area = transit.read_area(transit.bundled_area())
    editor = transit.edit(area.network, area.parks[0])
    editor.ask(do="pick", pattern="M450_1")
    print(f"{'gesture':<22}{'median s':>10}{'longest s':>11}   below {LIMIT_S:g} s")
    for name, gesture in GESTURES.items():
        taken = [seconds(editor, gesture, number) for number in range(runs + 1)][1:]
        longest = max(taken)
        verdict = "yes" if longest < LIMIT_S else "no"
        print(f"{name:<22}{statistics.median(taken):>10.3f}{longest:>11.3f}   {verdict}")


if __name__ == "__main__":
    main()
