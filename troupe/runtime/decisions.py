"""The decision table: what an agent decided is written once, so that it never thinks twice about the same causes."""

from __future__ import annotations

import hashlib
import json
import time
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from troupe.runtime.aws import client, put_once
from troupe.runtime.envelope import Cause, Envelope, Metadata

_BATCH_GET_LIMIT = 100
"""Keys per BatchGetItem (AWS)."""
_MAX_KEY_BYTES = 2048
"""Bytes of a partition key (AWS)."""


@dataclass(frozen=True, slots=True)
class DecisionKey:
    """What a decision is about. The same causes, in the same namespace, are decided once per handler."""

    agent_id: str
    handler: str
    namespace: str
    causes: tuple[str, ...]

    @classmethod
    def of(cls, agent_id: str, handler: str, namespace: str, causes: Iterable[Cause]) -> DecisionKey:
        return cls(agent_id, handler, namespace, tuple(sorted(c.id for c in causes)))

    @property
    def pk(self) -> str:
        # Hashed, because ids from outside are anybody's text; the agent id stays in front for dynamodb:LeadingKeys.
        parts = json.dumps([self.handler, self.namespace, self.causes])
        return f"{self.agent_id}#{hashlib.sha256(parts.encode()).hexdigest()}"


def halted_key(correlation_id: str, namespace: str) -> str:
    """Where the recorder notes that a correlation was halted; every agent may read it."""
    key = f"H#{correlation_id}#{namespace}"
    if len(key.encode()) <= _MAX_KEY_BYTES:
        return key
    # One key too long would fail the look-up of a whole batch.
    return f"H#{hashlib.sha256(key.encode()).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Found:
    """What a look-up brought back, by key."""

    outputs: dict[str, list[Envelope]]
    halted: dict[str, str]
    """Halted flags with their reason; empty when the halt has been published already."""


class Decisions:
    """Reads and writes decisions; `ttl_s` is how long they are kept, in seconds: as long as the events."""

    def __init__(self, table: str, ttl_s: int) -> None:
        self._table = table
        self._ttl_s = ttl_s

    def look_up(self, pks: Iterable[str]) -> Found:
        """Those of the decisions and halted flags that exist; consistent.

        One call for up to 100 keys; keys that DynamoDB left over under load are asked for again.
        """
        wanted = sorted(set(pks))
        found = Found({}, {})
        for start in range(0, len(wanted), _BATCH_GET_LIMIT):
            chunk = wanted[start : start + _BATCH_GET_LIMIT]
            request = {self._table: {"Keys": [{"pk": {"S": pk}} for pk in chunk], "ConsistentRead": True}}
            for attempt in range(5):
                answer = client("dynamodb").batch_get_item(RequestItems=request)
                for item in answer["Responses"].get(self._table, []):
                    if "outputs" in item:
                        found.outputs[item["pk"]["S"]] = _outputs(item)
                    else:
                        found.halted[item["pk"]["S"]] = item.get("reason", {}).get("S", "")
                request = answer.get("UnprocessedKeys") or {}
                if not request:
                    break
                time.sleep(0.05 * 2**attempt)
            else:
                raise RuntimeError("DynamoDB left keys of a look-up unprocessed five times; the batch is retried.")
        return found

    def record(self, key: DecisionKey, outputs: list[Envelope], message_id: str, attempt: int = 1) -> list[Envelope]:
        """Writes the outputs unless the decision exists; returns what holds: these, or those of whoever was first.

        message_id, attempt: of the delivery that led to it, for whoever asks later how it went.
        """
        body = json.dumps([[e.type, e.source, e.detail] for e in outputs], ensure_ascii=False).encode()
        now = int(time.time())
        item = {
            "pk": {"S": key.pk},
            "handler": {"S": key.handler},
            "namespace": {"S": key.namespace},
            "causes": {"L": [{"S": cause} for cause in key.causes]},
            "message": {"S": message_id},
            "attempt": {"N": str(attempt)},
            "decided_at": {"N": str(now)},
            "ttl": {"N": str(now + self._ttl_s)},
            "outputs": {"B": zlib.compress(body)},
        }
        earlier = put_once(self._table, item)
        return outputs if earlier is None else _outputs(earlier)


def _outputs(item: dict[str, Any]) -> list[Envelope]:
    entries = json.loads(zlib.decompress(item["outputs"]["B"]))
    return [
        Envelope(type_, source, Metadata.model_validate(detail["metadata"]), detail["data"])
        for type_, source, detail in entries
    ]
