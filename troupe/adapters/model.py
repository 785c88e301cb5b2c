"""A language model on Amazon Bedrock, asked to decide: its answer is one of the contracts that it is offered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from troupe.adapters._tools import tool
from troupe.runtime.aws import client
from troupe.runtime.context import Retry
from troupe.runtime.contract import Event
from troupe.runtime.envelope import first_fault, wire
from troupe.runtime.model_use import ModelUse
from troupe.runtime.needs import Grant, Need
from troupe.runtime.person import Person, fields_of
from troupe.runtime.settings import RuntimeSettings

PARAMETER = "model"
"""The stage's SSM parameter that names the model: {"id": "…", "guardrail": "id:version"}; {} for none."""
TIMEOUT_S = 25
"""Seconds that one answer may take. An agent's turn allows for two."""
_ATTEMPTS = 2
_MAX_TOKENS = 4096
_BEDROCK = "arn:{partition}:bedrock:"

E = TypeVar("E", bound=Event)
ErrorKind = Literal["not-configured", "timeout", "throttled", "refused", "malformed", "unavailable"]


class ModelError(Exception):
    """There is no decision.

    `timeout`, `throttled` and `unavailable` are the infrastructure's failures: later may help. `refused` is the
    model's or its guardrail's own no, `malformed` an answer that no contract accepts.
    """

    def __init__(self, kind: ErrorKind, message: str, use: ModelUse | None = None) -> None:
        super().__init__(message)
        self.kind: ErrorKind = kind
        self.message = message
        self.use = use
        """What was used, if the model answered at all."""


class ModelSettings(BaseModel):
    """What the stage's parameter says."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str = ""
    """A model's id or that of an inference profile, such as `eu.anthropic.claude-sonnet-4-5-20250929-v1:0`."""
    guardrail: str = Field(default="", pattern=r"^([a-z0-9]+:(DRAFT|[0-9]{1,8}))?$")
    """`id:version`; empty for none."""


class Model(Need):
    """Amazon Bedrock's Converse API with one tool per contract. What it answers is data: nothing of it is executed.

    The settings are read at the first decision, so that an agent that may do without a model pays nothing for it.
    """

    # Which model is a setting of the stage, kept beside the code: changing it deploys no agent. An inference profile
    # spreads over regions, and AWS asks for the grant on the profile and on the model in each of them.
    grants: ClassVar[tuple[Grant, ...]] = (
        Grant(
            ("ssm:GetParameter",),
            (f"arn:{{partition}}:ssm:{{region}}:{{account}}:parameter/{{app}}/{{stage}}/{PARAMETER}",),
        ),
        Grant(
            ("bedrock:InvokeModel",),
            (_BEDROCK + "*::foundation-model/*", _BEDROCK + "{region}:{account}:inference-profile/*"),
            why="Which model is asked is a setting of the stage; a profile asks it in whichever region has room.",
        ),
        Grant(
            ("bedrock:ApplyGuardrail",),
            (_BEDROCK + "{region}:{account}:guardrail/*",),
            why="Which guardrail watches is a setting of the stage.",
        ),
    )
    slow: ClassVar[bool] = True

    def __init__(self, settings: ModelSettings | None = None, parameter: str = "") -> None:
        self._settings = settings
        self._parameter = parameter

    @classmethod
    def open(cls, settings: RuntimeSettings) -> Self:
        """The stage's model; nothing is asked yet."""
        return cls(parameter=settings.names.parameter(PARAMETER))

    @classmethod
    def is_outage(cls, error: Exception) -> bool:
        return isinstance(error, ModelError) and error.kind in ("timeout", "throttled", "unavailable")

    @property
    def settings(self) -> ModelSettings:
        """Which model and guardrail. Raises ModelError of kind `not-configured`."""
        if self._settings is None:
            self._settings = _read_settings(self._parameter)
        return self._settings

    def decide(
        self,
        instructions: str,
        event: Event,
        into: tuple[type[E], ...],
        given: Mapping[str, Any] | None = None,
    ) -> E:
        """One of the contracts in `into`, as the model fills it in after reading the instructions and the event.

        given: values of fields that are known already: the model neither sees nor sets them. Raises ModelError.
        """
        settings = self.settings
        if not settings.id:
            raise ModelError("not-configured", "No language model is configured: set `model` of the stage in cdk.json.")
        known = dict(given or {})
        request = _request(settings, instructions, event, into, known)
        answer = _ask(request)
        use = ModelUse(
            model_id=settings.id,
            prompt_sha256=_hash(request),
            input_tokens=answer["usage"]["inputTokens"],
            output_tokens=answer["usage"]["outputTokens"],
            latency_ms=answer["metrics"]["latencyMs"],
            guardrail=settings.guardrail,
        )
        return _decided(answer, into, known, use)


def _read_settings(parameter: str) -> ModelSettings:
    ssm = client("ssm")
    try:
        return ModelSettings.model_validate_json(ssm.get_parameter(Name=parameter)["Parameter"]["Value"])
    except ssm.exceptions.ParameterNotFound:
        return ModelSettings()
    except ValidationError as error:
        raise ModelError(
            "not-configured", f"The SSM parameter {parameter} is not understood: {first_fault(error)}"
        ) from None


def _request(
    settings: ModelSettings, instructions: str, event: Event, into: tuple[type[E], ...], given: Mapping[str, Any]
) -> dict[str, Any]:
    said = json.dumps({event.type_name(): _told(event)}, ensure_ascii=False)
    # With a guardrail, only what came from outside is held against it: our own instructions need no watching.
    content = {"guardContent": {"text": {"text": said}}} if settings.guardrail else {"text": said}
    choice = {"any": {}} if len(into) > 1 else {"tool": {"name": into[0].type_name()}}
    request: dict[str, Any] = {
        "modelId": settings.id,
        "system": [{"text": instructions}],
        "messages": [{"role": "user", "content": [content]}],
        "toolConfig": {"tools": [tool(contract, given) for contract in into], "toolChoice": choice},
        # No temperature: newer models refuse the request that has one.
        "inferenceConfig": {"maxTokens": _MAX_TOKENS},
    }
    if settings.guardrail:
        identifier, _, version = settings.guardrail.partition(":")
        request["guardrailConfig"] = {"guardrailIdentifier": identifier, "guardrailVersion": version}
    return request


def _told(event: Event) -> dict[str, Any]:
    """The event as the model sees it: without the persons behind it."""
    hidden = {*fields_of(type(event), Person)}
    return {name: value for name, value in wire(event).items() if name not in hidden}


def _hash(request: Mapping[str, Any]) -> str:
    import rfc8785

    return hashlib.sha256(rfc8785.dumps(dict(request))).hexdigest()


_THROTTLED = {"ThrottlingException", "TooManyRequestsException", "ServiceQuotaExceededException"}
_TIMEOUT = {"ModelTimeoutException", "RequestTimeout"}


def _ask(request: Mapping[str, Any]) -> dict[str, Any]:
    from botocore.exceptions import BotoCoreError, ClientError, ReadTimeoutError

    bedrock = client("bedrock-runtime", read_timeout_s=TIMEOUT_S, attempts=_ATTEMPTS)
    try:
        return dict(bedrock.converse(**request))
    except ClientError as error:
        code, message = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
        if code in _THROTTLED:
            raise ModelError(
                "throttled", f"The model {request['modelId']} is asked too much just now: {code}."
            ) from error
        if code in _TIMEOUT:
            raise ModelError("timeout", f"The model {request['modelId']} did not answer in time: {code}.") from error
        raise ModelError(
            "unavailable", f"The model {request['modelId']} cannot be asked: {code}: {message}"[:1000]
        ) from error
    except ReadTimeoutError as error:
        raise ModelError("timeout", f"The model {request['modelId']} did not answer within {TIMEOUT_S} s.") from error
    except BotoCoreError as error:
        raise ModelError("unavailable", f"The model {request['modelId']} cannot be reached: {error}"[:1000]) from error


_REFUSALS = {
    "guardrail_intervened": "The guardrail stepped in",
    "content_filtered": "The model's content filter stepped in",
}


def _decided(answer: Mapping[str, Any], into: tuple[type[E], ...], given: Mapping[str, Any], use: ModelUse) -> E:
    reason = answer["stopReason"]
    blocks = answer["output"].get("message", {}).get("content", [])
    if reason in _REFUSALS:
        raise ModelError("refused", f"{_REFUSALS[reason]}{_words(blocks)}", use)
    if reason in ("max_tokens", "model_context_window_exceeded"):
        raise ModelError("malformed", f"The model's answer was cut off: {reason}.", use)
    calls = [block["toolUse"] for block in blocks if "toolUse" in block]
    if not calls:
        raise ModelError("refused", f"The model did not decide{_words(blocks)}", use)
    if len(calls) > 1:
        raise ModelError("malformed", f"The model decided {len(calls)} things at once; one was asked for.", use)
    contract = next((c for c in into if c.type_name() == calls[0]["name"]), None)
    if contract is None:
        raise ModelError("malformed", f"The model decided {calls[0]['name'][:64]}, which it was not offered.", use)
    said = calls[0]["input"]
    if not isinstance(said, dict):
        raise ModelError("malformed", f"The model filled in {contract.type_name()} with no object.", use)
    uses, persons = (set(fields_of(contract, kind)) for kind in (ModelUse, Person))
    kept = {name: value for name, value in said.items() if name not in uses | persons}
    known = {name: value for name, value in given.items() if name in contract.model_fields}
    try:
        return contract.model_validate({**kept, **known, **dict.fromkeys(uses, use)})
    except ValidationError as error:
        raise ModelError(
            "malformed", f"The model filled in {contract.type_name()} wrongly: {first_fault(error)}", use
        ) from error


def _words(blocks: list[Mapping[str, Any]]) -> str:
    """What it said instead, if anything, at most a few sentences of it."""
    text = " ".join(" ".join(block["text"] for block in blocks if "text" in block).split())
    return f": {text[:500]}" if text else "."


_PATIENCE, _PAUSE_S = 2, 20
"""Attempts at which an outage of the model is waited for before the stand-in goes on, and seconds between them."""


def or_stand_in(ask: Callable[[], E], stand_in: Callable[[], E], attempt: int) -> E:
    """What a model decides or, where there is none or it does not decide, what the stand-in does.

    attempt: the turn's. At the first two an outage of the model is waited for: raises Retry.
    """
    try:
        return ask()
    except ModelError as error:
        if Model.is_outage(error) and attempt <= _PATIENCE:
            raise Retry(error.message, after=_PAUSE_S) from error
        return stand_in()
