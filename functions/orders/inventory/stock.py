"""How many there are of each article: a table in which a quantity changes together with the reservation that does it.

`article#<sku>` holds what is on the shelf, `reservation#<key>` what was set aside, and what became of it. Both are
written in one transaction, and a reservation goes its way once: reserved, then taken or released. So whatever is tried
a second time finds that it was done. A refusal is written down too: had the first attempt found too little and the
second enough, the agent could say that there is nothing while something is set aside.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, ClassVar, Self

from contracts.orders import Line
from troupe import Grant, Need
from troupe.runtime.aws import client
from troupe.runtime.settings import RuntimeSettings

TABLE = "stock"
OPENING = Path(__file__).parent / "opening.json"
"""How many there were of each article when the shop opened. An article's item is made by its first change."""
_ATTEMPTS = 5
_PAUSE_S = 0.05


class StockError(Exception):
    """The books do not allow what was asked: somebody settles a reservation in two ways, or one that is not there."""


class StockBusy(Exception):
    """Other orders kept changing the same articles; later will do."""


class Stock(Need):
    """The shelves. Many orders may reach for the same article at once."""

    tables: ClassVar[tuple[str, ...]] = (TABLE,)
    grants: ClassVar[tuple[Grant, ...]] = (
        Grant(
            # What TransactWriteItems needs are the actions inside it.
            ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"),
            (f"arn:{{partition}}:dynamodb:{{region}}:{{account}}:table/{{app}}-{{stage}}-{TABLE}",),
        ),
    )
    acts: ClassVar[bool] = True

    def __init__(self, table: str, opening: Mapping[str, int]) -> None:
        self._table = table
        self._opening = opening

    @classmethod
    def open(cls, settings: RuntimeSettings) -> Self:
        return cls(settings.names.table(TABLE), json.loads(OPENING.read_text(encoding="utf-8")))

    def reserve(self, lines: Iterable[Line], *, key: str) -> list[str]:
        """Sets everything aside under the key, or nothing: the articles of which there is not enough, none if all is
        well. The same answer for the same key, whatever has changed since.
        """
        wanted: dict[str, int] = {}
        for line in lines:
            wanted[line.sku] = wanted.get(line.sku, 0) + line.quantity
        skus = sorted(wanted)
        steps = [
            self._new(key, {"state": {"S": "reserved"}, "lines": _map(wanted)}),
            *(self._off_the_shelf(sku, wanted[sku]) for sku in skus),
        ]
        refused = self._write(steps)
        if not refused:
            return []
        if 0 not in refused:
            missing = [skus[step - 1] for step in refused]
            refusal = self._new(key, {"state": {"S": "refused"}, "missing": {"L": [{"S": sku} for sku in missing]}})
            if not self._write([refusal]):
                return missing
        return [sku["S"] for sku in self._reservation(key).get("missing", {"L": []})["L"]]

    def take(self, reservation: str) -> None:
        """The goods have left the house. Raises StockError when they were released, or never set aside."""
        self._settle(reservation, "taken", [])

    def release(self, reservation: str) -> None:
        """Puts the goods back, once. Raises StockError when they were taken, or never set aside."""
        lines = self._reservation(reservation).get("lines", {"M": {}})["M"]
        self._settle(reservation, "released", [self._onto_the_shelf(sku, lines[sku]["N"]) for sku in sorted(lines)])

    def _settle(self, reservation: str, state: str, changes: list[dict[str, Any]]) -> None:
        step = {
            "Update": {
                **self._at(f"reservation#{reservation}"),
                "UpdateExpression": "SET #state = :state",
                "ConditionExpression": "#state = :reserved",
                "ExpressionAttributeNames": {"#state": "state"},
                "ExpressionAttributeValues": {":state": {"S": state}, ":reserved": {"S": "reserved"}},
            }
        }
        if self._write([step, *changes]):
            found = self._reservation(reservation).get("state", {"S": "not there"})["S"]
            if found != state:
                raise StockError(f"The reservation {reservation} cannot be {state}: it is {found}.")

    def _new(self, key: str, content: dict[str, Any]) -> dict[str, Any]:
        item = {"pk": {"S": f"reservation#{key}"}, **content}
        return {
            "Put": {"TableName": self._table, "Item": item, "ConditionExpression": "attribute_not_exists(pk)"},
        }

    def _off_the_shelf(self, sku: str, quantity: int) -> dict[str, Any]:
        opening = self._opening.get(sku, 0)
        fits = "attribute_not_exists(on_hand) OR on_hand >= :n" if opening >= quantity else "on_hand >= :n"
        return {
            "Update": {
                **self._at(f"article#{sku}"),
                "UpdateExpression": "SET on_hand = if_not_exists(on_hand, :opening) - :n",
                "ConditionExpression": fits,
                "ExpressionAttributeValues": {":n": {"N": str(quantity)}, ":opening": {"N": str(opening)}},
            }
        }

    def _onto_the_shelf(self, sku: str, quantity: str) -> dict[str, Any]:
        return {
            "Update": {
                **self._at(f"article#{sku}"),
                "UpdateExpression": "SET on_hand = on_hand + :n",
                "ExpressionAttributeValues": {":n": {"N": quantity}},
            }
        }

    def _at(self, pk: str) -> dict[str, Any]:
        return {"TableName": self._table, "Key": {"pk": {"S": pk}}}

    def _reservation(self, key: str) -> dict[str, Any]:
        item: dict[str, Any] = (
            client("dynamodb").get_item(**self._at(f"reservation#{key}"), ConsistentRead=True).get("Item", {})
        )
        return item

    def _write(self, steps: list[dict[str, Any]]) -> list[int]:
        """All of the steps or none; the numbers of those whose condition did not hold. Raises StockBusy."""
        dynamodb = client("dynamodb")
        for attempt in range(_ATTEMPTS):
            try:
                dynamodb.transact_write_items(TransactItems=steps)
            except dynamodb.exceptions.TransactionCanceledException as error:
                codes = [reason.get("Code") for reason in error.response["CancellationReasons"]]
                refused = [step for step, code in enumerate(codes) if code == "ConditionalCheckFailed"]
                if refused:
                    return refused
                time.sleep(_PAUSE_S * 2**attempt)
            else:
                return []
        raise StockBusy(f"Other transactions were in the way {_ATTEMPTS} times.")


def _map(quantities: Mapping[str, int]) -> dict[str, Any]:
    return {"M": {sku: {"N": str(quantity)} for sku, quantity in quantities.items()}}
