"""Fuzz the readers: ``python tests/fuzz/run.py [reader …] --seconds 60 --into folder``.

With atheris (a coverage-guided fuzzer; ``pip install atheris``) inputs that reach new lines are
bred on; without it, or with ``--blind``, each is a change of a good one. What a reader lets out
that is no ``TransitError`` is written to the folder: the input, and a text with the traceback. What
this finds is kept, made small, in ``tests/test_bad_input_fuzzed.py``. It is run by hand, not by CI.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import os
import pkgutil
import random
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from pathlib import Path

import transit.engine

sys.path.insert(0, str(Path(__file__).parent))

SLOW_S = 10
WATCHED = [
    "transit.parsing", "transit.scenario.files", "transit.sources.area", "transit.sources.gtfs",
    "transit.sources.osm.graphml", "transit.sources.osm.live", "transit.sources.osm.reading",
    "transit.sources.tables", "yaml",
]  # fmt: skip
"""What coverage is watched in: everything of ours that these import."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("readers", nargs="*")
    parser.add_argument("--seconds", type=int, default=60, help="for each reader")
    parser.add_argument("--into", type=Path, default=Path("fuzzed"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--blind", action="store_true")
    parser.add_argument("--in-this-process", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    asked.into.mkdir(parents=True, exist_ok=True)
    if asked.in_this_process:
        fuzz(asked)
        return
    from readers import READERS

    for name in asked.readers or READERS:
        options = ["--seconds", asked.seconds, "--into", asked.into, "--seed", asked.seed]
        blind = ["--blind"] if asked.blind else []
        command = [sys.executable, __file__, name, *map(str, options), *blind, "--in-this-process"]
        began = time.monotonic()
        ended = subprocess.run(command, check=False, stdout=subprocess.DEVNULL if blind else None)
        told = f"{name}: ended with {ended.returncode} after {time.monotonic() - began:.0f} s"
        print(told, flush=True)  # noqa: T201


def fuzz(asked: argparse.Namespace) -> None:
    """One reader until the time is over; the rest is left to atheris where it is there."""
    os.nice(10)
    warnings.simplefilter("error", RuntimeWarning)
    (name,) = asked.readers
    try:
        import atheris
    except ImportError:
        atheris = None
    guided = atheris is not None and not asked.blind
    if guided:
        for module in pkgutil.iter_modules(transit.engine.__path__, "transit.engine."):
            importlib.import_module(module.name)  # numba compiles no code that is watched
        with atheris.instrument_imports(include=["transit.sources", "transit.scenario", *WATCHED]):
            for module in WATCHED:
                importlib.import_module(module)
    from readers import READERS

    folder = Path(tempfile.mkdtemp(prefix="fuzz"))
    attempt = Attempt(name, READERS[name], folder, asked.into)
    seeds = READERS[name].seeds(folder)
    for seed in seeds:
        READERS[name].read(seed, folder)  # a good input must be good
    if guided:
        corpus = folder / "corpus"
        corpus.mkdir()
        for number, seed in enumerate(seeds):
            (corpus / str(number)).write_bytes(seed)

        def mutated(raw: bytes, most: int, seed: int) -> bytes:
            dice = random.Random(seed)  # noqa: S311
            if dice.random() < 0.3:
                return atheris.Mutate(raw, most)
            return READERS[name].mutate(raw, dice)[:most]

        flags = [f"-max_total_time={asked.seconds}", f"-seed={asked.seed}", "-max_len=300000",
                 "-timeout=60", "-rss_limit_mb=6000", "-verbosity=0", "-print_final_stats=1",
                 f"-artifact_prefix={asked.into}/{name}-stop-"]  # fmt: skip
        atheris.Setup([sys.argv[0], *flags, str(corpus)], attempt, custom_mutator=mutated)
        atheris.Fuzz()
        return
    dice = random.Random(asked.seed)  # noqa: S311
    until = time.monotonic() + asked.seconds
    while time.monotonic() < until:
        raw = dice.choice(seeds)
        for _ in range(dice.choice((1, 1, 2, 3))):
            raw = READERS[name].mutate(raw, dice)
        attempt(raw)


class Attempt:
    """Reads an input; writes down what should not have come out, once a place in the code."""

    def __init__(self, name, reader, folder: Path, into: Path) -> None:
        self.name, self.reader, self.folder, self.into = name, reader, folder, into
        self.known: set[str] = set()
        self.count = self.good = 0
        self.began = time.monotonic()

    def __call__(self, raw: bytes) -> None:
        from transit.errors import TransitError

        self.count += 1
        # A library that ends the process leaves its input here.
        (self.into / f"{self.name}.current").write_bytes(raw)
        began = time.process_time()  # other work on the machine does not count
        try:
            self.reader.read(raw, self.folder)
            self.good += 1
        except TransitError as error:
            if not error.problems or not all(p.what and p.mend for p in error.problems):
                self.keep(raw, error)
            str(error).encode("utf-8", "surrogatepass")
        except Exception as error:  # noqa: BLE001  (that is what is sought)
            self.keep(raw, error)
        if time.process_time() - began > SLOW_S:
            self.keep(raw, TimeoutError(f"{time.process_time() - began:.0f} s"))
        if self.count % 50 == 0:
            self.tell()

    def keep(self, raw: bytes, error: BaseException) -> None:
        frames = traceback.extract_tb(error.__traceback__)
        ours = [f"{Path(f.filename).name}:{f.name}" for f in frames if "/transit/" in f.filename]
        place = f"{type(error).__name__} {ours[-1] if ours else str(error)[:40]}"
        if place in self.known:
            return
        self.known.add(place)
        digest = hashlib.sha256(place.encode()).hexdigest()[:8]
        (self.into / f"{self.name}-{digest}").write_bytes(raw)
        told = "".join(traceback.format_exception(error))[-4000:]
        (self.into / f"{self.name}-{digest}.txt").write_text(f"{place}\n{told}", "utf-8", "replace")

    def tell(self) -> None:
        seconds = time.monotonic() - self.began
        counts = f"{self.count} runs {self.good} read {seconds:.0f} s {len(self.known)} found"
        (self.into / f"{self.name}.stats").write_text(f"{self.name} {counts}\n")


if __name__ == "__main__":
    main()
