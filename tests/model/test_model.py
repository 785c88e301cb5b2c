"""A model decides by filling in one of the contracts that it is offered, and everything else is a ModelError."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any, Literal, cast

import boto3
import pytest
from moto import mock_aws

from tests.model.bedrock import REFUSED, Bedrock, answered, decided
from troupe import Event, Person, Retry, Value
from troupe.adapters.model import Model, ModelError, ModelSettings, or_stand_in
from troupe.runtime.model_use import ModelUse
from troupe.runtime.settings import Names, RuntimeSettings


class Passage(Value):
    """A part of a draft."""

    text: str


class DraftWritten(Event):
    """Somebody wrote something."""

    text: str
    written_by: Person = Person()


class DraftApproved(Event):
    """The draft may
    be published."""

    draft: str
    grade: Literal["good", "excellent"]
    model: ModelUse | None = None


class RevisionRequested(Event):
    """The draft needs work."""

    draft: str
    passages: list[Passage]
    asked_by: Person = Person()


DRAFT = DraftWritten(text='Ünder the "sea"')
STAND_IN: Event = DraftApproved(draft="d-1", grade="good")
INTO = (DraftApproved, RevisionRequested)
ID = "eu.anthropic.claude-sonnet-4-5-20250929-v1:0"


def model(guardrail: str = "") -> Model:
    return Model(ModelSettings(id=ID, guardrail=guardrail))


def test_it_neither_hears_nor_says_who_a_person_is(bedrock: Bedrock) -> None:
    bedrock.answers = [decided("RevisionRequested", draft="d-1", passages=[], asked_by={"id": "the boss"})]
    draft = DraftWritten(text="x", written_by=Person(id="ada", claims={"tenant": "north"}))
    assert model().decide("Judge.", draft, into=INTO) == RevisionRequested(draft="d-1", passages=[])
    request = json.dumps(bedrock.asked[0])
    assert "ada" not in request and "north" not in request and "asked_by" not in request


def test_it_returns_the_contract_that_the_model_filled_in(bedrock: Bedrock) -> None:
    bedrock.answers = [decided("RevisionRequested", passages=[{"text": "All of it."}])]
    found = model().decide("Judge.", DRAFT, into=INTO, given={"draft": "d-1"})
    assert found == RevisionRequested(draft="d-1", passages=[Passage(text="All of it.")])
    assert bedrock.models == [ID]


def test_the_event_says_what_the_model_used(bedrock: Bedrock) -> None:
    bedrock.answers = [decided("DraftApproved", grade="good"), decided("DraftApproved", grade="good")]
    first = model().decide("Judge.", DRAFT, into=INTO, given={"draft": "d-1"})
    assert isinstance(first, DraftApproved) and first.model is not None
    used = first.model
    assert (used.model_id, used.input_tokens, used.output_tokens, used.latency_ms) == (ID, 812, 57, 1234)
    again = model().decide("Judge!", DRAFT, into=INTO, given={"draft": "d-1"})
    assert isinstance(again, DraftApproved) and again.model is not None
    assert len(used.prompt_sha256) == 64 and again.model.prompt_sha256 != used.prompt_sha256


def test_it_asks_with_instructions_event_and_one_tool_per_contract(bedrock: Bedrock) -> None:
    bedrock.answers = [decided("DraftApproved", grade="good")]
    model().decide("Judge.", DRAFT, into=INTO, given={"draft": "d-1"})
    (asked,) = bedrock.asked
    assert asked["system"] == [{"text": "Judge."}]
    (message,) = asked["messages"]
    assert json.loads(message["content"][0]["text"]) == {"DraftWritten": {"text": 'Ünder the "sea"'}}
    assert asked["toolConfig"]["toolChoice"] == {"any": {}}
    approved, revision = (tool["toolSpec"] for tool in asked["toolConfig"]["tools"])
    assert (approved["name"], approved["description"]) == ("DraftApproved", "The draft may be published.")
    schema = approved["inputSchema"]["json"]
    assert set(schema["properties"]) == {"grade"}, "neither what is given nor what the model used is asked for"
    assert schema["required"] == ["grade"] and "$defs" not in schema
    assert set(revision["inputSchema"]["json"]["$defs"]) == {"Passage"}
    assert "guardrailConfig" not in asked


def test_a_single_contract_is_asked_for_by_name(bedrock: Bedrock) -> None:
    bedrock.answers = [decided("DraftApproved", draft="d", grade="good")]
    assert isinstance(model().decide("Judge.", DRAFT, into=(DraftApproved,)), DraftApproved)
    assert bedrock.asked[0]["toolConfig"]["toolChoice"] == {"tool": {"name": "DraftApproved"}}


def test_a_guardrail_watches_over_what_came_from_outside(bedrock: Bedrock) -> None:
    bedrock.answers = [decided("DraftApproved", draft="d", grade="good")]
    found = model("abc123:7").decide("Judge.", DRAFT, into=(DraftApproved,))
    assert found.model is not None and found.model.guardrail == "abc123:7"
    (asked,) = bedrock.asked
    assert asked["guardrailConfig"] == {"guardrailIdentifier": "abc123", "guardrailVersion": "7"}
    assert "sea" in asked["messages"][0]["content"][0]["guardContent"]["text"]["text"]


def test_what_is_given_is_not_the_model_s_to_change(bedrock: Bedrock) -> None:
    forged = {"model_id": "x", "prompt_sha256": "", "input_tokens": 0, "output_tokens": 0, "latency_ms": 0}
    bedrock.answers = [decided("DraftApproved", draft="another", grade="good", model=forged)]
    found = model().decide("Judge.", DRAFT, into=INTO, given={"draft": "d-1"})
    assert isinstance(found, DraftApproved) and found.model is not None
    assert (found.draft, found.model.model_id) == ("d-1", ID)


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (answered(REFUSED["message"]["content"], "end_turn"), "refused", "I cannot help with that."),  # type: ignore[arg-type]
        (answered([], "content_filtered"), "refused", "content filter"),
        (answered([{"text": "Blocked."}], "guardrail_intervened"), "refused", "guardrail stepped in: Blocked."),
        (answered([], "max_tokens"), "malformed", "cut off"),
        (decided("DraftBurnt"), "malformed", "DraftBurnt, which it was not offered"),
        (decided("DraftApproved", draft="d"), "malformed", "DraftApproved wrongly: grade: Field required"),
        (decided("DraftApproved", draft="d", grade="awful"), "malformed", "grade"),
        (decided("DraftApproved", draft="d", grade="good", more=1), "malformed", "more"),
    ],
)
def test_an_answer_that_is_no_decision(bedrock: Bedrock, answer: dict[str, Any], kind: str, said: str) -> None:
    bedrock.answers = [answer]
    with pytest.raises(ModelError) as failure:
        model().decide("Judge.", DRAFT, into=INTO)
    assert failure.value.kind == kind and said in failure.value.message
    assert failure.value.use is not None and failure.value.use.output_tokens == 57
    assert not Model.is_outage(failure.value)


def test_two_decisions_are_none(bedrock: Bedrock) -> None:
    one = decided("DraftApproved", draft="d", grade="good")["output"]["message"]["content"]
    bedrock.answers = [answered(one * 2, "tool_use")]
    with pytest.raises(ModelError, match="2 things at once"):
        model().decide("Judge.", DRAFT, into=INTO)


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("ThrottlingException", 429, "throttled"),
        ("ModelTimeoutException", 408, "timeout"),
        ("ServiceUnavailableException", 503, "unavailable"),
        ("AccessDeniedException", 403, "unavailable"),
        ("ResourceNotFoundException", 404, "unavailable"),
    ],
)
def test_a_service_that_fails(bedrock: Bedrock, code: str, status: int, kind: str) -> None:
    for _ in range(2):
        bedrock.fails(code, status)
    with pytest.raises(ModelError) as failure:
        model().decide("Judge.", DRAFT, into=INTO)
    assert failure.value.kind == kind and code in failure.value.message
    assert Model.is_outage(failure.value)


def test_a_throttled_request_is_made_once_more(bedrock: Bedrock) -> None:
    bedrock.fails("ThrottlingException", 429)
    bedrock.answers.append(decided("DraftApproved", draft="d", grade="good"))
    assert isinstance(model().decide("Judge.", DRAFT, into=INTO), DraftApproved)
    assert len(bedrock.asked) == 2


def test_an_answer_that_does_not_come(bedrock: Bedrock) -> None:
    bedrock.answers = [None, None]
    with pytest.raises(ModelError, match="did not answer within 25 s") as failure:
        model().decide("Judge.", DRAFT, into=INTO)
    assert failure.value.kind == "timeout" and len(bedrock.asked) == 2


def opened() -> Model:
    return Model.open(cast(RuntimeSettings, SimpleNamespace(names=Names("troupe", "test"))))


@pytest.mark.usefixtures("bedrock")
@mock_aws
def test_it_is_the_one_that_the_stage_s_parameter_names() -> None:
    value = json.dumps({"id": ID, "guardrail": "abc:DRAFT"})
    boto3.client("ssm").put_parameter(Name="/troupe/test/model", Value=value, Type="String")
    assert opened().settings == ModelSettings(id=ID, guardrail="abc:DRAFT")


@pytest.mark.usefixtures("bedrock")
@pytest.mark.parametrize("value", [None, "{}", '{"id": 7}', "nonsense", '{"id": "m", "guardrail": "no version"}'])
@mock_aws
def test_without_one_it_says_what_to_set(value: str | None) -> None:
    if value:
        boto3.client("ssm").put_parameter(Name="/troupe/test/model", Value=value, Type="String")
    with pytest.raises(ModelError, match=r"cdk\.json|/troupe/test/model is not understood") as failure:
        opened().decide("Judge.", DRAFT, into=INTO)
    assert failure.value.kind == "not-configured"


@pytest.mark.parametrize("kind", ["timeout", "throttled", "unavailable"])
def test_an_outage_is_waited_for_twice_before_the_stand_in_goes_on(kind: Any) -> None:
    def ask() -> Event:
        raise ModelError(kind, "Not now.")

    for attempt in (1, 2):
        with pytest.raises(Retry, match="Not now") as later:
            or_stand_in(ask, lambda: STAND_IN, attempt)
        assert later.value.after == 20
    assert or_stand_in(ask, lambda: STAND_IN, 3) == STAND_IN


@pytest.mark.parametrize("kind", ["not-configured", "refused", "malformed"])
def test_where_waiting_does_not_help_the_stand_in_goes_on_at_once(kind: Any) -> None:
    def ask() -> Event:
        raise ModelError(kind, "No.")

    assert or_stand_in(ask, lambda: STAND_IN, 1) == STAND_IN
