"""Changes as they are printed: the difference of the two printed numbers, never another one.

Before and after are rounded each for itself, so the change of the unrounded numbers may differ from
what a reader subtracts (20.90 to 21.78 is +0.88, be the change 0.886). One rule holds everywhere:
what is printed as a change is the difference of what is printed before and after.
"""

from __future__ import annotations


def printed_change(before: float, after: float, digits: int) -> float:
    """``after`` less ``before``, each rounded to ``digits`` first; missing where either is.

    >>> printed_change(20.896, 21.782, 2)
    0.88
    """
    return round(round(float(after), digits) - round(float(before), digits), digits) + 0.0
