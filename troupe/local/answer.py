"""What the story of a question comes to: the answer, or the reason why there is none and what would help.

The events of the question choreography are known here by their names only; their contracts belong to the project.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from troupe.event_store.read import StoredEvent, Story

Outcome = Literal["answered", "clarification", "refused", "failed"]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answered question, or one that could not be answered; then `reason` and `helps` say why and what to do."""

    correlation_id: str
    outcome: Outcome
    reading: str = ""
    """How the question was understood."""
    sql: str = ""
    """What ran; what was proposed, if nothing did; empty if there is none."""
    columns: list[dict[str, Any]] = field(default_factory=list)
    rows: list[list[Any]] = field(default_factory=list)
    truncated: bool = False
    view: Path | None = None
    """The page with chart and table."""
    suggestions: list[str] = field(default_factory=list)
    """Questions that can be answered."""
    reason: str = ""
    helps: str = ""
    request: str = ""
    """What waits for somebody's word (`troupe inbox`); empty: nothing."""

    def as_json(self, events: Iterable[StoredEvent] = ()) -> dict[str, Any]:
        """The answer and the events that led to it as one JSON object."""
        return {
            "correlation_id": self.correlation_id,
            "outcome": self.outcome,
            "reason": self.reason,
            "reading": self.reading,
            "sql": self.sql,
            "columns": [column["name"] for column in self.columns],
            "rows": self.rows,
            "truncated": self.truncated,
            "view": str(self.view) if self.view else None,
            "suggestions": self.suggestions,
            "request": self.request,
            "events": [_event(event) for event in events],
        }


def read_answer(story: Story, view: Path | None) -> Answer:
    """Reads the answer off the events; `view` is where the page has been written."""
    told = {event.type: event.data for event in story.events if not event.divergent}
    asked, failed = told.get("SQLGenerated", {}), told.get("QueryError") or told.get("ApprovalRequested") or {}
    result = told.get("ResultsReady") or told.get("QuerySuccess") or {}
    outcome, reason, helps = _end(story)
    return Answer(
        correlation_id=story.correlation_id,
        outcome=outcome,
        reading=str(result.get("reading") or asked.get("reading") or ""),
        sql=str(result.get("sql") or failed.get("sql") or asked.get("sql") or ""),
        columns=list(result.get("columns", [])),
        rows=list(result.get("rows", [])),
        truncated=bool(result.get("truncated", False)),
        view=view,
        suggestions=next((list(data["suggestions"])[:3] for data in told.values() if data.get("suggestions")), []),
        reason=reason,
        helps=helps,
        request=str((_waiting(story) or {}).get("request", "")),
    )


def write_view(story: Story, folder: Path) -> Path | None:
    """Writes the page that was rendered, if one was, to `folder`/<correlation>.html; all of it or nothing."""
    rendered = next((event for event in story.events if event.type == "ViewRendered" and not event.divergent), None)
    return None if rendered is None else write_page(rendered.data["html"], story.correlation_id, folder)


def write_page(html: str, correlation_id: str, folder: Path) -> Path:
    """Writes a page to `folder`/<correlation>.html; all of it or nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{correlation_id}.html"
    draft = folder / f".{path.name}-{secrets.token_hex(4)}"
    try:
        draft.write_text(html, encoding="utf-8", errors="replace")
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    return path


def _end(story: Story) -> tuple[Outcome, str, str]:
    """How it came out, why, and what would help."""
    if story.end is not None:
        return _ended(story.end)
    if waiting := _waiting(story):
        reason = " ".join(str(waiting[name]) for name in ("not_counted", "reason") if waiting.get(name))
        return "clarification", reason, waiting["helps"]
    incident = next((event for event in story.events if event.type == "AgentFailed"), None)
    if incident is not None:
        data = incident.data
        return "failed", f"{data['agent']} gave up on {data['event_type']}: {data['error']}", _TRACE.format(story)
    stalled = next((event for event in story.events if event.type == "ChoreographyStalled"), None)
    if stalled is not None:
        late = f"There is no answer after {stalled.data['within_s']} seconds"
        return "failed", f"{late}: {stalled.data['reason']}", _TRACE.format(story)
    if not story.events:
        return "failed", "The question was published, but the event store has not seen it.", "Try `troupe check`."
    return (
        "failed",
        f"The agents came to rest without an end; the last event was {story.events[-1].type}.",
        _TRACE.format(story),
    )


_REQUESTS = {
    "ClarificationRequested": (("ClarificationProvided",), 'Say it in other words: troupe inbox answer {} "…"'),
    "ApprovalRequested": (
        ("ApprovalGranted", "ApprovalDenied"),
        "Somebody else decides: troupe inbox approve {0} --why …, or deny {0} --why …",
    ),
}
"""What agents ask of people: what answers it, and how to."""


def _waiting(story: Story) -> dict[str, Any] | None:
    """What the agents ask and nobody has answered yet, with what `helps`."""
    if story.end is not None:
        return None
    told = [event for event in story.events if not event.divergent]
    for asked in (event for event in told if event.type in _REQUESTS):
        answers, helps = _REQUESTS[asked.type]
        request = asked.data.get("request")
        if not any(event.type in answers and event.data.get("request") == request for event in told):
            return {**asked.data, "helps": helps.format(request)}
    return None


_TRACE = "`troupe trace {0.correlation_id}` shows who did what; `troupe check` finds who is missing."


def _ended(end: StoredEvent) -> tuple[Outcome, str, str]:
    data = end.data
    match end.type:
        case "ViewRendered":
            return "answered", "", ""
        case "SQLGenerationError":
            return (
                "clarification",
                data["reason"],
                "Say it in words of the catalog, warehouse/catalog.yaml, or add yours there.",
            )
        case "QuestionFailed" if data.get("rule") == "approval":
            return "refused", data["reason"], "Ask for less, or ask again and speak with whoever decides."
        case "QueryError" | "QuestionFailed" if data["kind"] == "refused":
            rule = f" (rule: {data['rule']})" if data.get("rule") else ""
            return "refused", f"{data['reason']}{rule}", "What may be asked is written in warehouse/policy.yaml."
        case "QueryError" | "QuestionFailed" if data["kind"] == "timeout":
            return "failed", data["reason"], "Ask for less: a shorter time, or fewer groups."
        case "QueryError" | "QuestionFailed":
            return (
                "failed",
                data["reason"],
                "The warehouse said so to the SQL above; another wording may lead to other SQL.",
            )
    return "failed", str(data.get("reason") or f"The story ended with {end.type}."), ""


def _event(event: StoredEvent) -> dict[str, Any]:
    metadata = event.metadata
    return {
        "id": metadata.id,
        "type": event.type,
        "source": event.source,
        "depth": metadata.depth,
        "causes": [cause.id for cause in metadata.causes],
        "occurred_at": metadata.model_dump(mode="json")["occurred_at"],
    }
