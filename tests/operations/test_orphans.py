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
    (tmp_path / "cdk.out").mkdir()
    artifacts = {}
    for name in ("tale-dev-core", "tale-dev-story-teller"):
        (tmp_path / f"cdk.out/{name}.json").write_text("{}")
        artifacts[name] = {"type": "aws:cloudformation:stack", "properties": {"templateFile": f"{name}.json"}}
    (tmp_path / "cdk.out/manifest.json").write_text(json.dumps({"artifacts": artifacts}))
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


def test_an_assembly_of_another_stage_would_make_orphans_of_all(root: Path) -> None:
    path = root / "cdk.out/manifest.json"
    path.write_text(path.read_text().replace("tale-dev", "tale-prod"))
    for file in (root / "cdk.out").glob("tale-dev*"):
        file.rename(file.with_name(file.name.replace("tale-dev", "tale-prod")))
    assert run(["orphans", "--stage", "dev", "--destroy"]) == 2
    assert len(stacks()) == 4
