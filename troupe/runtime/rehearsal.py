"""A replayed event on its way to one agent: what the replay asks of the turn.

The replay's id and mode travel as the SQS message attribute `replay`, beside the stored event as it was.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from troupe.runtime.envelope import Envelope, MalformedEvent

ATTRIBUTE = "replay"
Mode = Literal["redeliver", "whatif", "reprocess"]


@dataclass(frozen=True, slots=True)
class Replay:
    """redeliver: as if delivered again, so finished work is a no-op. whatif: thinks again and publishes nothing;
    the outputs are kept as a decision of the replay. reprocess: thinks and publishes in a namespace of its own.
    """

    id: str
    mode: Mode
    repeat: int = 0
    """Which of several whatif runs, for agents that answer differently each time."""

    @property
    def namespace(self) -> str:
        """Where the decisions of this replay live; empty for the original run's."""
        if self.mode == "redeliver":
            return ""
        return self.id if self.mode == "reprocess" else f"whatif/{self.id}/{self.repeat}"

    @property
    def publishes(self) -> bool:
        return self.mode != "whatif"

    def as_attribute(self) -> dict[str, Any]:
        """The message attribute for SendMessage."""
        text = json.dumps({"id": self.id, "mode": self.mode, "repeat": self.repeat})
        return {ATTRIBUTE: {"DataType": "String", "StringValue": text}}

    @classmethod
    def of(cls, record: dict[str, Any]) -> Replay | None:
        """The replay that an SQS record of a Lambda batch belongs to; raises MalformedEvent when it is garbled."""
        attribute = (record.get("messageAttributes") or {}).get(ATTRIBUTE)
        if attribute is None:
            return None
        try:
            said = json.loads(attribute["stringValue"])
            found = cls(str(said["id"]), said["mode"], int(said.get("repeat", 0)))
        except (KeyError, TypeError, ValueError) as error:
            raise MalformedEvent(f"The message attribute {ATTRIBUTE} cannot be read: {error}.") from error
        if found.mode not in get_args(Mode):
            raise MalformedEvent(
                f"The message attribute {ATTRIBUTE} says {found.mode!r}, which is no mode of a replay."
            )
        return found


def in_namespace(envelope: Envelope, namespace: str) -> Envelope:
    """The event as a replay's turn sees it: the same event, thought about in another namespace."""
    if not namespace or envelope.metadata.namespace == namespace:
        return envelope
    return replace(envelope, metadata=envelope.metadata.model_copy(update={"namespace": namespace}))
