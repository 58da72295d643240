"""Cheapest drives between places on arcs, where what may follow an arc depends on that arc."""

from __future__ import annotations

import numpy as np
from numba import njit

from transit.engine.reach import Floats, Integers, pop, push


@njit(cache=True)
def drives(  # noqa: PLR0912, PLR0913, PLR0915  (compiled as one: the buffers are shared)
    first: Integers,
    following: Integers,
    turn: Floats,
    cost: Floats,
    source_arc: Integers,
    source_at: Floats,
    limit: Floats,
    first_target: Integers,
    target_arc: Integers,
    target_at: Floats,
) -> tuple[Floats, Integers, Integers]:
    """Least cost from each source to each of its targets, and the arcs driven.

    From arc a one may go on to ``following[first[a]:first[a + 1]]`` at a further cost ``turn``;
    driving the whole of it costs ``cost[a]``. Search s starts at cost ``source_at[s]`` along arc
    ``source_arc[s]``; its targets are ``first_target[s]:first_target[s + 1]``, each at cost
    ``target_at`` along ``target_arc``. Result: the cost of each target, ``inf`` beyond the
    search's ``limit``, and in compressed sparse row form the arcs from source to target, both
    included. Dijkstra's algorithm over arcs, so a forbidden turn is a pair that does not follow.
    """
    count = len(target_arc)
    total = np.full(count, np.inf)
    bounds = np.zeros(count + 1, np.int64)
    path = np.empty(1024, np.int64)
    size = 0
    entry = np.full(len(cost), np.inf)
    before = np.full(len(cost), -1, np.int64)
    wanted = np.zeros(len(cost), np.bool_)
    touched = np.empty(len(cost), np.int64)
    keys = np.empty(2 * len(following) + 1)
    items = np.empty(2 * len(following) + 1, np.int64)
    for search in range(len(source_arc)):
        low, high = first_target[search], first_target[search + 1]
        open_targets = 0
        for target in range(low, high):
            if not wanted[target_arc[target]]:
                wanted[target_arc[target]] = True
                open_targets += 1
        source = source_arc[search]
        graph = (first, following, turn, limit[search])
        found = (entry, before, touched, keys, items)
        left = cost[source] - source_at[search]
        seen, heap = _onward(graph, found, source, left, -1, 0, 0)
        while heap > 0 and open_targets > 0:
            reached, here = keys[0], items[0]
            heap = pop(keys, items, heap)
            if reached > entry[here]:
                continue
            if wanted[here]:
                wanted[here] = False
                open_targets -= 1
            seen, heap = _onward(graph, found, here, reached + cost[here], here, seen, heap)
        for target in range(low, high):
            arc = target_arc[target]
            wanted[arc] = False
            total[target] = entry[arc] + target_at[target]
            straight_on = arc == source and target_at[target] >= source_at[search]
            length = 1
            if straight_on and target_at[target] - source_at[search] <= total[target]:
                total[target] = target_at[target] - source_at[search]
            elif total[target] <= limit[search]:
                length = 2
                step = before[arc]
                while step >= 0:
                    length += 1
                    step = before[step]
            if total[target] > limit[search]:
                total[target] = np.inf
                bounds[target + 1] = size
                continue
            while size + length > len(path):
                wider = np.empty(2 * len(path), np.int64)
                wider[:size] = path[:size]
                path = wider
            step = arc
            for place in range(size + length - 1, size, -1):
                path[place] = step
                step = before[step]
            path[size] = source if length > 1 else arc
            size += length
            bounds[target + 1] = size
        for place in range(seen):
            entry[touched[place]] = np.inf
            before[touched[place]] = -1
    return total, bounds, path[:size]


@njit(cache=True)
def _onward(graph, found, here, reached, behind, seen, heap):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, PLR0913
    """Enter what may follow arc ``here``, left at cost ``reached``; what is seen and queued then.

    ``behind`` is what each of them is entered from: ``here``, or −1 at the source.
    """
    first, following, turn, limit = graph
    entry, before, touched, keys, items = found
    for place in range(first[here], first[here + 1]):
        arc, then = following[place], reached + turn[place]
        if then <= limit and then < entry[arc]:
            if entry[arc] == np.inf:
                touched[seen] = arc
                seen += 1
            entry[arc], before[arc] = then, behind
            heap = push(keys, items, heap, then, arc)
    return seen, heap
