"""What agents need from this machine: made when it is first read, not before; and the clock leaves drivers alone."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.local.tiny import ACCOUNT, REGION, Account, allow, booted, plain, queue_arn
from troupe.local import provision
from troupe.local.clock import Clock
from troupe.local.errors import LocalCloudError
from troupe.local.postgres import serve

WAREHOUSE = "/tiny/test/warehouse"


def account() -> Account:
    polling = allow(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], queue_arn("inbox"))
    reading = allow("ssm:GetParameter", f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter{WAREHOUSE}")
    return Account().queue("inbox", VisibilityTimeout=60).function("inbox", statements=[polling, reading])


def ask(event: Any, context: Any) -> None:
    from troupe.runtime.aws import client

    answers.append(client("ssm").get_parameter(Name=WAREHOUSE)["Parameter"]["Value"])


answers: list[str] = []


def send(cloud: Any) -> None:
    plain().answers.append(ask)
    cloud.client("sqs").send_message(QueueUrl=f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/inbox", MessageBody="x")


def test_another_database_is_taken_as_it_is(tmp_path: Path) -> None:
    answers.clear()
    with booted(tmp_path, account(), warehouse="postgresql://elsewhere/db") as cloud:
        send(cloud)
        cloud.run_until_idle()
    assert [json.loads(a) for a in answers] == [{"url": "postgresql://elsewhere/db"}]


def test_a_warehouse_in_the_cloud_is_not_asked_from_this_machine(tmp_path: Path) -> None:
    answers.clear()
    deployed = account().add("Place", "AWS::SSM::Parameter", Name=WAREHOUSE, Type="String", Value='{"cluster": "arn"}')
    with booted(tmp_path, deployed, warehouse="postgresql://elsewhere/db") as cloud:
        send(cloud)
        cloud.run_until_idle()
    assert [json.loads(a) for a in answers] == [{"url": "postgresql://elsewhere/db"}]


def test_the_sample_is_made_once_and_only_when_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Path] = []

    def sample(root: Path, *_: Any) -> str:
        made.append(root)
        return "postgresql://sample"

    monkeypatch.setattr(provision, "_sample_warehouse", sample)
    with booted(tmp_path, account()) as cloud:
        cloud.run_until_idle()
        assert made == []
        send(cloud)
        send(cloud)
        cloud.run_until_idle()
        cloud.reset()
        send(cloud)
        cloud.run_until_idle()
    assert made == [tmp_path]


def test_a_project_without_a_sample_says_so_to_whoever_runs_it(tmp_path: Path) -> None:
    """Not to the agent, which would try again in vain."""
    with booted(tmp_path, account()) as cloud:
        send(cloud)
        with pytest.raises(LocalCloudError, match=r"is not there to offer a sample.*make ask DB=postgresql"):
            cloud.run_until_idle()
        assert cloud.queues()["inbox"].in_flight == 1


@pytest.mark.parametrize("running", [True, False])
def test_a_driver_works_under_either_clock(tmp_path: Path, running: bool) -> None:
    import psycopg

    clock = Clock(running=running, start=datetime(2040, 1, 1, tzinfo=UTC))
    with clock.in_charge():
        with clock.paused():
            server = serve(tmp_path / "postgres")
        with server:
            began = time.monotonic()
            with psycopg.connect(server.url()) as connection:
                connection.execute("SET statement_timeout = 200")
                with pytest.raises(psycopg.errors.QueryCanceled):
                    connection.execute("SELECT pg_sleep(5)")
            assert time.monotonic() - began > 0.15
            assert datetime.now(UTC).year == 2040
            start = clock.now
            time.sleep(0.01 if running else 3600)
            assert (clock.now - start > 3599) is not running
