"""What an event's data says about who or what decided: a model, its prompt, a person.

Read by the names of its fields, at the top of the data or one level down, because contracts belong to the project;
docs/event-store.md lists the names.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

MODEL = ("model", "model_id", "translator")
PROMPT = ("prompt_hash", "prompt_sha256")
PERSON = ("by", "approved_by", "denied_by", "answered_by", "provided_by", "requested_by", "asked_by")
WHY = ("why", "reason", "comment")


def said(data: Any, names: Iterable[str]) -> str:
    """The first of these fields that says something, as text; empty when none does."""
    for name in names:
        for level in _levels(data):
            value = level.get(name)
            if isinstance(value, dict):  # a Person
                value = value.get("id")
            if isinstance(value, (str, int, float)) and not isinstance(value, bool) and str(value).strip():
                return str(value)
    return ""


def short(data: Any, limit: int = 300) -> str:
    """Data as JSON on one line, cut where it is too long."""
    text = json.dumps(data, ensure_ascii=False, separators=(", ", ": "))
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text):,} characters)"


def _levels(data: Any) -> Iterator[dict[str, Any]]:
    if isinstance(data, dict):
        yield data
        yield from (value for value in data.values() if isinstance(value, dict))
