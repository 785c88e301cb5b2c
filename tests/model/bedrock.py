"""Amazon Bedrock without Amazon: answers written after its API reference, behind botocore's own serialization.

Every request passes botocore's validation and its serializer, every answer its parser, every failure its retries.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ReadTimeoutError

REFUSED = {"message": {"role": "assistant", "content": [{"text": "I cannot help with that."}]}}


def decided(name: str, **said: Any) -> dict[str, Any]:
    """Converse's answer when the model has called one tool."""
    return answered([{"toolUse": {"toolUseId": "tooluse_1", "name": name, "input": said}}], "tool_use")


def answered(content: list[dict[str, Any]], stop_reason: str) -> dict[str, Any]:
    """Converse's answer, in the members that the API reference requires."""
    return {
        "output": {"message": {"role": "assistant", "content": content}},
        "stopReason": stop_reason,
        "usage": {"inputTokens": 812, "outputTokens": 57, "totalTokens": 869},
        "metrics": {"latencyMs": 1234},
    }


class _Raw(io.BytesIO):
    def stream(self, **_: Any) -> Any:
        yield self.read()


@dataclass
class Bedrock:
    """Answers the next requests with what is in `answers`; keeps what was asked."""

    answers: list[Any] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    models: list[str] = field(default_factory=list)

    def fails(self, code: str, status: int, message: str = "No.") -> None:
        """The next answer is an error of this code."""
        self.answers.append((status, {"x-amzn-errortype": code}, {"message": message}))

    def __call__(self, request: Any, **_: Any) -> AWSResponse:
        self.models.append(unquote(request.url.split("/model/")[1].split("/")[0]))
        self.asked.append(json.loads(request.body))
        answer = self.answers.pop(0)
        if answer is None:
            raise ReadTimeoutError(endpoint_url=request.url)
        status, headers, body = answer if isinstance(answer, tuple) else (200, {}, answer)
        headers = {"Content-Type": "application/json", **headers}
        return AWSResponse(request.url, status, headers, _Raw(json.dumps(body).encode()))
