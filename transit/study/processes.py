"""Rounds of cases shared among processes, each of which reads an area once and keeps it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from pathlib import Path

from transit.errors import DataError, Problem
from transit.study.kept import Outcome
from transit.study.plan import Round, area_at
from transit.study.study import Study
from transit.study.working import Workshop


def in_processes(
    shops: Mapping[str, Workshop], left: Sequence[Round], jobs: int
) -> Iterator[Outcome]:
    """What comes of the rounds ``left``, as ``jobs`` processes finish them.

    Interrupted, it waits for the rounds that are being worked on: their cases are whole then.
    Raises ``DataError`` where a process was ended from outside, as a full memory does.
    """
    # Spawned, not forked: numba's threads do not survive a fork, and Windows has no other way.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_started)
    try:
        waiting = [
            pool.submit(_outcomes, shops[one.area].study, shops[one.area].out, one,
                        shops[one.area].area.network.fingerprint())
            for one in left
        ]  # fmt: skip
        for done in as_completed(waiting):
            yield from done.result()
    except BrokenProcessPool:
        mend = "run it again with fewer --jobs: what is done is kept"
        what = "was ended from outside, perhaps for want of memory"
        raise DataError(Problem("a process of the study", what, mend)) from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _started() -> None:
    """In a new process: Ctrl-C is the parent's to answer, and its end is the end of this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _outcomes(study: Study, out: Path | None, one: Round, network: str) -> list[Outcome]:
    shop = _shop(study, out, one.area)
    if shop.area.network.fingerprint() == network:
        return list(shop.outcomes(one))
    fault = Problem(one.area, "changed while the study ran", "run it again")
    return [Outcome(case, "failed", problems=(fault,)) for case in one.cases]


@cache
def _shop(study: Study, out: Path | None, folder: str) -> Workshop:
    return Workshop(study, area_at(study, folder), out)
