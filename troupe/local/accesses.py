"""Which actions on which resources a call needs, with the context that AWS takes from the request.

After the Service Authorization Reference. One function per service, one entry per operation: an operation that is not
here cannot be judged, and is denied.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from troupe.local.calls import Call
from troupe.local.policies import Access

Parameters = Mapping[str, Any]


class NotMapped(ValueError):
    """The local cloud does not know what this call needs; the message names it."""


class Arns:
    """Names of one account and region made ARNs.

    hash_key: the partition key of a table (and index), from which `dynamodb:LeadingKeys` is read.
    """

    def __init__(self, account: str, region: str, hash_key: Callable[[str, str], str | None]) -> None:
        self.account = account
        self.region = region
        self.hash_key = hash_key

    def of(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"


def needed(call: Call, arns: Arns) -> list[Access]:
    """All that must be allowed for the call to be allowed. Raises NotMapped."""
    if call.service not in _SERVICES:
        raise NotMapped(f"the local cloud does not know the service {call.service or '(none)'}")
    found = list(_SERVICES[call.service](call, arns))
    if not found and (call.service, call.operation) not in _FREE:
        raise NotMapped(f"the local cloud does not know what {call.service}:{call.operation or '?'} needs")
    return found


_FREE = {("sts", "GetCallerIdentity")}
"""What everybody may ask."""


def _events(call: Call, arns: Arns) -> Iterator[Access]:
    if call.operation != "PutEvents":
        return
    buses: dict[str, list[Parameters]] = {}
    for entry in call.parameters.get("Entries") or []:
        buses.setdefault(entry.get("EventBusName") or "default", []).append(entry)
    for bus, entries in buses.items():
        # Judged for the whole request, as AWS does: the values of all entries, one AccessDeniedException.
        context = {
            "events:source": [str(e["Source"]) for e in entries if e.get("Source")],
            "events:detail-type": [str(e["DetailType"]) for e in entries if e.get("DetailType")],
        }
        arn = bus if bus.startswith("arn:") else arns.of("events", f"event-bus/{bus}")
        yield Access("events:PutEvents", arn, context)


_SQS_BATCHES = {
    "DeleteMessageBatch": "DeleteMessage",
    "SendMessageBatch": "SendMessage",
    "ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
}
_SQS = {
    "ReceiveMessage",
    "DeleteMessage",
    "SendMessage",
    "ChangeMessageVisibility",
    "GetQueueAttributes",
    "SetQueueAttributes",
    "GetQueueUrl",
    "PurgeQueue",
    "ListDeadLetterSourceQueues",
}


def _sqs(call: Call, arns: Arns) -> Iterator[Access]:
    action = _SQS_BATCHES.get(call.operation, call.operation)
    if action not in _SQS:
        return
    name = call.parameters.get("QueueName") or str(call.parameters.get("QueueUrl", "")).rsplit("/", 1)[-1]
    yield Access(f"sqs:{action}", arns.of("sqs", name), {})


_DYNAMODB_KEYED = {"GetItem": "Key", "UpdateItem": "Key", "DeleteItem": "Key", "PutItem": "Item"}
_DYNAMODB_PLAIN = {"Scan", "DescribeTable", "DescribeTimeToLive"}
_TRANSACTIONS = {
    "Put": ("PutItem", "Item"),
    "Update": ("UpdateItem", "Key"),
    "Delete": ("DeleteItem", "Key"),
    "ConditionCheck": ("ConditionCheckItem", "Key"),
    "Get": ("GetItem", "Key"),
}
_HASH_CONDITION = re.compile(r"(#?[\w.-]+)\s*=\s*(:\w+)")


def _dynamodb(call: Call, arns: Arns) -> Iterator[Access]:
    operation, parameters = call.operation, call.parameters
    table = str(parameters.get("TableName", ""))
    if operation in _DYNAMODB_KEYED:
        yield _item_access(arns, operation, table, [parameters.get(_DYNAMODB_KEYED[operation], {})])
    elif operation == "Query":
        yield _query(arns, table, parameters)
    elif operation in _DYNAMODB_PLAIN:
        yield Access(f"dynamodb:{operation}", _table(arns, table, parameters.get("IndexName", "")), {})
    elif operation == "BatchGetItem":
        for name, asked in parameters.get("RequestItems", {}).items():
            yield _item_access(arns, operation, name, asked.get("Keys", []))
    elif operation == "BatchWriteItem":
        for name, requests in parameters.get("RequestItems", {}).items():
            items = [r.get("PutRequest", {}).get("Item") or r.get("DeleteRequest", {}).get("Key", {}) for r in requests]
            yield _item_access(arns, operation, name, items)
    elif operation in ("TransactWriteItems", "TransactGetItems"):
        for step in parameters.get("TransactItems", []):
            for kind, asked in step.items():
                action, item = _TRANSACTIONS[kind]
                yield _item_access(arns, action, str(asked.get("TableName", "")), [asked.get(item, {})])


def _item_access(arns: Arns, operation: str, table: str, items: list[Parameters]) -> Access:
    hash_key = arns.hash_key(_table_name(table), "")
    leading = [next(iter(item[hash_key].values())) for item in items if hash_key and hash_key in item]
    return Access(f"dynamodb:{operation}", _table(arns, table), {"dynamodb:leadingkeys": leading})


def _query(arns: Arns, table: str, parameters: Parameters) -> Access:
    index = parameters.get("IndexName", "")
    names, values = parameters.get("ExpressionAttributeNames", {}), parameters.get("ExpressionAttributeValues", {})
    hash_key = arns.hash_key(_table_name(table), index)
    leading = [
        next(iter(values[value].values()))
        for name, value in _HASH_CONDITION.findall(str(parameters.get("KeyConditionExpression", "")))
        if names.get(name, name) == hash_key and value in values
    ]
    return Access("dynamodb:Query", _table(arns, table, index), {"dynamodb:leadingkeys": leading})


def _table(arns: Arns, table: str, index: str = "") -> str:
    arn = table if table.startswith("arn:") else arns.of("dynamodb", f"table/{table}")
    return f"{arn}/index/{index}" if index else arn


def _table_name(table: str) -> str:
    return table.rsplit("/", 1)[-1]


_S3 = {
    "GetObject": "s3:GetObject",
    "HeadObject": "s3:GetObject",
    "PutObject": "s3:PutObject",
    "DeleteObject": "s3:DeleteObject",
    "ListObjects": "s3:ListBucket",
    "HeadBucket": "s3:ListBucket",
    "CopyObject": "s3:PutObject",
}


def _s3(call: Call, arns: Arns) -> Iterator[Access]:
    if call.operation not in _S3:
        return
    action = _S3[call.operation]
    bucket = f"arn:aws:s3:::{call.parameters['Bucket']}"
    if action == "s3:ListBucket":
        prefix = call.parameters.get("Prefix")
        yield Access(action, bucket, {"s3:prefix": [] if prefix is None else [prefix]})
        return
    yield Access(action, f"{bucket}/{call.parameters['Key']}", {})
    if call.operation == "CopyObject":
        yield Access("s3:GetObject", f"arn:aws:s3:::{call.parameters['CopySource']}", {})


_SSM = {"GetParameter", "GetParameters", "PutParameter", "DeleteParameter", "GetParametersByPath"}


def _ssm(call: Call, arns: Arns) -> Iterator[Access]:
    if call.operation not in _SSM:
        return
    parameters = call.parameters
    names = parameters.get("Names") or [parameters.get("Name") or parameters.get("Path") or ""]
    for name in names:
        arn = name if name.startswith("arn:") else arns.of("ssm", f"parameter/{name.removeprefix('/')}")
        yield Access(f"ssm:{call.operation}", arn, {})


_LOGS = {"CreateLogStream", "PutLogEvents"}


def _logs(call: Call, arns: Arns) -> Iterator[Access]:
    if call.operation in _LOGS:
        group, stream = call.parameters.get("logGroupName", ""), call.parameters.get("logStreamName", "")
        yield log_access(arns, call.operation, group, stream)


def log_access(arns: Arns, operation: str, group: str, stream: str) -> Access:
    """What writing to a log group needs; the grant reads `log-group:<name>:*`."""
    return Access(f"logs:{operation}", arns.of("logs", f"log-group:{group}:log-stream:{stream}"), {})


def _sns(call: Call, arns: Arns) -> Iterator[Access]:
    if call.operation == "Publish":
        yield Access("sns:Publish", str(call.parameters.get("TopicArn", "")), {})


def _secrets(call: Call, arns: Arns) -> Iterator[Access]:
    if call.operation in ("GetSecretValue", "DescribeSecret"):
        id = str(call.parameters.get("SecretId", ""))
        yield Access(
            f"secretsmanager:{call.operation}",
            id if id.startswith("arn:") else arns.of("secretsmanager", f"secret:{id}"),
            {},
        )


def _sts(call: Call, arns: Arns) -> Iterator[Access]:
    if call.operation == "AssumeRole":
        yield Access("sts:AssumeRole", str(call.parameters.get("RoleArn", "")), {})


_BEDROCK = {
    "Converse": "bedrock:InvokeModel",
    "InvokeModel": "bedrock:InvokeModel",
    "ConverseStream": "bedrock:InvokeModelWithResponseStream",
    "InvokeModelWithResponseStream": "bedrock:InvokeModelWithResponseStream",
}
_PROFILE = re.compile(r"(?:us|us-gov|eu|apac|global|jp|au|ca)\.(.+)")
"""A model's id with the place before it is a cross-region inference profile."""


def _bedrock(call: Call, arns: Arns) -> Iterator[Access]:
    if call.operation not in _BEDROCK:
        return
    action, model = _BEDROCK[call.operation], str(call.parameters.get("modelId", ""))
    if model.startswith("arn:"):
        yield Access(action, model, {})
    elif profile := _PROFILE.fullmatch(model):
        # AWS asks for both: the profile, and the model in whichever region answers.
        yield Access(action, arns.of("bedrock", f"inference-profile/{model}"), {})
        yield Access(action, f"arn:aws:bedrock:{arns.region}::foundation-model/{profile[1]}", {})
    else:
        yield Access(action, f"arn:aws:bedrock:{arns.region}::foundation-model/{model}", {})
    guardrail = str(call.parameters.get("guardrailConfig", {}).get("guardrailIdentifier", ""))
    if guardrail:
        arn = guardrail if guardrail.startswith("arn:") else arns.of("bedrock", f"guardrail/{guardrail}")
        yield Access("bedrock:ApplyGuardrail", arn, {})


def _ses(call: Call, arns: Arns) -> Iterator[Access]:
    if call.operation == "SendEmail":
        yield Access("ses:SendEmail", arns.of("ses", f"identity/{call.parameters['FromEmailAddress']}"), {})


_SERVICES: dict[str, Callable[[Call, Arns], Iterator[Access]]] = {
    "events": _events,
    "sqs": _sqs,
    "dynamodb": _dynamodb,
    "s3": _s3,
    "ssm": _ssm,
    "logs": _logs,
    "sns": _sns,
    "secretsmanager": _secrets,
    "sts": _sts,
    "bedrock": _bedrock,
    "ses": _ses,
}
