"""How a story is shown: a tree of who reacted to what, when, publishing what."""

from __future__ import annotations

from rich.text import Text
from rich.tree import Tree

from troupe.cli.terminal import line
from troupe.event_store.read import Story
from troupe.event_store.trace import Step, trees

_STYLES = {"end": "green", "superseded": "dim", "divergent": "red", "incident": "red"}


def draw(story: Story, app: str) -> list[Tree]:
    """The causal trees of a story; `app` is what the sources of its agents begin with."""
    return [_tree(step, app) for step in trees(story)]


def _tree(step: Step, app: str) -> Tree:
    event = step.event
    began = Text.assemble(
        (event.metadata.occurred_at.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3], "dim"),
        "  ",
        (line(event.type), "bold"),
        f"  from {_who(event.source, app)}",
    )
    tree = Tree(began, guide_style="dim")
    for child in step.children:
        _grow(tree, child, app)
    return tree


def _grow(tree: Tree, step: Step, app: str) -> None:
    event = step.event
    also = f" (with {', '.join(line(t) for t in step.also_caused_by)})" if step.also_caused_by else ""
    branch = tree.add(
        Text.assemble(
            (event.metadata.occurred_at.strftime("%H:%M:%S.%f")[:-3], "dim"),
            (f" {'+' + format(step.after_ms, ',.0f') + ' ms':>9}", "dim"),
            f"  {_who(event.source, app)}{also} → ",
            (line(event.type), "bold"),
            *([(f"  {step.note}", _STYLES.get(step.note, ""))] if step.note else []),
        )
    )
    for child in step.children:
        _grow(branch, child, app)


def _who(source: str, app: str) -> str:
    return line(source).removeprefix(f"{app}.")
