"""Keeps every event once, in the event store, for audit and replay."""

from troupe import Agent, Context, Envelope
from troupe.event_store.append import Appended, EventStore

agent = Agent(timeout_s=5, concurrency=20)


@agent.on
def record(event: Envelope, store: EventStore, context: Context) -> None:
    if store.append(event, context.now) is Appended.DIVERGENT:
        context.log.error(
            "divergent: another event has this id", event_id=event.metadata.id, digest=event.metadata.digest
        )
