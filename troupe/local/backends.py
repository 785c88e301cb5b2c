"""The one place that knows moto's insides: it holds the queues, tables, buckets, buses and parameters.

moto's backends are process-wide, so that one local cloud can be open per process. What moto does differently from AWS
is not repaired here but replaced: the router, the poller and the authorization stand beside it, and this module
offers them its state.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import moto.backend_index
import moto.backends
from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.core.request import normalize_request
from moto.moto_api._internal import mock_random
from moto.sqs.models import Message
from werkzeug.exceptions import HTTPException

from troupe.local import hot_spots

hot_spots.install()

ACCOUNT = DEFAULT_ACCOUNT_ID
REGION = "us-east-1"
PARTITION = "aws"

Response = tuple[int, dict[str, str], str | bytes]
"""Status, headers, body."""

MODELS = {
    "AWS::SQS::Queue": ("moto.sqs.models", "Queue", "QueueName"),
    "AWS::DynamoDB::Table": ("moto.dynamodb.models.table", "Table", "TableName"),
    "AWS::S3::Bucket": ("moto.s3.models", "FakeBucket", "BucketName"),
    "AWS::Events::EventBus": ("moto.events.models", "EventBus", "Name"),
    "AWS::Events::Rule": ("moto.events.models", "Rule", "Name"),
    "AWS::Events::Archive": ("moto.events.models", "Archive", "ArchiveName"),
    "AWS::SNS::Topic": ("moto.sns.models", "Topic", "TopicName"),
}
"""Resource types that moto holds: its class, and the property with the name. Each is imported when first needed."""


def forget_everything(seed: int | None) -> None:
    """An empty account; with a seed, the ids that moto makes up are a function of it."""
    BackendDict.reset()
    reset_model_data()
    _route.cache_clear()
    mock_random.seed(seed)


ATTRIBUTES = {
    "AWS::SQS::Queue": {"Arn": "queue_arn", "QueueName": "name", "QueueUrl": "physical_resource_id"},
    "AWS::DynamoDB::Table": {"Arn": "table_arn"},
    "AWS::S3::Bucket": {"Arn": "arn"},
    "AWS::Events::EventBus": {"Arn": "arn", "Name": "name"},
    "AWS::Events::Rule": {"Arn": "arn"},
    "AWS::Events::Archive": {"Arn": "arn", "ArchiveName": "name"},
    "AWS::SNS::Topic": {"TopicArn": "arn", "TopicName": "name"},
}
"""What Fn::GetAtt may ask for, and where moto's object has it; moto's own way there imports its CloudFormation."""


def attribute(type_: str, made: Any, name: str) -> Any:
    """An attribute of a resource that `create` returned. Raises KeyError."""
    return getattr(made, ATTRIBUTES[type_][name])


def reference(type_: str, made: Any) -> str:
    """What Ref gives for it: a queue's URL, a topic's ARN, else the name."""
    if type_ == "AWS::SQS::Queue":
        return str(made.physical_resource_id)
    return str(made.arn if type_ == "AWS::SNS::Topic" else made.name)


def name_property(type_: str) -> str:
    """The property that names a resource of this type."""
    return MODELS[type_][2]


def create(type_: str, name: str, properties: dict[str, Any]) -> Any:
    """Creates a resource as CloudFormation would; returns moto's object. Raises whatever moto raises."""
    module, model, _ = MODELS[type_]
    made = getattr(importlib.import_module(module), model)
    return made.create_from_cloudformation_json(name, {"Properties": properties}, ACCOUNT, REGION)


def answer(request: Any) -> Response:
    """What AWS's side of a service answers to a request (botocore's AWSPreparedRequest)."""
    handler = _route(request.url.split("?", 1)[0])
    if handler is None:
        return 404, {}, f"The local cloud has no service at {request.url}."
    normalized = normalize_request(request)
    try:
        status, headers, body = handler(normalized, normalized.raw_url, normalized.headers)
    except HTTPException as error:
        return error.code or 500, dict(error.get_headers()), error.get_body()
    return status, headers, body


@lru_cache(maxsize=4096)
def _route(url: str) -> Any:
    # As in moto's own BotocoreStubber, which walks some 150 patterns for every single request.
    for service, pattern in moto.backend_index.backend_url_patterns:
        if not pattern.match(url):
            continue
        regions = moto.backends.get_backend(service)[ACCOUNT]  # type: ignore[call-overload]
        backend = regions[REGION] if REGION in regions else regions[PARTITION]
        for path, handler in backend.urls.items():
            if re.match(path, url):
                return handler
    return None


def queues() -> dict[str, Any]:
    """All queues by name."""
    from moto.sqs.models import sqs_backends

    queues: dict[str, Any] = sqs_backends[ACCOUNT][REGION].queues
    return queues


def new_message(body: str) -> Any:
    """A message that is in no queue yet, sent now."""
    message = Message(str(mock_random.uuid4()), body)
    message.mark_sent()
    return message


def receipt_handle() -> str:
    """A new receipt handle. moto's own takes 185 random choices."""
    return mock_random.getrandbits(512).to_bytes(64, "big").hex()


def tables() -> dict[str, Any]:
    """All DynamoDB tables by name."""
    from moto.dynamodb.models import dynamodb_backends

    tables: dict[str, Any] = dynamodb_backends[ACCOUNT][REGION].tables
    return tables


def buses() -> dict[str, Any]:
    """All event buses by name; each has `rules` by name."""
    buses: dict[str, Any] = events().event_buses
    return buses


def events() -> Any:
    """The EventBridge backend."""
    from moto.events.models import events_backends

    return events_backends[ACCOUNT][REGION]


def buckets() -> dict[str, Any]:
    """All buckets by name."""
    from moto.s3.models import s3_backends

    buckets: dict[str, Any] = s3_backends[ACCOUNT][PARTITION].buckets
    return buckets


def empty(seed: int | None) -> None:
    """Empties all queues, tables, buckets and archives, and leaves everything that was created standing."""
    for queue in queues().values():
        queue._messages = []
        queue._pending_messages = set()
        queue.deleted_messages = set()
    for table in tables().values():
        table.items.clear()
    for bucket in buckets().values():
        bucket.keys.clear()
    for archive in events().archives.values():
        archive.events.clear()
    reset_model_data()
    mock_random.seed(seed)


def hash_key(table: str, index: str = "") -> str | None:
    """The name of the partition key of a table or of one of its indexes; None if there is no such thing."""
    found = tables().get(table)
    if found is None:
        return None
    if not index:
        return str(found.hash_key_attr)
    for candidate in (*found.global_indexes, *found.indexes):
        if candidate.name == index:
            return next((str(key["AttributeName"]) for key in candidate.schema if key["KeyType"] == "HASH"), None)
    return None


def rules() -> Iterator[Any]:
    """Every rule of every bus, in the order of creation."""
    for bus in buses().values():
        yield from bus.rules.values()
