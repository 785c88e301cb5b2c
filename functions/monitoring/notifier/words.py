"""What people are told of an alert: a subject that fits a telephone, and what to do next."""

from __future__ import annotations

from contracts.monitoring import AlertCleared, AlertRaised

_LONGEST = 100
"""Characters of a subject (SNS): printable ASCII on one line."""


def words(event: AlertRaised | AlertCleared, correlation_id: str) -> tuple[str, str]:
    """Subject and text."""
    if isinstance(event, AlertCleared):
        since = f"{event.last_seen:%Y-%m-%d %H:%M} UTC"
        return _subject(f"Over: {event.kind}, {event.subject}"), f"It has not been seen since {since}.\n"
    lines = [
        event.summary,
        f"Since {event.since:%Y-%m-%d %H:%M} UTC, {event.count} events.",
        "",
        *(f"troupe trace {e.correlation_id}    ({e.type})" for e in event.evidence),
        f"troupe trace {correlation_id}    (this alert)",
    ]
    return _subject(f"{event.severity.capitalize()}: {event.kind}, {event.subject}"), "\n".join(lines) + "\n"


def _subject(text: str) -> str:
    shown = "".join(c if " " <= c <= "~" else "?" for c in " ".join(text.split()))
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 3]}..."
