"""The Lambda poller: batches, what counts as done, time-outs, redrive, and whose words are believed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.local.tiny import ACCOUNT, REGION, Account, allow, bodies, booted, plain, queue_arn
from troupe.local import backends
from troupe.local.errors import LocalCloudError
from troupe.local.queues import QueueDepth
from troupe.local.scheduler import NotAtRest


def account(mapping: dict[str, Any] | None = None, receives: int = 3, **function: Any) -> Account:
    redrive = {"deadLetterTargetArn": {"Fn::GetAtt": ["dead", "Arn"]}, "maxReceiveCount": receives}
    made = Account().queue("dead").queue("inbox", VisibilityTimeout=60, RedrivePolicy=redrive)
    return made.function("inbox", mapping=mapping, **function)


def send(cloud: Any, *texts: str, **more: Any) -> list[str]:
    url = cloud.client("sqs").get_queue_url(QueueName="inbox")["QueueUrl"]
    return [cloud.client("sqs").send_message(QueueUrl=url, MessageBody=t, **more)["MessageId"] for t in texts]


def failing(*identifiers: Any) -> dict[str, Any]:
    return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in identifiers]}


def test_records_have_aws_s_shape(tmp_path: Path) -> None:
    with booted(tmp_path, account()) as cloud:
        (id,) = send(cloud, "hello", MessageAttributes={"why": {"DataType": "String", "StringValue": "because"}})
        cloud.run_until_idle()
        ((event, _),) = plain().seen
    (record,) = event["Records"]
    assert record.pop("receiptHandle")
    assert record.pop("md5OfMessageAttributes")
    sent = record["attributes"].pop("SentTimestamp")
    assert record["attributes"].pop("ApproximateFirstReceiveTimestamp") >= sent == str(int(sent))
    assert record == {
        "messageId": id,
        "body": "hello",
        "attributes": {"ApproximateReceiveCount": "1", "SenderId": "AIDAIT2UOQQY3AUEKVGXU"},
        "messageAttributes": {
            "why": {"stringValue": "because", "stringListValues": [], "binaryListValues": [], "dataType": "String"}
        },
        "md5OfBody": "5d41402abc4b2a76b9719d911017c592",
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn("inbox"),
        "awsRegion": REGION,
    }


@pytest.mark.parametrize(("size", "batches"), [(10, [10, 2]), (5, [5, 5, 2]), (1, [1] * 12)])
def test_the_batch_size_is_the_mapping_s(tmp_path: Path, size: int, batches: list[int]) -> None:
    with booted(tmp_path, account({"BatchSize": size})) as cloud:
        send(cloud, *(str(n) for n in range(12)))
        cloud.run_until_idle()
        assert [len(event["Records"]) for event, _ in plain().seen] == batches
        assert cloud.queues()["inbox"] == QueueDepth(visible=0, in_flight=0, dead=0, undelivered=0)


Answer = Callable[[list[str]], Any]
ALL: frozenset[int] = frozenset()
NONE = frozenset({0, 1, 2})


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        (lambda ids: failing(), ALL),
        (lambda ids: None, ALL),
        (lambda ids: {}, ALL),
        (lambda ids: {"batchItemFailures": None}, ALL),
        (lambda ids: failing(ids[1]), frozenset({1})),
        (lambda ids: failing(ids[0], ids[2]), frozenset({0, 2})),
        (lambda ids: failing("nobody"), NONE),
        (lambda ids: failing(""), NONE),
        (lambda ids: failing(None), NONE),
        (lambda ids: {"batchItemFailures": [{"id": ids[0]}]}, NONE),
        (lambda ids: {"batchItemFailures": [ids[0]]}, NONE),
        (lambda ids: {"batchItemFailures": "all"}, NONE),
        (lambda ids: "fine", NONE),
        (lambda ids: {1, 2}, NONE),
    ],
)
def test_what_the_answer_declares_done(tmp_path: Path, answer: Answer, left: frozenset[int]) -> None:
    with booted(tmp_path, account()) as cloud:
        send(cloud, "0", "1", "2")
        plain().answers.append(lambda event, _: answer([r["messageId"] for r in event["Records"]]))
        cloud.run_for(1)
        assert {int(body) for body in bodies("inbox")} == left
        assert cloud.queues()["inbox"].in_flight == len(left)


@pytest.mark.parametrize("answer", [failing("nobody"), "fine", None])
def test_without_the_setting_any_answer_is_success(tmp_path: Path, answer: Any) -> None:
    with booted(tmp_path, account({"FunctionResponseTypes": []})) as cloud:
        send(cloud, "0", "1")
        plain().answers.append(answer)
        cloud.run_for(1)
        assert bodies("inbox") == []


def test_an_exception_fails_the_whole_batch_which_comes_back_when_visible(tmp_path: Path) -> None:
    with booted(tmp_path, account()) as cloud:
        send(cloud, "0", "1")
        plain().answers.append(_raise)
        began = time.time()
        cloud.run_until_idle()
        (first, _), (second, _) = plain().seen
        assert [r["attributes"]["ApproximateReceiveCount"] for r in first["Records"]] == ["1", "1"]
        assert [r["attributes"]["ApproximateReceiveCount"] for r in second["Records"]] == ["2", "2"]
        assert 60 <= time.time() - began < 61
        assert bodies("inbox") == []
        assert "ValueError: no" in "\n".join(cloud.logs("inbox"))


def test_too_many_receives_end_in_the_dead_letter_queue(tmp_path: Path) -> None:
    with booted(tmp_path, account(receives=3)) as cloud:
        (id,) = send(cloud, "poison")
        plain().answers.extend([_raise] * 10)
        cloud.run_until_idle()
        assert len(plain().seen) == 3
        assert bodies("dead") == ["poison"]
        assert backends.queues()["dead"]._messages[0].id == id
        depth = cloud.queues()["inbox"]
        assert (depth.visible, depth.in_flight, depth.dead) == (0, 0, 1)


def test_a_function_that_takes_too_long_is_stopped_where_it_stands(tmp_path: Path) -> None:
    reached = []

    def slow(event: Any, context: Any) -> None:
        reached.append(context.get_remaining_time_in_millis())
        try:
            time.sleep(9)
            reached.append(context.get_remaining_time_in_millis())
            time.sleep(9)
        except Exception:
            reached.append("handled")
        reached.append("survived")

    with booted(tmp_path, account()) as cloud:
        send(cloud, "0")
        plain().answers.append(slow)
        cloud.run_until_idle()
        assert reached == [10_000, 1_000]
        assert len(plain().seen) == 2
        assert bodies("inbox") == []


def test_no_aws_call_succeeds_after_the_time_is_up(tmp_path: Path) -> None:
    made = account(Environment={"Variables": {}})

    def late(event: Any, context: Any) -> None:
        cloud.clock.advance_to(time.time() + 11)  # as a computation would, without a sleep that could be stopped
        cloud.client("sqs").get_queue_url(QueueName="inbox")
        raise AssertionError("it went on")

    with booted(tmp_path, made) as cloud:
        send(cloud, "0")
        plain().answers.append(late)
        calls = cloud.endpoint.calls
        cloud.run_for(1)
        assert cloud.endpoint.calls == calls
        assert cloud.queues()["inbox"].in_flight == 1


def test_environment_role_and_context_are_the_template_s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TROUPE_LEAK", "from the shell")
    monkeypatch.setenv("AWS_PROFILE", "somebody")
    found: dict[str, str] = {}
    with booted(tmp_path, account(MemorySize=256)) as cloud:
        send(cloud, "0")
        plain().answers.append(lambda event, context: found.update(os.environ))
        cloud.run_until_idle()
        ((_, context),) = plain().seen
        assert os.environ["AWS_ACCESS_KEY_ID"] != found["AWS_ACCESS_KEY_ID"]
    assert found["COLOUR"] == "green"
    assert found["AWS_LAMBDA_FUNCTION_NAME"] == context.function_name == "inbox"
    assert found["AWS_DEFAULT_REGION"] == found["AWS_REGION"] == REGION
    assert not {"TROUPE_LEAK", "AWS_PROFILE"} & set(found)
    assert context.memory_limit_in_mb == 256
    assert context.invoked_function_arn == f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:inbox"
    assert os.environ["TROUPE_LEAK"] == "from the shell"
    assert "AWS_ACCESS_KEY_ID" not in os.environ or os.environ["AWS_ACCESS_KEY_ID"] != found["AWS_ACCESS_KEY_ID"]


@pytest.mark.parametrize("missing", ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"])
def test_lambda_refuses_a_mapping_whose_role_may_not_poll(tmp_path: Path, missing: str) -> None:
    actions = [a for a in ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes") if a != missing]
    with (
        pytest.raises(LocalCloudError, match=f"inbox-role does not have permission to call {missing}"),
        booted(tmp_path, account(statements=[allow(actions, queue_arn("inbox"))])),
    ):
        pass


def test_a_role_that_may_not_write_logs_has_none(tmp_path: Path) -> None:
    actions = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    for statements, lines in ((None, ["hello"]), ([allow(actions, queue_arn("inbox"))], [])):
        with booted(tmp_path / str(len(lines)), account(statements=statements)) as cloud:
            send(cloud, "0")
            plain().prints.append("hello")
            cloud.run_until_idle()
            assert cloud.logs("inbox") == lines


def test_as_many_invocations_at_once_as_the_mapping_allows(tmp_path: Path) -> None:
    with booted(tmp_path, account({"BatchSize": 1, "ScalingConfig": {"MaximumConcurrency": 2}})) as cloud:
        send(cloud, "0", "1", "2")
        (source,) = cloud.world.mappings
        first, second = cloud.poller.receive(source), cloud.poller.receive(source)
        assert first and second
        assert cloud.poller.receive(source) is None
        assert not cloud.poller.is_due(source)
        cloud.poller.settle(first, cloud.poller.invoke(first))
        assert cloud.poller.receive(source) is not None


def test_a_batch_stays_below_lambda_s_six_megabytes(tmp_path: Path) -> None:
    with booted(tmp_path, account()) as cloud:
        send(cloud, *["x" * 1_000_000] * 7)
        cloud.run_until_idle()
        assert [len(event["Records"]) for event, _ in plain().seen] == [6, 1]


def test_delayed_messages_wait_and_expired_ones_are_gone(tmp_path: Path) -> None:
    with booted(tmp_path, account()) as cloud:
        send(cloud, "later", DelaySeconds=30)
        cloud.run_for(29)
        assert plain().seen == []
        cloud.run_for(2)
        assert len(plain().seen) == 1
        send(cloud, "never")
        cloud.clock.advance_to(time.time() + 345_601)
        cloud.run_until_idle()
        assert len(plain().seen) == 1
        assert bodies("inbox") == bodies("dead") == []


def test_what_never_rests_is_said_clearly(tmp_path: Path) -> None:
    with booted(tmp_path, Account().queue("inbox", VisibilityTimeout=60).function("inbox")) as cloud:
        send(cloud, "0")
        plain().answers.extend([_raise] * 100)
        with pytest.raises(NotAtRest, match="After 20 batches there is still no rest: inbox holds 1"):
            cloud.run_until_idle(limit=20)


def test_a_disabled_mapping_does_not_poll(tmp_path: Path) -> None:
    with booted(tmp_path, account({"Enabled": False})) as cloud:
        send(cloud, "0")
        assert cloud.run_until_idle() == 0
        assert bodies("inbox") == ["0"]


def test_the_same_queue_to_everybody_else(tmp_path: Path) -> None:
    """What the poller does to messages is what a client sees, and the other way round."""
    with booted(tmp_path, account()) as cloud:
        send(cloud, "0")
        (source,) = cloud.world.mappings
        batch = cloud.poller.receive(source)
        assert batch
        sqs = cloud.client("sqs")
        url = sqs.get_queue_url(QueueName="inbox")["QueueUrl"]
        assert "Messages" not in sqs.receive_message(QueueUrl=url)
        handle = batch.event["Records"][0]["receiptHandle"]
        sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=5)
        cloud.clock.advance_to(time.time() + 6)
        assert cloud.poller.is_due(source)
        sqs.delete_message(QueueUrl=url, ReceiptHandle=handle)
        assert not cloud.poller.is_due(source)
        cloud.poller.settle(batch, {batch.messages[0].id})


def _raise(event: Any, context: Any) -> None:
    raise ValueError("no")
