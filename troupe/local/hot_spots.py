"""moto's hot spots, made as fast as they should be; the outcome is the same.

SQS asks the time anew for every message whenever it counts a queue, and counts it several times for every message that
it receives or sends: receiving 10 of 2,000 takes seconds. And every request of any service lists the methods of its
handler by inspection. DynamoDB sorts and compares the whole table for a query, whatever its key. An
answer asks each of an attribute's values for all ten types that it might have. The tests compare with moto's own and
fail when moto changes any of this.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from moto.core import responses
from moto.core.serialize import BaseJSONSerializer
from moto.core.utils import method_names_from_class, unix_time_millis
from moto.dynamodb.models.table import Table
from moto.sqs.models import Queue


def install() -> None:
    """Puts the fast versions in place, once and for all: they are good for every user of moto in this process."""
    for owner, name, ours in (
        (Queue, "messages", property(messages)),
        (Queue, "approximate_number_of_messages_delayed", property(delayed)),
        (Queue, "approximate_number_of_messages_not_visible", property(not_visible)),
        (Table, "query", query),
        (BaseJSONSerializer, "_serialize_type_structure", structure),
    ):
        setattr(owner, name, ours)
    vars(responses)["method_names_from_class"] = method_names


def messages(queue: Any) -> list[Any]:
    """The messages that can be received now."""
    now = unix_time_millis()
    return [m for m in queue._messages if now > m.visible_at and now >= m.delayed_until]


def delayed(queue: Any) -> int:
    """How many messages are not due yet."""
    now = unix_time_millis()
    return sum(1 for m in queue._messages if now < m.delayed_until)


def not_visible(queue: Any) -> int:
    """How many messages are in flight."""
    now = unix_time_millis()
    return sum(1 for m in queue._messages if now <= m.visible_at)


_query = Table.query


def query(table: Any, hash_key: Any, *others: Any, **conditions: Any) -> Any:
    """A query that looks at its own partition only. Whoever calls holds whatever keeps the table to itself."""
    keys = dict(conditions.get("hash_key_conditions") or {table.hash_key_attr: hash_key})
    everything = table.items
    table.items = _partition(table, keys)
    try:
        return _query(table, hash_key, *others, **conditions)
    finally:
        table.items = everything


def _partition(table: Any, keys: dict[str, Any]) -> dict[Any, Any]:
    """The items with these attributes, as the table holds items."""
    if keys.keys() == {table.hash_key_attr}:
        (key,) = keys.values()
        return {key: table.items[key]} if key in table.items else {}
    wanted = [(name, key.type, key.value) for name, key in keys.items()]

    def has_all(item: Any) -> bool:
        found = ((item.attrs.get(name), type_, value) for name, type_, value in wanted)
        return all(a is not None and a.type == type_ and a.value == value for a, type_, value in found)

    if not table.range_key_attr:
        return {key: item for key, item in table.items.items() if has_all(item)}
    sides = ((key, {r: item for r, item in items.items() if has_all(item)}) for key, items in table.items.items())
    return {key: items for key, items in sides if items}


_structure = BaseJSONSerializer._serialize_type_structure


def structure(serializer: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
    """The JSON of a structure; an attribute's value, `{"S": "…"}`, says itself which of its members it has."""
    if shape.name == "AttributeValue" and type(value) is dict and len(value) == 1:
        ((name, held),) = value.items()
        if held is not None and name in shape.members:
            wrapper: dict[str, Any] = {}
            serializer._serialize(wrapper, held, shape.members[name], name)
            serializer._default_serialize(serialized, wrapper, shape, key)
            return
    _structure(serializer, serialized, value, shape, key)


method_names = lru_cache(maxsize=None)(method_names_from_class)
"""The names of a handler's methods."""
