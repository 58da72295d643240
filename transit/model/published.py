"""Courses as published (GTFS ``shapes``): how far a line drives where no street is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from transit.model.course import Course
from transit.units import BoolArray, FloatArray

NEAR_M = 100.0
"""How far a stop may stand from the course that was published for its line, in metres."""
LONGEST_M = 1_500.0
LONGEST_RATIO = 4.0
"""A hop along a shape is at most ``LONGEST_M`` plus the ratio times its straight metres."""


def along_shape(course: Course, stops: FloatArray, shape: FloatArray) -> Course:
    """``course`` with the metres along ``shape`` for hops on no street, where both stops are on it.

    ``stops``, shape (stops, 2), and ``shape``, shape (points, 2), are metres. Stops are placed on
    the shape in their order, so that what is driven twice is told apart; of all ways to place them
    that with the least sum of distances counts.
    """
    if course.matched.all() or len(shape) < 2:
        return course
    taken, at = _followed(course, stops, shape)
    length = np.where(taken, np.maximum(np.diff(at), course.straight_m), course.length_m)
    return replace(course, length_m=length, line_m=np.where(taken, length, course.line_m))


def hops_on_shape(
    course: Course, stops: FloatArray, shape: FloatArray
) -> dict[int, tuple[float, float]]:
    """Metres along ``shape`` where each hop begins and ends that ``along_shape`` lays on it."""
    if course.matched.all() or len(shape) < 2:
        return {}
    taken, at = _followed(course, stops, shape)
    return {int(hop): (float(at[hop]), float(at[hop + 1])) for hop in np.flatnonzero(taken)}


def _followed(course: Course, stops: FloatArray, shape: FloatArray) -> tuple[BoolArray, FloatArray]:
    """Which hops follow ``shape``, and the metres along it of each stop."""
    at, off = _placed(stops, shape)
    driven = np.diff(at)
    near = (off[:-1] <= NEAR_M) & (off[1:] <= NEAR_M)
    # A shape cuts corners between its points, so it may be a little shorter than straight.
    short = driven >= course.straight_m - off[:-1] - off[1:]
    long = driven <= LONGEST_M + LONGEST_RATIO * course.straight_m
    taken: BoolArray = ~course.matched & near & short & long
    return taken, at


def _placed(stops: FloatArray, shape: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Metres along ``shape`` of each stop, never decreasing, and metres between the two."""
    start, step = shape[:-1], np.diff(shape, axis=0)
    length = np.hypot(*step.T)
    begin = np.concatenate([[0.0], np.cumsum(length)[:-1]])
    to_stop = stops[:, None, :] - start[None, :, :]
    squared = np.where(length > 0, length**2, 1.0)
    part = np.clip((to_stop * step).sum(axis=2) / squared, 0.0, 1.0)
    off = np.hypot(*np.moveaxis(to_stop - part[:, :, None] * step, 2, 0))
    along = begin + part * length
    # Least cost of the stops so far, each on its own piece of the shape, pieces in order.
    cost, back = off[0], []
    for row in range(1, len(stops)):
        stay = np.where(along[row] >= along[row - 1], cost, np.inf)
        before = np.concatenate([[np.inf], np.minimum.accumulate(cost)[:-1]])
        first = np.concatenate([[0], _argmin_so_far(cost)[:-1]])
        back.append(np.where(stay <= before, np.arange(len(cost)), first))
        cost = off[row] + np.minimum(stay, before)
    piece = [int(cost.argmin())]
    for best in reversed(back):
        piece.append(int(best[piece[-1]]))
    rows, pieces = np.arange(len(stops)), np.array(piece[::-1])
    return along[rows, pieces], off[rows, pieces]


def _argmin_so_far(cost: FloatArray) -> np.ndarray:
    """The place of the least value up to and including each place."""
    least = np.minimum.accumulate(cost)
    is_new = np.concatenate([[True], cost[1:] < least[:-1]])
    return np.maximum.accumulate(np.where(is_new, np.arange(len(cost)), 0))
