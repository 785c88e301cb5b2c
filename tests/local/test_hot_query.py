"""A query that looks at its own partition finds what moto finds in the whole table. These fail when moto changes it."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Item, Table

from troupe.local import hot_spots

few = st.sampled_from("abc")
items = st.lists(st.tuples(few, few, st.one_of(st.none(), few), few), max_size=12)


def table(with_range: bool, rows: list[tuple[str, str, str | None, str]]) -> Table:
    keys = [{"AttributeName": "pk", "KeyType": "HASH"}]
    keys += [{"AttributeName": "sk", "KeyType": "RANGE"}] if with_range else []
    names = ["pk", "sk", "window", "at"]
    window = [{"AttributeName": "window", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}]
    made = Table(
        "t",
        account_id="1",
        region="us-east-1",
        schema=keys,
        attr=[{"AttributeName": name, "AttributeType": "S"} for name in names],
        global_indexes=[{"IndexName": "w", "KeySchema": window, "Projection": {"ProjectionType": "ALL"}}],
        billing_mode="PAY_PER_REQUEST",
    )
    for pk, sk, in_window, at in rows:
        row = {"pk": {"S": pk}, "sk": {"S": sk}, "at": {"S": at}}
        made.put_item(row | ({"window": {"S": in_window}} if in_window else {}))
    return made


def outcome(query: Any, made: Table, key: str, index: str | None, limit: int, forward: bool, at: str | None) -> Any:
    typed = DynamoType({"S": key})
    found, scanned, last = query(
        made,
        typed,
        ">=" if at else None,
        [DynamoType({"S": at})] if at else [],
        limit,
        None,
        forward,
        None,
        index,
        hash_key_conditions=[("window" if index else "pk", typed)],
        range_key_conditions=[("at" if index else "sk", ">=", [DynamoType({"S": at})])] if at else [],
    )
    return [item.to_json() for item in found if isinstance(item, Item)], scanned, last


@given(
    with_range=st.booleans(),
    rows=items,
    key=few,
    index=st.sampled_from([None, "w"]),
    limit=st.sampled_from([1, 2, 100]),
    forward=st.booleans(),
    at=st.one_of(st.none(), few),
)
def test_the_outcome_is_moto_s(
    with_range: bool,
    rows: list[tuple[str, str, str | None, str]],
    key: str,
    index: str | None,
    limit: int,
    forward: bool,
    at: str | None,
) -> None:
    made = table(with_range, rows)
    asked = (made, key, index, limit, forward, at if with_range or index else None)
    before = made.items
    assert outcome(hot_spots.query, *asked) == outcome(hot_spots._query, *asked)
    assert made.items is before
    assert Table.query is hot_spots.query


def test_another_partition_costs_nothing() -> None:
    """Counts the items that are looked at; moto looks at all of them."""
    made = table(True, [(f"p{n}", "s", None, "a") for n in range(500)])
    looked: list[int] = []
    all_items = made.all_items
    made.all_items = lambda: looked.append(len(found := all_items())) or found  # type: ignore[method-assign,func-returns-value]
    outcome(hot_spots.query, made, "p7", None, 100, True, None)
    outcome(hot_spots._query, made, "p7", None, 100, True, None)
    assert looked == [1, 500]
