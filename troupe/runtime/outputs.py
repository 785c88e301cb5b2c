"""From what a handler returned to the events that its decision publishes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from troupe.runtime.context import Tick
from troupe.runtime.contract import Event
from troupe.runtime.decisions import DecisionKey
from troupe.runtime.envelope import Envelope, Metadata, event_id, new_traceparent, terms_of, wire
from troupe.runtime.guards import deepest_of, walked
from troupe.runtime.incidents import JoinExpired
from troupe.runtime.settings import RuntimeSettings
from troupe.runtime.signature import Handler


class UndeclaredOutput(TypeError):
    """A handler returned something that its signature does not say."""


def as_events(handler: Handler, returned: Any) -> list[Event]:
    """What was returned, as a list; raises UndeclaredOutput for anything that the return type does not name."""
    if returned is None:
        return []
    events = list(returned) if isinstance(returned, (list, tuple)) else [returned]
    for event in events:
        if not isinstance(event, handler.publishes):
            allowed = " | ".join(t.__name__ for t in handler.publishes) or "None"
            raise UndeclaredOutput(
                f"{handler.file}:{handler.line}: {handler.name} returned {type(event).__name__}; "
                f"its signature says {allowed}."
            )
    return events


def envelopes_of(
    events: Sequence[Event], settings: RuntimeSettings, key: DecisionKey, causes: Sequence[Envelope]
) -> list[Envelope]:
    """The events of one decision, with ids that follow from it. Not yet sealed: large data may still move."""
    made = []
    for index, event in enumerate(events):
        about = event.stated_causes or causes
        namespace = about[0].metadata.namespace
        decided_on = tuple({c.metadata.id: c.as_cause for c in (*causes, *about)}.values())
        id = event_id(decided_on, settings.agent_id, key.handler, event.type_name(), namespace, index)
        path = deepest_of(about).metadata.path if event.stated_causes else walked(causes)
        made.append(_envelope(event, id, settings, key.handler, namespace, about, path))
    return made


def incident(event: Event, settings: RuntimeSettings, handler: str, cause: Envelope, message_id: str) -> Envelope:
    """An event of the runtime itself. It is no decision, so its id also takes the SQS message, and what is said.

    A message that is delivered again and fails again has failed twice: at another time, on another attempt. Under one
    id these would be two versions of one event.
    """
    namespace = cause.metadata.namespace
    said = _envelope(event, message_id, settings, handler, namespace, [cause], cause.metadata.path).digest()
    id = event_id((cause.as_cause,), settings.agent_id, handler, event.type_name(), namespace, message_id, said)
    return _envelope(event, id, settings, handler, namespace, [cause], cause.metadata.path).sealed()


def expired(handler: Handler, agent_id: str, causes: Sequence[Envelope], arrived: list[str]) -> JoinExpired:
    """What is said when the waiting of a join ends: what had come, and what had not."""
    return JoinExpired(
        agent=agent_id,
        handler=handler.name,
        arrived=[cause.type for cause in causes],
        missing=[side for side in handler.hears if side not in arrived],
        within_s=handler.within_s or 0,
    )


def _envelope(
    event: Event,
    id: str,
    settings: RuntimeSettings,
    handler: str,
    namespace: str,
    causes: Sequence[Envelope],
    path: dict[str, int],
) -> Envelope:
    """path: how often each agent/handler had acted before this one did."""
    deepest = deepest_of(causes).metadata
    me = f"{settings.agent_id}/{handler}"
    # A Tick comes from the clock and is not stored: what follows from it is the root of a story of its own. Nor is what
    # AWS itself says, such as the clock's event that a rule could not deliver as a Tick.
    stored = [c for c in causes if c.type != Tick.type_name() and not c.source.startswith("aws.")]
    metadata = Metadata(
        id=id,
        correlation_id=deepest.correlation_id if stored else id,
        causes=tuple(c.as_cause for c in stored),
        depth=deepest.depth + 1 if stored else 0,
        path={**path, me: path.get(me, 0) + 1},
        namespace=namespace,
        occurred_at=datetime.now(UTC),
        agent_version=settings.agent_version,
        traceparent=new_traceparent(deepest.traceparent),
        **terms_of(event),
    )
    return Envelope(event.type_name(), f"{settings.names.app}.{settings.agent_id}", metadata, wire(event))
