"""Circles in a graph: groups of nodes that each lead back to each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

Node = TypeVar("Node")


def circles(follows: Mapping[Node, Iterable[Node]]) -> list[list[Node]]:
    """The strongly connected groups of a graph given by what follows what, those that come last first (Tarjan, 1972).

    A node on no circle is a group of its own. What is not a key of the mapping is not in the graph.
    """
    number: dict[Node, int] = {}
    lowest: dict[Node, int] = {}
    open_: list[Node] = []
    found: list[list[Node]] = []
    for start in follows:
        if start in number:
            continue
        path = [(start, iter(follows[start]))]
        number[start] = lowest[start] = len(number)
        open_.append(start)
        while path:
            node, rest = path[-1]
            after = next((n for n in rest if n in follows and (n not in number or n in open_)), None)
            if after is None:
                path.pop()
                if path:
                    lowest[path[-1][0]] = min(lowest[path[-1][0]], lowest[node])
                if lowest[node] == number[node]:
                    position = open_.index(node)
                    found.append(open_[position:])
                    del open_[position:]
            elif after in number:
                lowest[node] = min(lowest[node], number[after])
            else:
                number[after] = lowest[after] = len(number)
                open_.append(after)
                path.append((after, iter(follows[after])))
    return found
