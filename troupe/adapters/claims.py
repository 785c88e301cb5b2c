"""A name that one decision has at a time: for what must be said once, however many decisions come to it.

Import it from here: what `troupe.adapters` itself names ships with every agent that has any need.
"""

from __future__ import annotations

import hashlib
import time
from typing import Self

from troupe.runtime.aws import client
from troupe.runtime.needs import Need
from troupe.runtime.settings import RuntimeSettings


class Claims(Need):
    """Names in the agent's own part of the decision table, one conditional write each.

    It brings no grant: an agent that decides may write under its own id, and may not write elsewhere.
    """

    def __init__(self, table: str, agent_id: str, ttl_s: int) -> None:
        self._table = table
        self._agent_id = agent_id
        self._ttl_s = ttl_s

    @classmethod
    def open(cls, settings: RuntimeSettings) -> Self:
        return cls(settings.names.decisions, settings.agent_id, settings.decisions_ttl_s)

    def claim(self, name: str, *, by: str, lease_s: int) -> bool:
        """Whether the name is now `by`'s, who is to pass `ctx.key`: the same decision on another attempt has it still.

        Whoever claims has it for `lease_s` seconds. That bounds what is lost when a process dies between claiming and
        deciding and its message is dead-lettered: after that time another decision may claim.
        """
        from botocore.exceptions import ClientError

        now = int(time.time())
        pk = f"{self._agent_id}#claim#{hashlib.sha256(name.encode()).hexdigest()}"
        try:
            client("dynamodb").put_item(
                TableName=self._table,
                Item={
                    "pk": {"S": pk},
                    "by": {"S": by},
                    "claimed_at": {"N": str(now)},
                    "ttl": {"N": str(now + self._ttl_s)},
                },
                ConditionExpression="attribute_not_exists(pk) OR #by = :by OR claimed_at <= :over",
                ExpressionAttributeNames={"#by": "by"},
                ExpressionAttributeValues={":by": {"S": by}, ":over": {"N": str(now - lease_s)}},
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            return False
        return True
