"""Every reader with a few slips and spite: the same as ``tests/fuzz/run.py`` does for minutes.

It keeps the fuzzers themselves from decaying: their good inputs must be read.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

from transit.errors import TransitError

sys.path.insert(0, str(Path(__file__).parent / "fuzz"))

from readers import READERS

SOME = 6


@pytest.mark.parametrize("name", READERS)
@pytest.mark.filterwarnings("ignore")  # what libraries remark on odd input is not the matter here
def test_what_is_not_read_is_refused_in_words(name, tmp_path):
    """If this fails, a damaged file ends in a traceback, or a good one is refused."""
    reader, dice = READERS[name], random.Random(name)  # noqa: S311
    seeds = reader.seeds(tmp_path)
    for seed in seeds:
        reader.read(seed, tmp_path)
    for _ in range(SOME):
        try:
            reader.read(reader.mutate(dice.choice(seeds), dice), tmp_path)
        except TransitError as error:
            refused = error.problems
            assert refused
            assert all(problem.what and problem.mend for problem in refused)
