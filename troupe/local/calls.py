"""What a request to AWS asks for: reads the HTTP request itself, whoever made it, in this process or over a socket."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote, urlsplit

_CREDENTIAL = re.compile(r"Credential=([^/]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")


@dataclass(frozen=True, slots=True)
class Call:
    """One request, as far as it can be read without knowing what it may do."""

    access_key: str
    """Empty when the request is not signed."""
    service: str
    """As in the signature's scope: `dynamodb`, `sqs`, `events`, `s3`, …"""
    operation: str
    """As the service calls it: `PutItem`; for S3 as boto3 does: `GetObject`. Empty when it cannot be read."""
    parameters: Mapping[str, Any]
    """The body of a JSON or query request; for S3 `Bucket`, `Key`, `Prefix` and the source of a copy; for a model's
    request the body and `modelId`."""


def read(method: str, url: str, headers: Mapping[str, Any], body: bytes) -> Call:
    """Reads a request. Never raises: what cannot be read stays empty, and is denied by whoever judges it."""
    lower = {name.lower(): _text(value) for name, value in headers.items()}
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    signature = lower.get("authorization", "")
    if "X-Amz-Credential" in query:
        signature = f"Credential={query['X-Amz-Credential']}"
    scope = _CREDENTIAL.search(signature)
    access_key, service = (scope[1], scope[3]) if scope else ("", "")
    if service == "s3":
        return Call(access_key, service, *_s3(method, parts.netloc, parts.path, query, lower))
    if service == "bedrock":
        return Call(access_key, service, *_bedrock(method, parts.path, body))
    if service == "ses":
        return Call(access_key, service, _SES_OPERATIONS.get((method, parts.path), ""), _object(body))
    if target := lower.get("x-amz-target"):
        return Call(access_key, service, target.rpartition(".")[2], _object(body))
    if lower.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        form = {name: values[-1] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
        return Call(access_key, service, form.get("Action", ""), form)
    return Call(access_key, service, "", {})


_S3_OPERATIONS: dict[tuple[str, bool], str] = {
    ("GET", True): "GetObject",
    ("HEAD", True): "HeadObject",
    ("PUT", True): "PutObject",
    ("DELETE", True): "DeleteObject",
    ("GET", False): "ListObjects",
    ("HEAD", False): "HeadBucket",
}
"""By method, and whether there is a key. A request with a sub-resource (`?acl`, `?uploads`, …) is none of these."""
_S3_PLAIN = re.compile(
    r"list-type|prefix|delimiter|max-keys|continuation-token|start-after|encoding-type|fetch-owner|x-id"
)


def _s3(
    method: str, host: str, path: str, query: Mapping[str, str], headers: Mapping[str, str]
) -> tuple[str, dict[str, str]]:
    first, _, rest = path.removeprefix("/").partition("/")
    # `bucket.s3.amazonaws.com/key`, or `s3.amazonaws.com/bucket/key`.
    virtual = re.match(r"(.+)\.s3[.-]", host)
    bucket, key = (virtual[1], path.removeprefix("/")) if virtual else (first, rest)
    parameters = {"Bucket": bucket, "Key": unquote(key)}
    plain = all(_S3_PLAIN.fullmatch(name) or name.startswith(("X-Amz-", "response-")) for name in query)
    if not plain or not bucket:
        return "", parameters
    if "x-amz-copy-source" in headers:
        return "CopyObject", parameters | {"CopySource": unquote(headers["x-amz-copy-source"]).removeprefix("/")}
    if "prefix" in query:
        parameters["Prefix"] = query["prefix"]
    return _S3_OPERATIONS.get((method, bool(key)), ""), parameters


_BEDROCK = re.compile(r"/model/([^/]+)/(converse|converse-stream|invoke|invoke-with-response-stream)")
_BEDROCK_OPERATIONS = {
    "converse": "Converse",
    "converse-stream": "ConverseStream",
    "invoke": "InvokeModel",
    "invoke-with-response-stream": "InvokeModelWithResponseStream",
}


def _bedrock(method: str, path: str, body: bytes) -> tuple[str, dict[str, Any]]:
    match = _BEDROCK.fullmatch(path)
    if method != "POST" or match is None:
        return "", {}
    return _BEDROCK_OPERATIONS[match[2]], {**_object(body), "modelId": unquote(match[1])}


_SES_OPERATIONS = {("POST", "/v2/email/outbound-emails"): "SendEmail"}


def _object(body: bytes) -> dict[str, Any]:
    try:
        read = json.loads(body or b"{}")
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
