"""One agent's process: its environment, its time-outs, its ends; and a feeder that does not wear events out."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.local.tiny import Account, booted
from tests.up.conftest import until
from troupe.local import backends
from troupe.local.authorization import Role
from troupe.local.functions import FunctionFailed
from troupe.local.up.feeder import Feeder
from troupe.local.up.process import AgentProcess, FunctionDied
from troupe.local.world import Function

HANDLER = """
import os, time

def handle(event, context):
    match event.get("do"):
        case "sleep":
            time.sleep(60)
        case "raise":
            raise ValueError("no such bread")
        case "print":
            print("on standard output")
    names = ("COLOUR", "AWS_PROFILE", "AWS_LAMBDA_FUNCTION_NAME", "AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID")
    left = context.get_remaining_time_in_millis()
    return {"environment": {n: os.environ.get(n) for n in names}, "left": left, "pid": os.getpid()}
"""
ROLE = Role("tiny-role", "arn:aws:iam::123456789012:role/tiny-role", ())


def function(handler: str = "functions/tiny/plain.handle", timeout_s: int = 2) -> Function:
    arn = "arn:aws:lambda:us-east-1:123456789012:function:tiny"
    return Function("tiny", arn, handler, timeout_s, 128, {"COLOUR": "green"}, ROLE, "/aws/lambda/tiny")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "functions" / "tiny"
    folder.mkdir(parents=True)
    (folder / "plain.py").write_text(HANDLER)
    (folder / "broken.py").write_text("raise RuntimeError('half-written')\n")
    (folder / "vanishing.py").write_text("import os\nos._exit(3)\n")
    return tmp_path


@pytest.fixture
def lines() -> list[tuple[str, str]]:
    return []


@pytest.fixture
def process(root: Path, lines: list[tuple[str, str]]) -> Iterator[AgentProcess]:
    process = AgentProcess(function(), root, "http://127.0.0.1:1", lambda who, text: lines.append((who, text)))
    yield process
    process.stop()


def test_the_environment_is_the_template_s_and_not_the_shell_s(
    process: AgentProcess, monkeypatch: pytest.MonkeyPatch, lines: list[tuple[str, str]]
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    process.start()
    answer = process.invoke({"do": "print"})
    assert answer["environment"] == {
        "COLOUR": "green",
        "AWS_PROFILE": None,
        "AWS_LAMBDA_FUNCTION_NAME": "tiny",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "AWS_ACCESS_KEY_ID": ROLE.access_key,
    }
    assert 1000 < answer["left"] <= 2000
    assert answer["pid"] == process.pid
    until(lambda: ("tiny", "on standard output") in lines, "the log line")


def test_an_error_ends_the_invocation_and_not_the_process(process: AgentProcess) -> None:
    process.start()
    pid = process.pid
    with pytest.raises(FunctionFailed, match="ValueError: no such bread"):
        process.invoke({"do": "raise"})
    assert process.invoke({})["pid"] == pid


def test_a_function_whose_time_is_up_is_stopped_and_starts_cold(process: AgentProcess) -> None:
    process.start()
    pid = process.pid
    began = time.monotonic()
    with pytest.raises(FunctionFailed, match="timed out after 2 seconds") as failed:
        process.invoke({"do": "sleep"})
    assert time.monotonic() - began >= 2.0
    assert not isinstance(failed.value, FunctionDied)
    assert process.pid is None
    process.start()
    assert process.invoke({})["pid"] != pid


def test_a_process_that_is_killed_says_so_at_once(process: AgentProcess) -> None:
    process.start()
    pid = process.pid
    assert pid is not None
    threading.Timer(0.3, os.kill, (pid, signal.SIGKILL)).start()
    with pytest.raises(FunctionDied):
        process.invoke({"do": "sleep"})
    with pytest.raises(FunctionDied):
        process.invoke({})


def test_two_may_stop_it_at_once(process: AgentProcess) -> None:
    for _ in range(3):
        process.start()
        failures: list[BaseException] = []

        def stop(failures: list[BaseException] = failures) -> None:
            try:
                process.stop()
            except BaseException as error:
                failures.append(error)

        both = [threading.Thread(target=stop) for _ in range(8)]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join()
        assert failures == []
        assert process.pid is None


@pytest.mark.parametrize(
    ("handler", "reason"),
    [
        ("functions/tiny/broken.handle", "RuntimeError: half-written"),
        ("functions/tiny/none.handle", "No module named"),
        ("functions/tiny/vanishing.handle", "its process ended"),
    ],
)
def test_what_cannot_be_loaded_says_why(root: Path, lines: list[tuple[str, str]], handler: str, reason: str) -> None:
    process = AgentProcess(function(handler), root, "http://127.0.0.1:1", lambda *said: lines.append(said))
    with pytest.raises(FunctionFailed, match=f"cannot be loaded: .*{reason}"):
        process.start()
    assert process.pid is None


class Ledger:
    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.records: list[Any] = []

    def moved(self, *records: Any) -> None:
        self.records += records

    def deleted(self, queue: str, ids: set[str]) -> None:
        self.records.append(("gone", queue, ids))


@pytest.fixture
def fed(tmp_path: Path) -> Iterator[Callable[..., Feeder]]:
    """Starts a feeder of the queue `tiny`, which holds one message, on this code."""
    feeders = []
    with booted(tmp_path, Account().queue("tiny", VisibilityTimeout=60).function("tiny"), live=True) as cloud:

        def start(code: str, lock: Any = None) -> Feeder:
            (tmp_path / "functions" / "tiny" / "plain.py").write_text(code)
            url = cloud.client("sqs").get_queue_url(QueueName="tiny")["QueueUrl"]
            cloud.client("sqs").send_message(QueueUrl=url, MessageBody="{}")
            ledger = Ledger()
            ledger.lock = lock or ledger.lock
            feeder = Feeder(cloud.world.mappings[0], tmp_path, "http://127.0.0.1:1", ledger, lambda *_: None)
            feeders.append(feeder)
            feeder.start()
            return feeder

        yield start
        for feeder in feeders:
            feeder.stop()


@pytest.mark.parametrize("touch", [1, 2], ids=["before it takes a batch", "while it works on one"])
def test_a_feeder_bears_that_its_queue_goes(fed: Callable[..., Feeder], touch: int) -> None:
    held = backends.queues()["tiny"]
    gone = threading.Event()

    class Leaving:
        """A lock that was waited for while the agent was removed."""

        def __init__(self) -> None:
            self.touched = 0

        def __enter__(self) -> None:
            self.touched += 1
            if self.touched == touch:
                del backends.queues()["tiny"]

        def __exit__(self, *_: object) -> None:
            if self.touched == touch:
                gone.set()

    feeder = fed("def handle(event, context):\n    return None\n", lock=Leaving())
    until(gone.is_set, "the queue to go")
    held._messages.append(backends.new_message("{}"))
    backends.queues()["tiny"] = held
    until(lambda: feeder.batches >= touch, "a batch after the queue has come back")


def test_the_events_of_an_agent_that_cannot_start_wait_and_are_not_worn_out(fed: Callable[..., Feeder]) -> None:
    began = time.monotonic()
    feeder = fed("raise RuntimeError('half-written')\n")
    until(lambda: feeder.starts == 5, "four starts in vain")
    # Twice at once, then after 1 and 2 seconds.
    assert time.monotonic() - began > 3
    assert "half-written" in feeder.failure
    (message,) = backends.queues()["tiny"]._messages
    assert message.approximate_receive_count == 0


def test_a_batch_that_raised_comes_again_after_its_visibility_timeout(fed: Callable[..., Feeder]) -> None:
    feeder = fed("def handle(event, context):\n    raise ValueError('no')\n")
    until(lambda: "ValueError: no" in feeder.failure, "the failure")
    until(lambda: feeder.state == "idle", "the end of the batch")
    (message,) = backends.queues()["tiny"]._messages
    assert message.visible_at / 1000 > time.time() + 30
    assert feeder.starts == 1


def test_a_batch_whose_process_died_comes_again_at_once(fed: Callable[..., Feeder]) -> None:
    feeder = fed("import os\ndef handle(event, context):\n    os._exit(1)\n")
    until(lambda: feeder.starts >= 2, "a second start")
    until(lambda: backends.queues()["tiny"]._messages[0].approximate_receive_count >= 2, "a second attempt")


def test_what_is_done_is_deleted(fed: Callable[..., Feeder]) -> None:
    feeder = fed("def handle(event, context):\n    return {'batchItemFailures': []}\n")
    until(lambda: not backends.queues()["tiny"]._messages, "the message to be done")
    assert feeder.failure == ""
