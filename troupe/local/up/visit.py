"""Plays a story in the cloud that is up: what the command line does when there is one."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager

from troupe.event_store.read import Story
from troupe.local import account
from troupe.local.front_door import AS, accepted, address, speaker
from troupe.local.functions import administrator, environment
from troupe.local.up.presence import NotReachable, Presence
from troupe.local.up.process import no_proxy
from troupe.runtime.contract import Event
from troupe.runtime.envelope import wire
from troupe.runtime.person import is_said_by_a_person

PATIENCE_S = 120.0
"""For a root that says no time limit of its own."""
_LOOK_EVERY_S = 0.1
_LINGER_S = 1.0
"""How long after the end it is waited for what others still do with the story."""


@contextmanager
def visiting(up: Presence) -> Iterator[None]:
    """While this is open, AWS clients of this process speak to the cloud that is up, and may do anything there."""
    # Clients are kept by their credentials; the token keeps those of another endpoint apart.
    own = {"AWS_ENDPOINT_URL": up.endpoint, "AWS_SESSION_TOKEN": up.endpoint}
    from botocore.exceptions import ConnectionError, HTTPClientError

    with environment(administrator() | own | no_proxy()):
        try:
            yield
        except (ConnectionError, HTTPClientError):
            raise NotReachable(
                f"`troupe up` (process {up.pid}) went away; what was accepted waits for the next `troupe up`."
            ) from None


def play(up: Presence, event: Event, correlation_id: str = "") -> Story:
    """Says the event and waits for the end of its story, or until nothing moves any more. Within `visiting`.

    Returns what there is when the time limit of the event has passed; the agents go on.
    """
    correlation_id = _say(up, event, correlation_id)
    store = account.reader(up.names)
    until = time.monotonic() + (event.terms.within_s or PATIENCE_S)
    ended = None
    while time.monotonic() < until:
        time.sleep(_LOOK_EVERY_S)
        resting = _rests(up)  # before the story is read: what came in between is in it
        story = store.story(correlation_id)
        if story.events and resting:
            return story
        if story.end is not None:
            ended = ended or time.monotonic()
            if time.monotonic() > ended + _LINGER_S:
                return story
    return store.story(correlation_id)


def _say(up: Presence, event: Event, correlation_id: str) -> str:
    """What a person says goes through the desk, anything else straight on the bus."""
    if not is_said_by_a_person(type(event)):
        return account.publish(up.names, event, correlation_id)
    body = json.dumps(wire(event), ensure_ascii=False).encode()
    return accepted(*up.desk(address(event.type_name(), correlation_id), body, {AS: speaker(event)}))


def _rests(up: Presence) -> bool:
    return not any(agent["visible"] + agent["in_flight"] for agent in up.state()["agents"])
