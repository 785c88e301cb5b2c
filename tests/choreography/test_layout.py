"""However a graph is, nothing lies on anything else and no arrow runs through a node."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from troupe.choreography.layout import Box, Layout, Point, lay_out

ROOT = Path(__file__).resolve().parents[2]
Sizes = dict[str, tuple[float, float]]


def drawn(seed: int, nodes: int, edges: int) -> tuple[Sizes, list[tuple[str, str]], frozenset[str]]:
    dice = random.Random(seed)
    sizes = {f"n{i}": (dice.uniform(50, 200), dice.choice((30.0, 46.0))) for i in range(nodes)}
    names = list(sizes)
    pairs = [tuple(dice.sample(names, 2)) for _ in range(edges)]
    return sizes, list(dict.fromkeys(pairs)), frozenset(dice.sample(names, nodes // 5))  # type: ignore[arg-type]


def overlap(a: Box, b: Box) -> bool:
    return a.x < b.x + b.width and b.x < a.x + a.width and a.y < b.y + b.height and b.y < a.y + a.height


def along(way: list[Point], steps: int = 12) -> list[Point]:
    """Points on a way: its start, then cubic curves."""
    points = []
    for i in range(0, len(way) - 1, 3):
        p = way[i : i + 4]
        for t in (step / steps for step in range(steps + 1)):
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
            points.append(
                (
                    sum(w * x for w, (x, _) in zip(weights, p, strict=True)),
                    sum(w * y for w, (_, y) in zip(weights, p, strict=True)),
                )
            )
    return points


def faults(layout: Layout, edges: list[tuple[str, str]]) -> list[str]:
    boxes = layout.boxes
    found = [f"{a} on {b}" for a in boxes for b in boxes if a < b and overlap(boxes[a], boxes[b])]
    for (a, b), way in zip(edges, layout.ways, strict=True):
        for end, (x, y) in ((a, way[0]), (b, way[-1])):
            box = boxes[end]
            if not (x in (box.x, box.x + box.width) and box.y <= y <= box.y + box.height):
                found.append(f"{a} to {b} does not touch {end}")
        for x, y in along(way):
            found += [
                f"{a} to {b} runs through {name}"
                for name, box in boxes.items()
                if box.x + 1 < x < box.x + box.width - 1 and box.y + 1 < y < box.y + box.height - 1
            ]
            if not (0 <= x <= layout.width and 0 <= y <= layout.height):
                found.append(f"{a} to {b} leaves the picture")
    return found


@pytest.mark.parametrize("seed", range(12))
def test_nothing_lies_on_anything(seed: int) -> None:
    sizes, edges, gates = drawn(seed, 4 + seed * 2, 3 + seed * 3)
    assert faults(lay_out(sizes, edges, gates=gates), edges) == []


def test_a_story_goes_from_left_to_right_and_a_loop_leads_back() -> None:
    sizes = dict.fromkeys(("asked", "writer", "draft", "editor", "done", "revision"), (80.0, 30.0))
    edges = [("asked", "writer"), ("writer", "draft"), ("draft", "editor"), ("editor", "done")]
    loop = [("editor", "revision"), ("revision", "writer")]
    layout = lay_out(sizes, [*loop, *edges])
    xs = [layout.boxes[name].x for name in ("asked", "writer", "draft", "editor", "done")]
    assert xs == sorted(set(xs))
    back = layout.ways[1]
    assert back[0][0] > back[-1][0], "the arrow's head is where it leads, though it was laid out the other way round"


def test_a_gate_stands_behind_everything_it_waits_for() -> None:
    sizes = dict.fromkeys(("root", "a", "x", "b", "y", "z", "gate", "end"), (80.0, 30.0))
    edges = [("root", "a"), ("a", "x"), ("root", "gate"), ("x", "b"), ("b", "y"), ("y", "gate"), ("gate", "end")]
    edges += [("end", "z")]
    layout = lay_out(sizes, edges, gates=frozenset({"gate"}))
    assert layout.boxes["gate"].x > layout.boxes["y"].x
    assert lay_out(sizes, edges).boxes["gate"].x < layout.boxes["y"].x, "it would be reached at once if it waited not"


def test_few_arrows_cross_and_straight_ones_are_straight() -> None:
    """Two chains side by side, named crosswise."""
    sizes = dict.fromkeys(("a", "b", "b1", "a1", "a2", "b2"), (80.0, 30.0))
    layout = lay_out(sizes, [("a", "a1"), ("b", "b1"), ("a1", "a2"), ("b1", "b2")])
    for way in layout.ways:
        assert len({round(y, 3) for _, y in way}) == 1


def test_the_same_graph_is_laid_out_the_same() -> None:
    sizes, edges, gates = drawn(5, 20, 30)
    assert lay_out(sizes, edges, gates=gates) == lay_out(sizes, edges, gates=gates)


def test_nothing_and_one_can_be_laid_out() -> None:
    assert lay_out({}, []).boxes == {}
    assert lay_out({"a": (50, 30)}, []).boxes == {"a": Box(0, 0, 50, 30)}
