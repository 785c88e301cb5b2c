"""`troupe up` with real processes: killed agents, a killed cloud, an orderly end, new agents, denials."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import botocore.session
import psutil
import pytest
from botocore.exceptions import ClientError

from tests.up.conftest import Up, command_line, until
from troupe.local.authorization import Role
from troupe.local.up import presence

pytestmark = pytest.mark.thorough

SERVED = ["BreadOrdered", "BreadBaked", "BreadServed"]
Start = Callable[..., Up]


def caught_thinking(up: Up) -> str:
    """Orders what the baker thinks about until `finish_thinking`; the story's id, once it thinks."""
    (up.root / "caught").unlink(missing_ok=True)
    (up.root / "think").touch()
    story = up.order(60)
    until((up.root / "caught").exists, "the baker to think")
    return story


def finish_thinking(up: Up) -> None:
    (up.root / "think").unlink()


def test_a_killed_agent_is_missed_by_nobody_else_and_catches_up(start: Start) -> None:
    up = start("--fresh")
    story = caught_thinking(up)
    waiting = up.order(2)
    baker, waiter = up.agent("bakery.baker"), up.agent("bakery.waiter")
    assert (baker["state"], waiter["state"]) == ("busy", "idle")

    os.kill(baker["pid"], signal.SIGKILL)
    until(lambda: up.agent("bakery.baker")["starts"] == 2, "another baker")
    finish_thinking(up)

    assert up.ended(story) == SERVED
    assert up.ended(waiting) == SERVED
    again = up.agent("bakery.baker")
    assert again["pid"] != baker["pid"]
    assert "process ended" in again["failure"]
    assert up.agent("bakery.waiter")["pid"] == waiter["pid"]
    assert (again["visible"], again["in_flight"], again["dead"]) == (0, 0, 0)

    # The command line finds it.
    asked = command_line(up.root, "publish", "BreadOrdered", '{"loaves": 4}')
    assert (asked.returncode, "BreadServed" in asked.stdout) == (0, True), asked.stderr
    shown = command_line(up.root, "agents").stdout
    assert str(again["pid"]) in shown and "bakery.baker its process ended" in shown
    told = command_line(up.root, "trace", story).stdout
    assert [type_ in told for type_ in SERVED] == [True] * 3

    # A second one says that there is one.
    second = command_line(up.root, "up")
    assert second.returncode == 1
    assert f"running here already as process {up.process.pid}" in second.stderr
    port = up.presence.endpoint.rsplit(":", 1)[1]
    taken = command_line(up.root, "up", "--name", "other", "--port", port)
    assert taken.returncode == 1
    assert f"Port {port}" in taken.stderr

    # Ctrl-C leaves no process, and no sign of one.
    everybody = up.processes()
    assert len(everybody) == 4
    up.stop(signal.SIGINT)
    assert up.process.returncode == 0
    assert psutil.wait_procs(everybody, timeout=60)[1] == []
    assert presence.running(up.root) is None
    assert not (up.root / ".troupe" / "up.json").exists()

    # What happened is history now.
    assert command_line(up.root, "trace", story).stdout == told


def test_what_was_accepted_survives_the_end_of_the_cloud(start: Start) -> None:
    up = start("--fresh")
    before = up.order(2)
    assert up.ended(before) == SERVED
    thought = caught_thinking(up)
    accepted = [up.order(2) for _ in range(5)]
    everybody = up.processes()
    up.stop(signal.SIGKILL)
    assert psutil.wait_procs(everybody, timeout=60)[1] == [], "agents have outlived their cloud"
    finish_thinking(up)

    up = start()
    for story in (before, thought, *accepted):
        assert up.ended(story) == SERVED


def test_no_role_may_more_over_http_than_its_template_says(start: Start, bakery: Path) -> None:
    up = start()
    names = up.presence.names
    stack = names.agent("bakery.baker")
    template = json.loads((bakery / ".troupe" / "cdk.out" / f"{stack}.template.json").read_text())
    (logical_id,) = [id for id, made in template["Resources"].items() if made["Type"] == "AWS::IAM::Role"]
    role = Role(f"{stack}-{logical_id}", "", ())

    def client(service: str, key: str):  # type: ignore[no-untyped-def]
        return botocore.session.get_session().create_client(
            service,
            endpoint_url=up.presence.endpoint,
            region_name="us-east-1",
            aws_access_key_id=key,
            aws_secret_access_key="local",
        )

    def put(source: str, type_: str) -> None:
        entry = {"EventBusName": names.bus, "Source": source, "DetailType": type_, "Detail": "{}"}
        client("events", role.access_key).put_events(Entries=[entry])

    put("troupe.bakery.baker", "BreadBaked")
    for source, type_ in (("troupe.bakery.waiter", "BreadBaked"), ("troupe.bakery.baker", "BreadServed")):
        with pytest.raises(ClientError, match="not authorized to perform: events:PutEvents"):
            put(source, type_)
    with pytest.raises(ClientError, match="not authorized to perform: dynamodb:GetItem"):
        client("dynamodb", role.access_key).get_item(TableName=names.events, Key={"pk": {"S": "x"}, "sk": {"S": "x"}})
    with pytest.raises(ClientError, match="belongs to no role"):
        client("sqs", "somebody").list_queues()


CRITIC = '''
"""Tastes what was baked."""

from contracts.bakery import BreadBaked
from troupe import Agent

agent = Agent()


@agent.on
def taste(event: BreadBaked) -> None:
    return None
'''


def test_a_new_folder_is_a_new_agent_and_a_broken_one_changes_nothing(start: Start, bakery: Path) -> None:
    up = start("--fresh")
    waiting = caught_thinking(up)
    baker = up.agent("bakery.baker")
    folder = bakery / "functions" / "bakery" / "critic"
    folder.mkdir()
    try:
        (folder / "agent.py").write_text("from contracts.bakery import Nothing\n")
        until(lambda: "Everything goes on as it was" in up.log.read_text(), "the reason why it is not loaded")

        (folder / "agent.py").write_text(CRITIC.lstrip())
        until(lambda: "bakery.critic" in [agent["id"] for agent in up.presence.state()["agents"]], "the new agent")
        # The one that was thinking all the while has lost neither its thread nor its place.
        finish_thinking(up)
        assert up.ended(waiting) == SERVED
        assert up.agent("bakery.baker")["pid"] == baker["pid"]
        until(lambda: up.agent("bakery.critic")["batches"], "the new agent to hear of it")
    finally:
        shutil.rmtree(folder)
    until(lambda: "bakery.critic has left" in up.log.read_text(), "the agent to leave with its folder")
    assert up.ended(up.order(3)) == SERVED
