"""The error tree: everything the toolkit raises on purpose.

``TransitError``
    ├── ``UsageError``   the question cannot be asked like this       (exit code 2)
    └── ``DataError``    the data do not allow an answer              (exit code 3)

Every error carries *all* the faults of one input as ``Problem`` values, and each
problem says what was found, where, and how to mend it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

SHOWN_AT_MOST = 60
TOO_LARGE = "needs more memory than this computer has free"
LESS = "cut it to the place in question, or close other programs"


@dataclass(frozen=True, order=True)
class Problem:
    """One fault: where it is, what was found there and how to mend it."""

    where: str
    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what} → {self.mend}"


class TransitError(Exception):
    """The root of the tree; ``problems`` lists every fault, ``exit_code`` is for the shell."""

    exit_code = 1

    def __init__(self, problems: Iterable[Problem] | Problem) -> None:
        found = (problems,) if isinstance(problems, Problem) else tuple(problems)
        self.problems: tuple[Problem, ...] = found
        super().__init__(_numbered(found))


class UsageError(TransitError):
    """The question cannot be asked like this: an unknown name, an option out of range."""

    exit_code = 2


class DataError(TransitError):
    """The data do not allow an answer: a missing file or column, a broken reference."""

    exit_code = 3


def raise_if(problems: Sequence[Problem]) -> None:
    """Raise one ``DataError`` with all of ``problems``, or return when there are none."""
    if problems:
        raise DataError(problems)


@contextlib.contextmanager
def within_memory(where: object) -> Iterator[None]:
    """Tell what ``where`` names as too large where the memory ends, as a ``DataError``."""
    try:
        yield
    except MemoryError:
        raise DataError(Problem(str(where), TOO_LARGE, LESS)) from None


def nearest_names(
    wanted: str, known: Iterable[str], *, count: int = 3, at_least: float = 0
) -> list[str]:
    """The ``count`` known names most like ``wanted``, best first (ties in name order).

    Names less alike than ``at_least`` (0 … 100) or not at all are left out.
    """
    from rapidfuzz import fuzz, process

    ranked = process.extract(wanted, sorted(set(known)), scorer=fuzz.ratio, limit=count)
    return [name for name, score, _ in ranked if score > 0 and score >= at_least]


def did_you_mean(wanted: str, known: Iterable[str]) -> str:
    """How to mend an unknown name: the nearest names that exist."""
    near = nearest_names(wanted, known)
    return f"did you mean {' / '.join(near)}?" if near else "nothing of that kind exists here"


def _numbered(problems: Sequence[Problem]) -> str:
    if len(problems) == 1:
        return str(problems[0])
    lines = [f"{len(problems)} problems:"]
    lines += [f"  {number}. {problem}" for number, problem in enumerate(problems, 1)][
        :SHOWN_AT_MOST
    ]
    if len(problems) > SHOWN_AT_MOST:
        lines.append(f"  … and {len(problems) - SHOWN_AT_MOST} more")
    return "\n".join(lines)
