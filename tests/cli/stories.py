"""Stories as the event store would tell them."""

import json
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

from troupe.event_store.read import StoredEvent, Story
from troupe.runtime.envelope import Envelope, Metadata

BEGAN = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
QUESTION = "Show me sales by region"
RESULT = {
    "question": QUESTION,
    "sql": "SELECT region, sales FROM s LIMIT 1001",
    "reading": "sum of sales, by region",
    "columns": [
        {"name": "region", "type": "text", "label": "Region", "unit": "", "role": "dimension"},
        {"name": "sales", "type": "number", "label": "Sales", "unit": "EUR", "role": "measure"},
    ],
    "rows": [["North", 1234567.5], ["South", None]],
    "row_count": 2,
    "truncated": False,
}
TRANSLATED = {"question": QUESTION, "sql": "SELECT 1", "reading": "sales, by region", "suggestions": list("abcd")}


def event(
    type_: str, data: dict[str, Any], *causes: StoredEvent, source: str = "troupe.query.x", **terms: bool
) -> StoredEvent:
    """An event caused by others, 12 ms after the latest of them, whose id is its type in lower case."""
    depth = 1 + max((c.metadata.depth for c in causes), default=-1)
    metadata = Metadata(
        id=type_.lower(),
        correlation_id="c-1",
        causes=tuple(c.envelope.as_cause for c in causes),
        depth=depth,
        occurred_at=BEGAN + timedelta(milliseconds=12 * depth),
        schema_version=1,
        agent_version="v1",
        traceparent="",
        **terms,
    )
    envelope = Envelope(type_, source, metadata, data).sealed()
    return StoredEvent(
        {
            "sk": {"S": f"E#{metadata.id}"},
            "type": {"S": type_},
            "source": {"S": source},
            "recorded": {"S": "2026-11-23T10:30:01.000Z"},
            "body": {"B": zlib.compress(json.dumps(envelope.detail).encode())},
        }
    )


def story(*events: StoredEvent) -> Story:
    """The story of these events, in their order; the first terminal won."""
    end = next((e.metadata.id for e in events if e.metadata.terminal), None)
    return Story("c-1", list(events), {"": {"end": end}} if end else {})


def answered() -> Story:
    asked = event("QueryReceived", {"question": QUESTION}, source="troupe.cli")
    translated = event("SQLGenerated", TRANSLATED, asked, source="troupe.query.sql-agent")
    ran = event("QuerySuccess", RESULT, translated, source="troupe.query.sql-runner")
    ready = event("ResultsReady", RESULT, ran, source="troupe.query.integration-agent")
    page = {"html": "<!doctype html><title>é</title>", "title": "t", "chart": "bar"}
    shown = event("ViewRendered", page, ready, source="troupe.query.ui-agent", terminal=True)
    return story(asked, translated, ran, ready, shown)
