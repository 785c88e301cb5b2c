"""An agent's turn: decided once, published until it is out, nothing lost."""

from __future__ import annotations

import itertools
import json
import time
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError, EndpointConnectionError

from tests.runtime.stage import stage
from troupe import Agent, Context, Envelope, Event, Retry


class Asked(Event, root=True):
    text: str = ""


class Answered(Event, terminal=True):
    text: str


class Noted(Event, terminal=True):
    text: str


OK = AWSResponse("", 200, {}, None)

thoughts = itertools.count()
agent = Agent(id="test.thinker")


@agent.on
def answer(event: Asked, context: Context) -> Answered | tuple[Answered, Noted] | None:
    """Answers differently each time, as a model does."""
    if event.text == "boom":
        raise ConnectionError("the other side is down")
    if event.text == "later":
        raise Retry("not yet", after=7)
    if event.text == "nothing":
        return None
    if event.text == "two":
        return Answered(text=str(next(thoughts))), Noted(text="noted")
    if event.text == "undeclared":
        return event  # type: ignore[return-value]
    if event.text == "large":
        return Answered(text="x" * 150_000)
    return Answered(text=f"{next(thoughts)}")


def failing(call: str, times: int = 1, code: str = "InternalFailure") -> Any:
    """A `before` that fails the named call so many times."""
    left = [times]

    def before(name: str, params: dict[str, Any]) -> None:
        if name == call and left[0]:
            left[0] -= 1
            raise ClientError({"Error": {"Code": code, "Message": "injected"}}, call)

    return before


def test_a_batch_of_ten_takes_twelve_calls_and_a_batch_of_one_takes_three() -> None:
    with stage(agent) as here:
        assert here.deliver(agent, *(Asked(text=str(i)) for i in range(10))) == []
        assert len(here.calls) == 12 <= 13
        here.calls.clear()
        assert here.deliver(agent, Asked(text="one")) == []
        assert here.calls == ["dynamodb.BatchGetItem", "dynamodb.PutItem", "events.PutEvents"]


def test_a_redelivered_event_is_not_thought_about_again_but_published_again_unchanged() -> None:
    event = Envelope.root(Asked(text="q"), "troupe.test")
    with stage(agent) as here:
        here.deliver(agent, event)
        here.deliver(agent, event, attempt=2)
        first, second = here.published
        assert first["Detail"] == second["Detail"]


def test_the_same_event_twice_in_a_batch_is_decided_once() -> None:
    event = Envelope.root(Asked(text="q"), "troupe.test")
    with stage(agent) as here:
        here.deliver(agent, event, event)
        assert here.calls.count("dynamodb.PutItem") == 1
        assert len(here.published) == 1


def test_who_loses_the_race_publishes_the_winners_decision() -> None:
    event = Envelope.root(Asked(text="q"), "troupe.test")
    with stage(agent) as here:
        here.deliver(agent, event)
        # The look-up of the second poller ran before the first one recorded: it finds nothing and thinks.
        nothing = {"Responses": {}, "UnprocessedKeys": {}}
        here.before = lambda call, params: (OK, nothing) if call == "dynamodb.BatchGetItem" else None
        here.deliver(agent, event)
        assert here.published[0]["Detail"] == here.published[1]["Detail"]


@pytest.mark.parametrize("call", ["dynamodb.BatchGetItem", "dynamodb.PutItem", "events.PutEvents"])
def test_a_failed_call_fails_the_message_and_the_next_attempt_finishes_it(call: str) -> None:
    event = Envelope.root(Asked(text="q"), "troupe.test")
    with stage(agent) as here:
        here.before = failing(call)
        assert here.deliver(agent, event) == ["m0"]
        assert here.types() == []
        assert here.deliver(agent, event, attempt=2) == []
        assert here.types() == ["Answered"]


def test_a_bus_that_cannot_be_reached_fails_the_message_and_nothing_else() -> None:
    def unreachable(call: str, params: dict[str, Any]) -> None:
        if call == "events.PutEvents":
            raise EndpointConnectionError(endpoint_url="https://events")

    with stage(agent) as here:
        here.before = unreachable
        assert here.deliver(agent, Asked(text="q"), Asked(text="nothing")) == ["m0"]


def test_one_failing_message_does_not_hold_up_the_others() -> None:
    with stage(agent) as here:
        assert here.deliver(agent, Asked(text="a"), Asked(text="boom"), Asked(text="b")) == ["m1"]
        assert here.types() == ["Answered", "Answered"]


def test_the_last_attempt_speaks_up() -> None:
    with stage(agent) as here:
        assert here.deliver(agent, Asked(text="boom"), attempt=5) == ["m0"]
        assert here.types() == ["AgentFailed"]
        assert "the other side is down" in here.published[0]["Detail"]


def test_retry_puts_off_that_one_message() -> None:
    with stage(agent) as here:
        seen: list[Any] = []
        here.before = lambda call, params: seen.append(params["body"]) if "ChangeMessageVisibility" in call else None
        assert here.deliver(agent, Asked(text="later")) == ["m0"]
        assert len(seen) == 1
        assert '"VisibilityTimeout": 7' in str(seen[0])


def test_silence_is_a_decision_too() -> None:
    event = Envelope.root(Asked(text="nothing"), "troupe.test")
    with stage(agent) as here:
        here.deliver(agent, event)
        here.deliver(agent, event)
        assert here.calls == ["dynamodb.BatchGetItem", "dynamodb.PutItem", "dynamodb.BatchGetItem"]


def test_what_the_signature_does_not_say_is_not_published() -> None:
    with stage(agent) as here:
        assert here.deliver(agent, Asked(text="undeclared")) == ["m0"]
        assert here.types() == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("not json", "not JSON"),
        ("[]", "not an EventBridge event"),
        ('{"detail-type":"Asked","source":"x","detail":7}', "detail is not an object"),
        (
            '{"detail-type":"Asked","source":"x","id":"1","time":"2026-11-23T00:00:00Z","detail":{"text":5}}',
            "breaks its contract",
        ),
        ('{"detail-type":"Asked","source":"x","detail":{"metadata":{"id":1},"data":{}}}', "Asked: id"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_malformed_data_is_dead_lettered_at_once_with_the_reason(text: str, reason: str) -> None:
    with stage(agent) as here:
        assert here.deliver(agent, text) == []
        (letter,) = here.dead_letters(agent)
        assert letter["Body"] == text
        assert reason in letter["MessageAttributes"]["reason"]["StringValue"]


def test_an_unknown_type_and_a_newer_version_are_retried() -> None:
    newer = Envelope.root(Asked(text="q"), "troupe.test")
    newer = Envelope(newer.type, newer.source, newer.metadata.model_copy(update={"schema_version": 2}), newer.data)
    with stage(agent) as here:
        assert here.deliver(agent, Noted(text="not mine"), newer) == ["m0", "m1"]
        assert here.dead_letters(agent) == []


def test_an_event_from_a_stranger_is_welcome() -> None:
    stranger = '{"detail-type":"Asked","source":"shop","id":"abc","time":"2026-11-23T00:00:00Z","detail":{"text":"q"}}'
    with stage(agent) as here:
        assert here.deliver(agent, stranger) == []
        assert '"correlation_id":"abc"' in here.published[0]["Detail"]


def test_what_would_not_fit_is_handed_back_at_once() -> None:
    clock = iter([100.0, 6.0, 6.0, 6.0, 6.0, 6.0])
    with stage(agent) as here:
        assert here.deliver(agent, Asked(text="a"), Asked(text="b"), seconds=lambda: next(clock)) == ["m1"]
        assert here.types() == ["Answered"]
        assert "sqs.ChangeMessageVisibility" in here.calls


def test_a_thought_without_end_ends_with_its_turn_and_its_neighbours_do_not_pay() -> None:
    slow = Agent(id="test.slow", timeout_s=1)

    @slow.on
    def ponder(event: Asked) -> Answered:
        while event.text == "endless":
            time.sleep(60)
        return Answered(text=event.text)

    with stage(slow) as here:
        batch = [Asked(text="a"), Asked(text="endless"), Asked(text="b")]
        assert here.deliver(slow, *batch) == ["m1"]
        assert here.types() == ["Answered", "Answered"]
        # On its last attempt it alone is given up.
        here.deliver(slow, Asked(text="endless"), attempt=5)
        assert "The turn was not over after 1 s" in here.published[-1]["Detail"]


def test_a_loop_is_halted_and_told() -> None:
    event = Envelope.root(Asked(text="q"), "troupe.test")
    worn = event.metadata.model_copy(update={"path": {"test.thinker/answer": 5, "test.other/x": 2}, "depth": 10})
    with stage(agent) as here:
        here.deliver(agent, Envelope(event.type, event.source, worn, event.data))
        assert here.types() == ["ChoreographyHalted"]
        assert "test.thinker/answer ×5" in here.published[0]["Detail"]


def test_a_halted_correlation_is_not_thought_about() -> None:
    from troupe.runtime.aws import client

    event = Envelope.root(Asked(text="q"), "troupe.test")
    with stage(agent) as here:
        client("dynamodb").put_item(
            TableName="troupe-test-decisions", Item={"pk": {"S": f"H#{event.metadata.correlation_id}#"}}
        )
        assert here.deliver(agent, event) == []
        assert here.types() == []


def test_a_halt_that_nobody_told_is_told_by_the_next_agent() -> None:
    from troupe.runtime.aws import client

    event = Envelope.root(Asked(text="q"), "troupe.test")
    with stage(agent) as here:
        flag = {"pk": {"S": f"H#{event.metadata.correlation_id}#"}, "reason": {"S": "1,000 events"}}
        client("dynamodb").put_item(TableName="troupe-test-decisions", Item=flag)
        assert here.deliver(agent, event) == []
        assert here.types() == ["ChoreographyHalted"]


def test_large_data_travels_by_reference_and_comes_back_whole() -> None:
    reader = Agent(id="test.reader")
    heard: list[int] = []

    @reader.on
    def read(event: Answered) -> None:
        heard.append(len(event.text))

    with stage(agent, reader) as here:
        here.deliver(agent, Asked(text="large"))
        entry = here.published[0]
        assert len(entry["Detail"]) < 2_000
        assert here.deliver(reader, delivered(entry)) == []
        assert heard == [150_000]


def test_only_the_failed_entries_are_sent_again() -> None:
    with stage(agent) as here:
        script = [[None, "InternalFailure"], [None]]
        sent: list[list[str]] = []
        here.before = lambda call, params: partial(script, sent, params) if call == "events.PutEvents" else None
        assert here.deliver(agent, Asked(text="two")) == []
        assert sent == [["Answered", "Noted"], ["Noted"]]


def test_a_denied_entry_is_permanent() -> None:
    with stage(agent) as here:
        script: list[list[str | None]] = [["AccessDeniedException", None]]
        sent: list[list[str]] = []
        here.before = lambda call, params: partial(script, sent, params) if call == "events.PutEvents" else None
        assert here.deliver(agent, Asked(text="two")) == ["m0"]
        assert len(sent) == 1


def partial(script: list[list[str | None]], sent: list[list[str]], params: dict[str, Any]) -> Any:
    """A PutEvents answer with an error code, or none, per entry."""
    sent.append([entry["DetailType"] for entry in json.loads(params["body"])["Entries"]])
    codes = script.pop(0)
    entries = [{"ErrorCode": c, "ErrorMessage": "injected"} if c else {"EventId": "e"} for c in codes]
    return OK, {"FailedEntryCount": sum(map(bool, codes)), "Entries": entries}


def delivered(entry: dict[str, Any]) -> str:
    """The SQS body for a published entry."""
    return json.dumps(
        {
            "id": "e",
            "detail-type": entry["DetailType"],
            "source": entry["Source"],
            "time": "2026-11-23T00:00:00Z",
            "detail": json.loads(entry["Detail"]),
        }
    )
