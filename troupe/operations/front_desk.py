"""What the desk works with: the bus and its own decisions to speak, the event store to look, the stage's claims."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, ClassVar, Self

from troupe.event_store import keys
from troupe.event_store.read import Reader, StoredEvent, Story
from troupe.runtime.aws import client
from troupe.runtime.contract import Event
from troupe.runtime.decisions import DecisionKey, Decisions
from troupe.runtime.envelope import Envelope, event_id
from troupe.runtime.needs import Grant, Need
from troupe.runtime.publisher import Publisher
from troupe.runtime.sayings import VARIABLE, Saying, from_text
from troupe.runtime.settings import RuntimeSettings

_CLAIMS_S = 60
"""How long claims are remembered: a person who loses one has lost it everywhere after so many seconds."""
_SAY = "say"
_TABLE = "arn:{partition}:dynamodb:{region}:{account}:table/{app}-{stage}-events"


class NotPublished(RuntimeError):
    """The bus did not take what somebody said; one sentence."""


class FrontDesk(Need):
    """Speaks for people, and reads what became of it."""

    grants: ClassVar[tuple[Grant, ...]] = (
        Grant(("dynamodb:Query",), (_TABLE, f"{_TABLE}/index/{keys.WINDOW_INDEX}")),
        Grant(
            ("s3:GetObject",),
            ("arn:{partition}:s3:::{app}-{stage}-payloads-{account}-{region}/payload/*",),
            why="It shows people their stories, whatever events are in them; a payload's key ends in its hash.",
        ),
        Grant(("ssm:GetParameter",), ("arn:{partition}:ssm:{region}:{account}:parameter/{app}/{stage}/claims",)),
    )

    def __init__(self, settings: RuntimeSettings, sayings: dict[str, Saying], dynamodb: Any, ssm: Any) -> None:
        names = settings.names
        self._agent_id = settings.agent_id
        self._claims_name = names.parameter("claims")
        self._ssm = ssm
        self._reader = Reader(dynamodb, names.events, settings.payload_bucket)
        self._decisions = Decisions(names.decisions, settings.decisions_ttl_s)
        self._publisher = Publisher(names.bus)
        self._claims: tuple[float, dict[str, dict[str, str]]] = (0.0, {})
        self.source = f"{names.app}.{settings.agent_id}"
        """Of everything that it publishes; what comes from elsewhere no person has said."""
        self.sayings = sayings
        """What people may say, by type."""

    @classmethod
    def open(cls, settings: RuntimeSettings) -> Self:
        return cls(settings, from_text(os.environ.get(VARIABLE, "")), client("dynamodb"), client("ssm"))

    def claims(self) -> dict[str, dict[str, str]]:
        """What the stage says of people, by pattern."""
        read_at, claims = self._claims
        if time.time() - read_at > _CLAIMS_S:
            claims = json.loads(self._ssm.get_parameter(Name=self._claims_name)["Parameter"]["Value"])
            self._claims = (time.time(), claims)
        return claims

    def earlier(self, type_name: str, key: tuple[str, ...]) -> Envelope | None:
        """What was said under this key before, as long as decisions are kept."""
        decided = self._decided(type_name, key)
        found = self._decisions.look_up([decided.pk]).outputs.get(decided.pk)
        return found[0] if found else None

    def say(self, event: Event, correlation_id: str, key: tuple[str, ...]) -> Envelope:
        """Publishes what a person said; returns it as it was published. Raises NotPublished.

        correlation_id: empty for a new story. key: whose and which saying it is, so that a repetition is the same
        event; what was said under it first is published again. Empty: nobody will repeat it.
        """
        if not key:
            said = Envelope.root(event, self.source, correlation_id=correlation_id)
        else:
            # Like any decision: recorded before it is published, so that a repetition cannot be another version.
            decided = self._decided(event.type_name(), key)
            first = Envelope.root(event, self.source, id=decided.causes[0], correlation_id=correlation_id)
            (said,) = self._decisions.record(decided, [first], "")
        self.repeat(said)
        return said

    def repeat(self, said: Envelope) -> None:
        """Publishes it, once more if it has been before: under the same id it is the same event."""
        refused = self._publisher.publish([said])
        if refused:
            raise NotPublished(f"{said.type} was not published: {next(iter(refused.values()))}")

    def _decided(self, type_name: str, key: tuple[str, ...]) -> DecisionKey:
        id = event_id((), self._agent_id, _SAY, type_name, "", *key)
        return DecisionKey(self._agent_id, _SAY, "", (id,))

    def story(self, correlation_id: str) -> Story:
        """Everything of one correlation."""
        return self._reader.story(correlation_id)

    def told(self, since: datetime, until: datetime, types: Iterable[str]) -> Iterator[StoredEvent]:
        """The events of these types that were recorded in [since, until)."""
        return self._reader.window(since, until, types=types)
