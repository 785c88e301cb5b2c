"""DynamoDB in its own partition, and by the types that are there: no different from moto's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from moto.core.serialize import BaseJSONSerializer
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Item, Table

from tests.local.tiny import Account, booted
from troupe.local import hot_spots
from troupe.local.calls import Call

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


@settings(deadline=None)
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


attribute_values = st.recursive(
    st.one_of(
        st.builds(lambda x: {"S": x}, st.text(max_size=3)),
        st.builds(lambda x: {"N": str(x)}, st.integers()),
        st.builds(lambda x: {"B": x}, st.binary(max_size=3)),
        st.builds(lambda x: {"BOOL": x}, st.booleans()),
        st.just({"NULL": True}),
        st.builds(lambda x: {"SS": sorted(x)}, st.sets(st.text(min_size=1, max_size=2), min_size=1, max_size=3)),
        st.builds(lambda x: {"BS": sorted(x)}, st.sets(st.binary(min_size=1, max_size=2), min_size=1, max_size=3)),
    ),
    lambda inner: st.one_of(
        st.builds(lambda x: {"L": x}, st.lists(inner, max_size=2)),
        st.builds(lambda x: {"M": x}, st.dictionaries(st.sampled_from(["S", "B", "é"]), inner, max_size=2)),
    ),
    max_leaves=4,
)


@settings(deadline=None)
@given(attributes=st.dictionaries(st.sampled_from(["a", "S", "AttributeValue"]), attribute_values, max_size=2))
def test_an_answer_is_moto_s(answered: Any, attributes: dict[str, Any]) -> None:
    item = {"pk": {"S": "k"}, **attributes}
    assert BaseJSONSerializer._serialize_type_structure is hot_spots.structure
    ours = answered(item)
    with patch.object(BaseJSONSerializer, "_serialize_type_structure", hot_spots._structure):
        assert answered(item) == ours


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Any], Any]]:
    """Puts an item and reads it in three ways; the texts of the answers."""
    account = Account().add(
        "Table",
        "AWS::DynamoDB::Table",
        TableName="table",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    with booted(tmp_path_factory.mktemp("answers"), account) as cloud:
        dynamodb, texts = cloud.client("dynamodb"), []

        def keep(call: Call, proceed: Callable[[], Any]) -> Any:
            answer = proceed()
            texts.append((call.operation, answer[0], answer[2]))
            return answer

        cloud.endpoint.interceptor = keep

        def ask(item: Any) -> Any:
            texts.clear()
            dynamodb.put_item(TableName="table", Item=item)
            dynamodb.get_item(TableName="table", Key={"pk": item["pk"]})
            dynamodb.scan(TableName="table")
            dynamodb.put_item(TableName="table", Item=item, ReturnValues="ALL_OLD")
            return list(texts)

        yield ask
