"""Gets items by their keys, a hundred at a time."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

_LIMIT = 100
"""Keys per BatchGetItem (AWS)."""
_ATTEMPTS = 5


class LeftOver(RuntimeError):
    """DynamoDB is too busy to answer; one sentence."""


def batch_get(
    dynamodb: Any, table: str, places: Sequence[dict[str, Any]], attributes: Iterable[str] = ()
) -> Iterator[dict[str, Any]]:
    """Those of the items that exist, in no order; consistent. `attributes`: only these; none means all.

    The places must differ from each other. Raises LeftOver when keys stay unprocessed however often they are asked for.
    """
    names = {f"#{i}": name for i, name in enumerate(attributes)}
    what = {"ProjectionExpression": ", ".join(names), "ExpressionAttributeNames": names} if names else {}
    for start in range(0, len(places), _LIMIT):
        request = {table: {"Keys": list(places[start : start + _LIMIT]), "ConsistentRead": True, **what}}
        for attempt in range(_ATTEMPTS):
            answer = dynamodb.batch_get_item(RequestItems=request)
            yield from answer["Responses"].get(table, [])
            request = answer.get("UnprocessedKeys") or {}
            if not request:
                break
            time.sleep(0.05 * 2**attempt)
        else:
            raise LeftOver("DynamoDB left keys of a look-up unprocessed five times; try again in a moment.")
