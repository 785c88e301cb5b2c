"""A fixed sequence inside one turn: each step's result is kept, so that a turn that died goes on where it was.

Import it from here: what `troupe.adapters` itself names ships with every agent that has any need.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any, Self, TypeVar, cast

from troupe.runtime.aws import client, put_once
from troupe.runtime.needs import Need
from troupe.runtime.settings import RuntimeSettings

T = TypeVar("T")


class Steps(Need):
    """Results in the agent's own part of the decision table, beside the decision that they lead to.

    It brings no grant: an agent that decides may write under its own id, and may not write elsewhere.
    """

    def __init__(self, table: str, ttl_s: int) -> None:
        self._table = table
        self._ttl_s = ttl_s

    @classmethod
    def open(cls, settings: RuntimeSettings) -> Self:
        return cls(settings.names.decisions, settings.decisions_ttl_s)

    def once(self, key: str, name: str, do: Callable[[str], T]) -> T:
        """The result of the step, done now or on an earlier attempt. `key` is `ctx.key`; names differ within a turn.

        `do` gets the step's own key, the same on every attempt: a process that dies after an effect and before its
        result is kept attempts it again under that key. The result is JSON, small, and is what later steps and
        attempts see; where two attempts race, both get the first one's.
        """
        pk = f"{key}#step#{name}"
        answer = client("dynamodb").batch_get_item(
            RequestItems={self._table: {"Keys": [{"pk": {"S": pk}}], "ConsistentRead": True}}
        )
        if answer.get("UnprocessedKeys"):
            raise RuntimeError(f"DynamoDB is too busy to say whether the step {name} is done; the turn is tried again.")
        kept = answer["Responses"].get(self._table)
        if kept:
            return cast(T, _result(kept[0]))
        item = {
            "pk": {"S": pk},
            "result": {"S": json.dumps(do(pk), ensure_ascii=False)},
            "ttl": {"N": str(int(time.time()) + self._ttl_s)},
        }
        return cast(T, _result(put_once(self._table, item) or item))


def _result(item: dict[str, Any]) -> Any:
    # Read back even when just done: a first attempt and a later one are to see the same.
    return json.loads(item["result"]["S"])
