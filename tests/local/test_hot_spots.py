"""moto's hot spots: as fast as they should be, and no different from moto's own. These fail when moto changes them."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto.core import responses
from moto.core.utils import method_names_from_class
from moto.sqs import models
from moto.sqs.models import Message, Queue
from moto.sqs.responses import SQSResponse

from tests.local.tiny import Account, booted
from troupe.local import backends, hot_spots, queues
from troupe.local.clock import START, Clock

NOW = START.timestamp() * 1000

OURS: dict[str, Any] = {
    "messages": hot_spots.messages,
    "approximate_number_of_messages_delayed": hot_spots.delayed,
    "approximate_number_of_messages_not_visible": hot_spots.not_visible,
}


@pytest.fixture(scope="module")
def theirs() -> Any:
    """moto's own class, read from its file anew: the imported one has our versions in it."""
    namespace: dict[str, Any] = {"__name__": "moto.sqs.models", "__package__": "moto.sqs"}
    exec(compile(Path(models.__file__).read_text(), models.__file__, "exec"), namespace)
    return namespace["Queue"]


def source(theirs: Any, name: str) -> str:
    lines = Path(models.__file__).read_text().splitlines(keepends=True)
    start = getattr(theirs, name).fget.__code__.co_firstlineno - 1
    return "".join(inspect.getblock(lines[start:]))


@pytest.fixture(scope="module", autouse=True)
def standing() -> Iterator[None]:
    with Clock(running=False).in_charge():
        yield


moments = st.sampled_from([0.0, NOW - 1, NOW, NOW + 1])


@given(st.lists(st.tuples(moments, moments), max_size=6))
def test_the_outcome_is_moto_s(theirs: Any, times: list[tuple[float, float]]) -> None:
    queue = Queue("q", "us-east-1", "1")
    for visible_at, delayed_until in times:
        message = Message("id", "body")
        message.visible_at, message.delayed_until = visible_at, delayed_until
        queue._messages.append(message)
    for name, ours in OURS.items():
        assert ours(queue) == getattr(theirs, name).fget(queue)


def test_the_methods_of_a_handler_are_moto_s() -> None:
    assert vars(responses)["method_names_from_class"] is hot_spots.method_names
    assert hot_spots.method_names(SQSResponse) == method_names_from_class(SQSResponse)
    assert "send_message" in hot_spots.method_names(SQSResponse)


@pytest.mark.parametrize(
    ("name", "digest"),
    [
        ("messages", "03a531dbcbcf9aee"),
        ("approximate_number_of_messages_delayed", "c3c1dadb0c42ed5f"),
        ("approximate_number_of_messages_not_visible", "5dbecc4dda174358"),
    ],
)
def test_moto_has_not_changed_them(theirs: Any, name: str, digest: str) -> None:
    """If it has: look whether our version is still right, and still needed."""
    assert hashlib.sha256(source(theirs, name).encode()).hexdigest()[:16] == digest


def test_a_deep_queue_is_counted_with_one_look_at_the_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[float] = []

    def look() -> float:
        looks.append(NOW)
        return NOW

    with booted(tmp_path, Account().queue("inbox")) as cloud:
        for _ in range(500):
            queues.send(backends.queues()["inbox"], "x")
        sqs = cloud.client("sqs")
        url = sqs.get_queue_url(QueueName="inbox")["QueueUrl"]
        monkeypatch.setattr(hot_spots, "unix_time_millis", look)
        assert len(sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]) == 10
    # 10 messages, a handful of counts each; moto's own asks for the time more than 30,000 times here.
    assert 10 <= len(looks) < 200
