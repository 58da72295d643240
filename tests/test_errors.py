"""The error tree: every fault at once, numbered, with the exit code a shell script relies on."""

from __future__ import annotations

import pytest

from transit.errors import (
    DataError,
    Problem,
    TransitError,
    UsageError,
    did_you_mean,
    nearest_names,
    raise_if,
)


def faults(count: int) -> list[Problem]:
    return [Problem(f"row {number}", "is wrong", "mend it") for number in range(1, count + 1)]


def test_one_problem_reads_as_one_line():
    """If this fails, a single fault is buried in a numbered list, or loses its remedy."""
    assert str(DataError(faults(1)[0])) == "row 1: is wrong → mend it"


def test_several_problems_are_counted_and_numbered():
    """If this fails, a planner cannot tell how much is left to mend."""
    assert str(DataError(faults(2))).splitlines() == [
        "2 problems:",
        "  1. row 1: is wrong → mend it",
        "  2. row 2: is wrong → mend it",
    ]


@pytest.mark.parametrize(("count", "last"), [(60, "  60. row 60: is wrong → mend it"),
    (61, "  … and 1 more"), (200, "  … and 140 more")])  # fmt: skip
def test_a_flood_of_problems_is_shortened_but_kept(count, last):
    """If this fails, a broken table scrolls the terminal away, or some faults are lost."""
    error = DataError(iter(faults(count)))
    lines = str(error).splitlines()
    assert lines[0] == f"{count} problems:"
    assert lines[-1] == last
    assert len(lines) == 1 + min(count, 60) + (count > 60)
    assert len(error.problems) == count


def test_exit_codes_and_tree():
    """If this fails, scripts cannot tell a wrong question from wrong data."""
    assert (TransitError.exit_code, UsageError.exit_code, DataError.exit_code) == (1, 2, 3)
    assert issubclass(UsageError, TransitError)
    assert issubclass(DataError, TransitError)


def test_raise_if():
    """If this fails, checks that found nothing stop the program, or faults pass unseen."""
    raise_if([])
    with pytest.raises(DataError, match="row 1"):
        raise_if(faults(1))


def test_nearest_names_best_first_then_by_name():
    """If this fails, the hint names the wrong stop, or another one on every run."""
    # One letter of three wrong in each of "abd" and "abe": equally near, so in name order.
    assert nearest_names("abc", ["xyz", "abe", "abd", "abd", "abcd"]) == ["abcd", "abd", "abe"]
    assert nearest_names("银星科技", ["大布巷", "银星科技园", "金星科技园"], count=1) == [
        "银星科技园"
    ]
    assert nearest_names("abc", []) == []


def test_did_you_mean_without_anything_alike():
    """If this fails, a hint offers names that have nothing in common with the slip."""
    assert did_you_mean("abc", ["xyz"]) == "nothing of that kind exists here"
    assert did_you_mean("M45O", ["M450"]) == "did you mean M450?"
