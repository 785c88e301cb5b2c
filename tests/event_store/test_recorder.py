"""The recorder in its function's batch loop: what cannot be written comes back alone."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from functions.platform.recorder.agent import agent
from tests.event_store.shelf import Happened
from tests.runtime.stage import stage
from troupe import Envelope
from troupe.event_store.read import Reader
from troupe.runtime.aws import client


def store() -> None:
    key = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
    client("dynamodb").create_table(
        TableName="troupe-test-events",
        KeySchema=key,
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("pk", "sk")],
        BillingMode="PAY_PER_REQUEST",
    )


def test_a_failed_record_is_retried_alone() -> None:
    events = [Envelope.root(Happened(n=n), "troupe.test", id=f"e{n}", correlation_id="c") for n in range(5)]

    def busy(call: str, params: dict[str, Any]) -> Any:
        if call == "dynamodb.PutItem" and '"E#e3"' in str(params["body"]).replace("'", '"'):
            raise ClientError({"Error": {"Code": "ThrottlingException", "Message": "busy"}}, "PutItem")
        return None

    with stage(agent) as here:
        store()
        here.before = busy
        assert here.deliver(agent, *events) == ["m3"]
        assert {e.id for e in reader().story("c").events} == {"e0", "e1", "e2", "e4"}
        here.before = None
        here.calls.clear()
        assert here.deliver(agent, events[3], attempt=2) == []
        assert here.calls == ["dynamodb.PutItem", "dynamodb.UpdateItem"]
        assert {e.id for e in reader().story("c").events} == {f"e{n}" for n in range(5)}
        assert here.published == [], "the recorder says nothing itself"


def reader() -> Reader:
    return Reader(client("dynamodb"), "troupe-test-events")
