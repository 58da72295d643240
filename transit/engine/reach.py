"""Bounded shortest distances over arcs in compressed sparse row form."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]


@njit(cache=True)
def push(keys: Floats, items: Integers, size: int, key: float, item: int) -> int:
    """Put ``item`` into the heap of ``size`` by its ``key``; the new size.

    Of equal keys the lowest item comes first, so that what is found does not hang on what else
    the heap holds.
    """
    place = size
    while place > 0:
        parent = (place - 1) >> 1
        if keys[parent] < key or (keys[parent] == key and items[parent] <= item):
            break
        keys[place] = keys[parent]
        items[place] = items[parent]
        place = parent
    keys[place] = key
    items[place] = item
    return size + 1


@njit(cache=True)
def pop(keys: Floats, items: Integers, size: int) -> int:
    """Take the first item off the heap of ``size``; the new size."""
    size -= 1
    key, item = keys[size], items[size]
    place = 0
    while True:
        child = 2 * place + 1
        if child >= size:
            break
        if child + 1 < size and (
            keys[child + 1] < keys[child]
            or (keys[child + 1] == keys[child] and items[child + 1] < items[child])
        ):
            child += 1
        if keys[child] > key or (keys[child] == key and items[child] >= item):
            break
        keys[place] = keys[child]
        items[place] = items[child]
        place = child
    keys[place] = key
    items[place] = item
    return size


@njit(cache=True)
def node_distances(  # noqa: PLR0913  (the arrays of one graph and its seeds)
    first_arc: Integers,
    head: Integers,
    length: Floats,
    seed_node: Integers,
    seed_cost: Floats,
    limit: float,
) -> Floats:
    """Least cost from the seeds to every node, ``inf`` where it would pass ``limit``.

    The arcs out of node ``i`` are ``head[first_arc[i]:first_arc[i + 1]]`` with the lengths
    beside them, none negative. Dijkstra's algorithm with a binary heap and lazy deletion
    (E. W. Dijkstra, 1959), so parallel arcs and loops need no special care.
    """
    distance = np.full(len(first_arc) - 1, np.inf)
    keys = np.empty(len(head) + len(seed_node) + 1)
    items = np.empty(len(head) + len(seed_node) + 1, np.int64)
    size = 0
    for seed in range(len(seed_node)):
        node, cost = seed_node[seed], seed_cost[seed]
        if cost <= limit and cost < distance[node]:
            distance[node] = cost
            size = push(keys, items, size, cost, node)
    while size > 0:
        cost, node = keys[0], items[0]
        size = pop(keys, items, size)
        if cost > distance[node]:
            continue
        for arc in range(first_arc[node], first_arc[node + 1]):
            further = cost + length[arc]
            if further <= limit and further < distance[head[arc]]:
                distance[head[arc]] = further
                size = push(keys, items, size, further, head[arc])
    return distance
