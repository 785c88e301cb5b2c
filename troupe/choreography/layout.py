"""Places the nodes of a directed graph in columns and leads its arrows between them, from left to right.

The method is Sugiyama's: turn round what leads back, give every node a column, order each column so that few arrows
cross, and move nodes up and down until arrows are straight. An arrow that passes a column has a place of its own
in it, so that none runs through a node.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

Point = tuple[float, float]
Edge = tuple[str, str]
Place = str | tuple[int, int]
"""A node by name, or where an arrow, by its number, passes a column."""

_GAP_Y, _PASSING, _SWEEPS = 18.0, 10.0, 16
_PORTS = 9.0


@dataclass(frozen=True, slots=True)
class Box:
    """Where a node stands; x and y are those of its left upper corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Layout:
    """Boxes by node, and per edge, in the order given, the points of its way: a start, then three for each curve."""

    boxes: dict[str, Box]
    ways: list[list[Point]]
    width: float
    height: float


def lay_out(
    sizes: Mapping[str, tuple[float, float]],
    edges: Sequence[Edge],
    *,
    gates: frozenset[str] = frozenset(),
    asides: frozenset[int] = frozenset(),
) -> Layout:
    """The layout of nodes, by name with width and height. What is named first tends to stand left and above.

    gates: nodes that one passes only when everything that leads to them has come. asides: edges, by number, that are
    drawn and do not lead anywhere.
    """
    at = _reached(sizes, [edge for number, edge in enumerate(edges) if number not in asides], gates)
    turned = {number for number, (a, b) in enumerate(edges) if at[b] < at[a]}
    forward = [(b, a) if number in turned else (a, b) for number, (a, b) in enumerate(edges)]
    column_of = _columns(sizes, forward)
    chains = [_chain(number, edge, column_of) for number, edge in enumerate(forward)]
    columns = _ordered(_filled(sizes, column_of, chains), chains)
    ys = _raised(columns, chains, sizes)
    boxes, spans = _boxes(columns, ys, sizes, chains)
    ports = _ports(chains, boxes, ys)
    ways = [_way(chain, number, ports, boxes, ys, spans, column_of) for number, chain in enumerate(chains)]
    return Layout(
        boxes,
        [way[::-1] if number in turned else way for number, way in enumerate(ways)],
        max((right for _, right in spans), default=0.0),
        max((y + _height(place, sizes) / 2 for place, y in ys.items()), default=0.0),
    )


def _reached(nodes: Iterable[str], edges: Sequence[Edge], gates: frozenset[str]) -> dict[str, int]:
    """In which order one comes to the nodes, beginning at those that nothing leads to and going on everywhere at once.

    A gate that nobody can pass in this way, because it waits for what it leads to itself, is passed as another node.
    """
    after: dict[str, list[str]] = {node: [] for node in nodes}
    waits = dict.fromkeys(after, 0)
    for a, b in edges:
        after[a].append(b)
        waits[b] += 1
    reached: dict[str, int] = {}
    touched: dict[str, None] = {}
    front = [node for node in after if not waits[node]]
    while len(reached) < len(after):
        front = front or list(touched)[:1] or [next(node for node in after if node not in reached)]
        for node in front:
            reached[node] = len(reached)
            touched.pop(node, None)
        following: dict[str, None] = {}
        for to in (to for node in front for to in after[node] if to not in reached):
            waits[to] -= 1
            (touched if to in gates and waits[to] else following)[to] = None
        front = list(following)
    return reached


def _columns(nodes: Iterable[str], edges: Sequence[Edge]) -> dict[str, int]:
    """Each node stands right of whatever leads to it; one that nothing leads to, just left of what it leads to."""
    column = dict.fromkeys(nodes, 0)
    before: dict[str, list[str]] = {node: [] for node in column}
    after: dict[str, list[str]] = {node: [] for node in column}
    for a, b in edges:
        before[b].append(a)
        after[a].append(b)
    missing = {node: len(before[node]) for node in column}
    ready = [node for node in column if not missing[node]]
    for node in ready:
        for to in after[node]:
            column[to] = max(column[to], column[node] + 1)
            missing[to] -= 1
            if not missing[to]:
                ready.append(to)
    for node in column:
        if not before[node] and after[node]:
            column[node] = min(column[to] for to in after[node]) - 1
    return column


def _chain(number: int, edge: Edge, column_of: Mapping[str, int]) -> list[Place]:
    a, b = edge
    return [a, *((number, column) for column in range(column_of[a] + 1, column_of[b])), b]


def _filled(nodes: Iterable[str], column_of: Mapping[str, int], chains: list[list[Place]]) -> list[list[Place]]:
    columns: list[list[Place]] = [[] for _ in range(max(column_of.values(), default=-1) + 1)]
    for node in nodes:
        columns[column_of[node]].append(node)
    for chain in chains:
        for place in chain[1:-1]:
            columns[place[1]].append(place)  # type: ignore[index]
    return columns


def _ordered(columns: list[list[Place]], chains: list[list[Place]]) -> list[list[Place]]:
    """The columns, ordered by sweeps to and fro: each place moves to the middle of what it is linked with."""
    left, right = _links(chains)
    best, fewest = [list(column) for column in columns], _crossings(columns, right)
    for sweep in range(_SWEEPS):
        links, run = (left, columns[1:]) if sweep % 2 == 0 else (right, columns[-2::-1])
        at = {place: index for column in columns for index, place in enumerate(column)}
        for column in run:
            middle = {p: fmean(at[q] for q in links[p]) if links.get(p) else float(at[p]) for p in column}
            column.sort(key=middle.__getitem__)
            at.update((place, index) for index, place in enumerate(column))
        crossings = _crossings(columns, right)
        if crossings < fewest:
            best, fewest = [list(column) for column in columns], crossings
    return best


def _links(chains: list[list[Place]]) -> tuple[dict[Place, list[Place]], dict[Place, list[Place]]]:
    left: dict[Place, list[Place]] = {}
    right: dict[Place, list[Place]] = {}
    for chain in chains:
        for a, b in pairwise(chain):
            right.setdefault(a, []).append(b)
            left.setdefault(b, []).append(a)
    return left, right


def _crossings(columns: list[list[Place]], right: Mapping[Place, list[Place]]) -> int:
    count = 0
    for column, following in pairwise(columns):
        at = {place: index for index, place in enumerate(following)}
        passed: list[int] = []
        for place in column:
            ends = sorted(at[q] for q in right.get(place, ()))
            count += sum(len(passed) - bisect_left(passed, end + 1) for end in ends)
            for end in ends:
                insort(passed, end)
    return count


def _raised(
    columns: list[list[Place]], chains: list[list[Place]], sizes: Mapping[str, tuple[float, float]]
) -> dict[Place, float]:
    """The middle of each place, as near as can be to the middle of its neighbours, in the order of its column."""
    left, right = _links(chains)
    ys: dict[Place, float] = {}
    for column in columns:
        y = 0.0
        for place in column:
            half = _height(place, sizes) / 2
            ys[place] = y + half
            y += 2 * half + _GAP_Y
    for sweep in range(_SWEEPS):
        for column in columns if sweep % 2 == 0 else columns[::-1]:
            wanted = []
            for place in column:
                near = [ys[q] for q in (*left.get(place, ()), *right.get(place, ()))]
                wanted.append(fmean(near) if near else ys[place])
            ys.update(zip(column, _apart(column, wanted, sizes), strict=True))
    top = min((ys[p] - _height(p, sizes) / 2 for p in ys), default=0.0)
    return {place: y - top for place, y in ys.items()}


def _apart(column: list[Place], wanted: list[float], sizes: Mapping[str, tuple[float, float]]) -> list[float]:
    """The nearest heights to those wanted (least squares) that keep order and distance: pooling adjacent violators."""
    offsets, offset = [], 0.0
    for index, place in enumerate(column):
        if index:
            offset += (_height(column[index - 1], sizes) + _height(place, sizes)) / 2 + _GAP_Y
        offsets.append(offset)
    pools: list[tuple[float, float]] = []  # mean, weight
    counts: list[int] = []
    for place, want, offset in zip(column, wanted, offsets, strict=True):
        mean, weight, count = want - offset, 1.0 if isinstance(place, str) else 2.0, 1
        while pools and pools[-1][0] >= mean:
            other, others = pools.pop()
            mean, weight = (mean * weight + other * others) / (weight + others), weight + others
            count += counts.pop()
        pools.append((mean, weight))
        counts.append(count)
    flat = [mean for (mean, _), count in zip(pools, counts, strict=True) for _ in range(count)]
    return [z + offset for z, offset in zip(flat, offsets, strict=True)]


def _height(place: Place, sizes: Mapping[str, tuple[float, float]]) -> float:
    return sizes[place][1] if isinstance(place, str) else _PASSING


def _boxes(
    columns: list[list[Place]],
    ys: Mapping[Place, float],
    sizes: Mapping[str, tuple[float, float]],
    chains: list[list[Place]],
) -> tuple[dict[str, Box], list[tuple[float, float]]]:
    """Each node in the middle of its column; and from where to where each column goes."""
    boxes: dict[str, Box] = {}
    spans = []
    x = 0.0
    for column in columns:
        nodes = [place for place in column if isinstance(place, str)]
        width = max((sizes[node][0] for node in nodes), default=0.0)
        for node in nodes:
            w, h = sizes[node]
            boxes[node] = Box(x + (width - w) / 2, ys[node] - h / 2, w, h)
        spans.append((x, x + width))
        leaving = sum(place in chain[:-1] for place in column for chain in chains)
        x += width + min(110.0, 38.0 + 5 * leaving)
    return boxes, spans


def _ports(
    chains: list[list[Place]], boxes: Mapping[str, Box], ys: Mapping[Place, float]
) -> dict[tuple[int, int], float]:
    """How high each arrow leaves (0) and arrives (-1): beside the others, in the order of where they go."""
    sides: dict[tuple[str, int], list[tuple[float, int]]] = {}
    for number, chain in enumerate(chains):
        for end, neighbour in ((0, chain[1]), (-1, chain[-2])):
            sides.setdefault((str(chain[end]), end), []).append((ys[neighbour], number))
    heights = {}
    for (node, end), arrows in sides.items():
        box = boxes[node]
        step = min(_PORTS, (box.height - 12) / max(1, len(arrows) - 1))
        first = box.y + box.height / 2 - step * (len(arrows) - 1) / 2
        for index, (_, number) in enumerate(sorted(arrows)):
            heights[number, end] = first + index * step
    return heights


def _way(
    chain: list[Place],
    number: int,
    ports: Mapping[tuple[int, int], float],
    boxes: Mapping[str, Box],
    ys: Mapping[Place, float],
    spans: list[tuple[float, float]],
    column_of: Mapping[str, int],
) -> list[Point]:
    """Straight through columns, curved between them."""
    a, b = boxes[str(chain[0])], boxes[str(chain[-1])]
    column, y = column_of[str(chain[0])], ports[number, 0]
    way: list[Point] = [(a.x + a.width, y)]
    for place in chain[1:]:
        to = ports[number, -1] if place is chain[-1] else ys[place]
        start, end = spans[column][1], spans[column + 1][0]
        middle = (start + end) / 2
        way += [way[-1], (start, y), (start, y), (middle, y), (middle, to), (end, to)]
        column, y = column + 1, to
        across = b.x if place is chain[-1] else spans[column][1]
        way += [(end, to), (across, to), (across, to)]
    return way
