"""Agents that are deployed without a folder are found, silenced, and destroyed only when nothing waits for them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from troupe.cli import project
from troupe.cli.main import run
from troupe.operations.orphans import Orphan, orphans
from troupe.runtime.settings import Names

APP = """
import json, os, pathlib
out = pathlib.Path(os.environ["CDK_OUTDIR"])
out.mkdir(parents=True)
names = [f"tale-{json.loads(os.environ['CDK_CONTEXT_JSON'])['stage']}-{name}" for name in ("core", "story-teller")]
for name in names:
    (out / f"{name}.json").write_text("{}")
stack = lambda name: {"type": "aws:cloudformation:stack", "properties": {"templateFile": f"{name}.json"}}
(out / "manifest.json").write_text(json.dumps({"artifacts": {name: stack(name) for name in names}}))
"""
"""Says of every stage that it has a core and a teller."""
STAGE = {"app": "tale", "stage": "dev"}


def stack(name: str, agent: str, **tags: str) -> None:
    template = {
        "Resources": {
            "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name}},
            "Letters": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": f"{name}-dlq"}},
            "Rule": {
                "Type": "AWS::Events::Rule",
                "Properties": {"Name": name, "EventBusName": "tale-dev", "EventPattern": {"detail-type": ["Told"]}},
            },
        }
    }
    told = [{"Key": key, "Value": value} for key, value in {**tags, **({"agent": agent} if agent else {})}.items()]
    boto3.client("cloudformation").create_stack(StackName=name, TemplateBody=json.dumps(template), Tags=told)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Three stacks of the stage and one of another, of which the project has only the teller's and the core's."""
    for name, value in {"AWS_DEFAULT_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "orphans"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    context = {"app": "tale", "stage": "dev", "stages": {"dev": {}}}
    (tmp_path / "cdk.json").write_text(json.dumps({"context": context}))
    (tmp_path / "app.py").write_text(APP)
    monkeypatch.setattr(project, "root", lambda: tmp_path)
    with mock_aws():
        boto3.client("events").create_event_bus(Name="tale-dev")
        stack("tale-dev-core", "", **STAGE)
        stack("tale-dev-story-teller", "story.teller", **STAGE)
        stack("tale-dev-story-critic", "story.critic", **STAGE)
        stack("tale-prod-story-critic", "story.critic", **STAGE | {"stage": "prod"})
        yield tmp_path


def stacks() -> set[str]:
    told = boto3.client("cloudformation").describe_stacks()["Stacks"]
    return {stack["StackName"] for stack in told}


def test_only_an_agent_of_this_stage_without_a_folder_is_an_orphan(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = orphans(Names("tale", "dev"), {"tale-dev-core", "tale-dev-story-teller"})
    assert found == [Orphan("tale-dev-story-critic", "story.critic")]
    assert run(["orphans", "--stage", "dev"]) == 0
    told = capsys.readouterr().out
    assert "story.critic is deployed as tale-dev-story-critic" in told and "teller" not in told
    assert len(stacks()) == 4, "listing changes nothing"


def test_it_is_destroyed_once_nothing_waits_for_it(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sqs = boto3.client("sqs")
    letters = sqs.get_queue_url(QueueName="tale-dev-story-critic-dlq")["QueueUrl"]
    sqs.send_message(QueueUrl=letters, MessageBody="{}")
    assert run(["orphans", "--stage", "dev", "--destroy"]) == 0
    assert "1 in tale-dev-story-critic-dlq" in capsys.readouterr().out
    rules = {
        rule["Name"]: rule["State"] for rule in boto3.client("events").list_rules(EventBusName="tale-dev")["Rules"]
    }
    assert rules["tale-dev-story-critic"] == "DISABLED" and rules["tale-dev-story-teller"] == "ENABLED"
    assert "tale-dev-story-critic" in stacks(), "nothing that waits is lost"

    sqs.purge_queue(QueueUrl=letters)
    assert run(["orphans", "--stage", "dev", "--destroy"]) == 0
    assert stacks() == {"tale-dev-core", "tale-dev-story-teller", "tale-prod-story-critic"}


def test_what_the_last_synth_left_behind_makes_no_orphans(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "cdk.out").mkdir()
    (root / "cdk.out/manifest.json").write_text('{"artifacts": {}}')
    assert run(["orphans", "--stage", "dev", "--destroy"]) == 0
    assert "teller" not in capsys.readouterr().out
    assert "tale-dev-story-teller" in stacks()
