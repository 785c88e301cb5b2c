"""Comments that allow a finding, with a reason: `# troupe: allow unheard-event, because finance reads the archive`."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from troupe.choreography.finding import Finding, Rule
from troupe.choreography.graph import Graph

_ALLOWED = re.compile(r"#\s*troupe:\s*allow\s+(?P<rule>[a-z-]+)(?:\s*,?\s*because\s+(?P<reason>\S.*))?")

IDLE = Rule("idle-silence", "warning", "It would hide the next finding here, whose reason may be another.")
UNREASONED = Rule("silence-without-reason", "warning", "The next reader cannot judge whether it still holds.")


def silenced(found: Iterable[Finding], graph: Graph, root: Path) -> list[Finding]:
    """The findings, those with a comment carrying its reason; and what is wrong with the comments themselves."""
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
    return told + [_unreasoned(comment) for comment in comments if comment in used and not comment.reason]


def place(where: str) -> tuple[str, int]:
    """`file:line`, apart."""
    file, _, line = where.rpartition(":")
    return file, int(line)


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
        file, line = place(where)
        return file == self.file and self.first <= line <= self.last


def _comments(graph: Graph, root: Path) -> Sequence[_Comment]:
    """Every silencing comment in the files that declare an agent or an event of this project."""
    places = {event.where for event in graph.events.values()} | {handler.where for handler in graph.handlers}
    comments = []
    for file in sorted({place(where)[0] for where in places}):
        path = root / file
        if Path(file).is_absolute() or not path.is_file():
            continue  # the engine's own events
        text = path.read_text(encoding="utf-8")
        if not _ALLOWED.search(text):
            continue
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
    what = f"The comment allows {comment.rule}, but there is nothing to allow."
    return Finding(IDLE, what, f"{comment.file}:{comment.line}", "Delete the comment.")


def _unreasoned(comment: _Comment) -> Finding:
    what = f"The comment allows {comment.rule} without saying why."
    fix = f"Write `# troupe: allow {comment.rule}, because …`."
    return Finding(UNREASONED, what, f"{comment.file}:{comment.line}", fix)
