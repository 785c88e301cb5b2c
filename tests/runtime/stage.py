"""A stage for the runtime's own tests: the real turn, real botocore, moto behind it, every call on record."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from moto import mock_aws

from troupe import Agent, Envelope, Event
from troupe.runtime.aws import client
from troupe.runtime.rehearsal import Replay

ENVIRONMENT = {
    "TROUPE_APP": "troupe",
    "TROUPE_STAGE": "test",
    "TROUPE_AGENT_VERSION": "v1",
    "TROUPE_PAYLOAD_BUCKET": "payloads",
    "TROUPE_MAX_DEPTH": "50",
    "TROUPE_MAX_REPEATS": "5",
    "TROUPE_MAX_EVENTS": "1000",
    "TROUPE_MAX_RECEIVES": "5",
    "TROUPE_RETENTION_DAYS": "30",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "POWERTOOLS_METRICS_NAMESPACE": "troupe",
}


@dataclass
class LambdaContext:
    """The one thing that the turn asks of Lambda's context."""

    seconds: Callable[[], float] = lambda: 60.0
    function_name: str = "test"

    def get_remaining_time_in_millis(self) -> int:
        return int(self.seconds() * 1000)


@dataclass
class Stage:
    """What the runtime called (`calls`), what it published, and a way to deliver events to an agent."""

    calls: list[str] = field(default_factory=list)
    published: list[dict[str, Any]] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    """Bodies of the messages that were sent to a queue."""
    before: Callable[[str, dict[str, Any]], Any] | None = None
    """Sees every call before it is made; may raise, or return a response instead of AWS's."""

    def deliver(
        self,
        agent: Agent,
        *events: Event | Envelope | str,
        attempt: int = 1,
        seconds: Any = None,
        replay: Replay | None = None,
    ) -> list[str]:
        """Delivers one batch; returns the ids of the messages that failed, in the order of the batch."""
        bodies = [body(e) for e in events]
        records: list[dict[str, Any]] = [
            {
                "messageId": f"m{i}",
                "receiptHandle": f"r{i}",
                "body": text,
                "attributes": {"ApproximateReceiveCount": str(attempt)},
            }
            for i, text in enumerate(bodies)
        ]
        if replay:
            text = replay.as_attribute()["replay"]["StringValue"]
            for record in records:
                record["messageAttributes"] = {"replay": {"stringValue": text, "dataType": "String"}}
        with patch.dict(os.environ, {"TROUPE_AGENT": agent.id}):
            answer = agent({"Records": records}, LambdaContext(seconds or (lambda: 600.0)))
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def types(self) -> list[str]:
        return [entry["DetailType"] for entry in self.published]

    def dead_letters(self, agent: Agent) -> list[dict[str, Any]]:
        url = client("sqs").get_queue_url(QueueName=f"troupe-test-{agent.id.replace('.', '-')}-dlq")["QueueUrl"]
        got = client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"])
        return got.get("Messages", [])


def body(event: Event | Envelope | str) -> str:
    """An SQS body as an EventBridge rule delivers it."""
    if isinstance(event, str):
        return event
    envelope = event if isinstance(event, Envelope) else Envelope.root(event, "troupe.test")
    return json.dumps(
        {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": envelope.type,
            "source": envelope.source,
            "time": "2026-11-23T00:00:00Z",
            "detail": envelope.detail,
        }
    )


@contextmanager
def stage(*agents: Agent) -> Iterator[Stage]:
    """Opens a fresh moto world with what these agents own."""
    here = Stage()

    def spy(model: Any, params: dict[str, Any], **_: Any) -> Any:
        call = f"{model.service_model.service_name}.{model.name}"
        if not call.startswith(("sqs.Create", "sqs.GetQueueUrl", "dynamodb.Create", "s3.Create", "events.Create")):
            here.calls.append(call)
        instead = here.before(call, params) if here.before else None
        if model.name == "PutEvents" and instead is None:
            here.published += json.loads(params["body"])["Entries"]
        if model.name == "SendMessage":
            here.sent.append(json.loads(params["body"])["MessageBody"])
        return instead

    with patch.dict(os.environ, ENVIRONMENT), mock_aws():
        for agent in agents:
            agent.forget()
            name = f"troupe-test-{agent.id.replace('.', '-')}"
            for queue in (name, f"{name}-dlq"):
                client("sqs").create_queue(QueueName=queue)
        client("events").create_event_bus(Name="troupe-test")
        client("s3").create_bucket(Bucket="payloads", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        client("dynamodb").create_table(
            TableName="troupe-test-decisions",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        services = ("sqs", "events", "dynamodb", "s3")
        for service in services:
            client(service).meta.events.register("before-call", spy)
        try:
            yield here
        finally:
            for service in services:
                client(service).meta.events.unregister("before-call", spy)
