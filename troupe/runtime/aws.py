"""AWS clients, made once per process and role."""

from __future__ import annotations

import os
from functools import cache
from typing import Any


def client(service: str, *, read_timeout_s: float = 20, attempts: int = 3) -> Any:
    """The client of an AWS service under the credentials of the running function.

    read_timeout_s: how long an answer may be awaited; attempts: calls in all, the first included, when it is slow,
    throttled or fails.

    botocore is imported here, not above: an agent is also imported at synth, where no client is needed.
    """
    return _client(service, read_timeout_s, attempts, *(os.environ.get(name) for name in _WHO_AND_WHERE))


def put_once(table: str, item: dict[str, Any]) -> dict[str, Any] | None:
    """Writes a DynamoDB item, keyed by `pk`, unless it is there: None when written, else the item that was there."""
    from botocore.exceptions import ClientError

    try:
        client("dynamodb").put_item(
            TableName=table,
            Item=item,
            ConditionExpression="attribute_not_exists(pk)",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return dict(error.response["Item"])
    return None


_WHO_AND_WHERE = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_DEFAULT_REGION")


@cache
def _client(
    service: str,
    read_timeout_s: float,
    attempts: int,
    key_id: str | None,
    secret: str | None,
    token: str | None,
    region: str | None,
) -> Any:
    # Keyed by the credentials and the region because the local cloud runs several agents, each in its own role, in one
    # process. botocore rather than boto3: the same clients without the cost of importing the resource layer.
    from botocore.config import Config

    return _session().create_client(
        service,
        region_name=region,
        aws_access_key_id=key_id,
        aws_secret_access_key=secret,
        aws_session_token=token,
        config=Config(
            retries={"mode": "standard", "total_max_attempts": attempts},
            connect_timeout=3,
            read_timeout=read_timeout_s,
        ),
    )


@cache
def _session() -> Any:
    # One for all clients: it keeps the endpoint and service descriptions that it has parsed, about 70 ms each.
    from botocore.session import get_session

    return get_session()
