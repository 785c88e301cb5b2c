"""What is wrong with a choreography, found from the signatures alone, before anything is deployed.

A finding is silenced by a comment with a reason on the line that it points to, or the line above:
`# troupe: allow unheard-event, because the data team reads it from the archive`.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from troupe.choreography.graph import PLATFORM, Graph

_ALLOWED = re.compile(r"#\s*troupe:\s*allow\s+(?P<rule>[a-z-]+)(?:\s*,?\s*because\s+(?P<reason>\S.*))?")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or silenced."""

    rule: str
    what: str
    where: str
    """`file:line`, relative to the project."""
    why: str
    """Why it matters."""
    fix: str
    """What to do about it."""
    reason: str = ""
    """Why it is allowed, if it has been silenced."""

    @property
    def silence(self) -> str:
        """The comment that silences it; empty where no comment can stand."""
        return f"# troupe: allow {self.rule}, because …" if _place(self.where)[0].endswith(".py") else ""


def unheard_events(graph: Graph) -> Iterator[Finding]:
    """Events that nobody hears, though they do not end the story."""
    for event in graph.events.values():
        if event.domain == PLATFORM or event.terms.terminal or graph.hearers(event.name):
            continue
        publishers = sorted({handler.agent for handler in graph.publishers(event.name)})
        said_by = f", though {' and '.join(publishers)} may publish it" if publishers else ""
        yield Finding(
            "unheard-event",
            f"{event.name} is heard by nobody{said_by}.",
            event.where,
            "Whatever follows from it never happens, and its story does not end with it.",
            "Give an agent a parameter of this type, say terminal=True if it ends the story, or delete it.",
        )


def unsatisfied_subscriptions(graph: Graph) -> Iterator[Finding]:
    """Events that an agent waits for, though nobody publishes them and they do not come from outside."""
    for handler in graph.handlers:
        for name in handler.hears:
            event = graph.events[name]
            if event.domain == PLATFORM or event.terms.root or graph.publishers(name):
                continue
            yield Finding(
                "unsatisfied-subscription",
                f"{handler.agent} hears {name}, which nobody publishes.",
                handler.where,
                "This handler will never act.",
                f"Let an agent return {name}, or say root=True on it if it comes from outside.",
            )


def endless_roots(graph: Graph) -> Iterator[Finding]:
    """Roots from which no terminal event can be reached."""
    for root in graph.roots:
        if not graph.hearers(root.name):
            continue  # already found: an unheard event
        reached = graph.reached_from(root.name)
        if not any(graph.events[name].terms.terminal for name in reached):
            yield Finding(
                "endless-root",
                f"A story that begins with {root.name} can never end: no terminal event follows from it.",
                root.where,
                "Nobody can tell whether it is finished, so the watchdog will report every one of them.",
                "Say terminal=True on the event that ends it.",
            )


CHECKS: tuple[Callable[[Graph], Iterable[Finding]], ...] = (unheard_events, unsatisfied_subscriptions, endless_roots)


def findings(graph: Graph, root: Path) -> tuple[Finding, ...]:
    """Everything that is wrong, sorted by place; silenced findings carry their reason.

    A silencing comment without a reason, or one that silences nothing, is a finding itself.
    """
    from troupe.choreography.evolution import broken_contracts  # which has findings to tell, too

    found = [*(finding for check in CHECKS for finding in check(graph)), *broken_contracts(graph, root)]
    comments = _comments(graph, root)
    told: list[Finding] = []
    used: set[_Comment] = set()
    for finding in found:
        comment = next((c for c in comments if c.rule == finding.rule and c.covers(finding.where)), None)
        if comment is not None:
            used.add(comment)
            finding = replace(finding, reason=comment.reason)
        told.append(finding)
    told += [_idle(comment) for comment in comments if comment not in used]
    told += [_unreasoned(comment) for comment in comments if comment in used and not comment.reason]
    return tuple(sorted(told, key=lambda f: (_place(f.where), f.rule, f.what)))


@dataclass(frozen=True, slots=True)
class _Comment:
    file: str
    line: int
    rule: str
    reason: str
    first: int
    last: int
    """The lines of the definition's head that it stands on or above."""

    def covers(self, where: str) -> bool:
        file, line = _place(where)
        return file == self.file and self.first <= line <= self.last


def _comments(graph: Graph, root: Path) -> list[_Comment]:
    """Every silencing comment in the files that declare an agent or an event of this project."""
    places = {event.where for event in graph.events.values()} | {handler.where for handler in graph.handlers}
    comments = []
    for file in sorted({_place(where)[0] for where in places}):
        path = root / file
        if Path(file).is_absolute() or not path.is_file():
            continue  # the engine's own events
        text = path.read_text(encoding="utf-8")
        heads = [
            _head(node)
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AnnAssign)
        ]
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            match = _ALLOWED.search(token.string) if token.type == tokenize.COMMENT else None
            if match:
                number = token.start[0]
                first, last = next(((a, b) for a, b in heads if a - 1 <= number <= b), (number, number))
                comments.append(_Comment(file, number, match["rule"], (match["reason"] or "").strip(), first, last))
    return comments


def _head(node: ast.ClassDef | ast.FunctionDef | ast.AnnAssign) -> tuple[int, int]:
    """From the first decorator to the line before the body; of a field all of it."""
    if isinstance(node, ast.AnnAssign):
        return node.lineno, node.end_lineno or node.lineno
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    return first, max(node.lineno, node.body[0].lineno - 1)


def _idle(comment: _Comment) -> Finding:
    return Finding(
        "idle-silence",
        f"The comment allows {comment.rule}, but there is nothing to allow.",
        f"{comment.file}:{comment.line}",
        "It would hide the next finding here, whose reason may be another.",
        "Delete the comment.",
    )


def _unreasoned(comment: _Comment) -> Finding:
    return Finding(
        "silence-without-reason",
        f"The comment allows {comment.rule} without saying why.",
        f"{comment.file}:{comment.line}",
        "The next reader cannot judge whether it still holds.",
        f"Write `# troupe: allow {comment.rule}, because …`.",
    )


def _place(where: str) -> tuple[str, int]:
    file, _, line = where.rpartition(":")
    return file, int(line)
