"""What holds across the stacks of a stage: its core, its names, and that every agent deploys alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from stacks import assets
from tests.templates.deployed import ACCOUNT, REGION, Deployed, arn
from tests.templates.sample import sample_project
from tests.templates.synthesis import Synthesize
from troupe.runtime.agent import Agent


def test_the_tables_are_those_that_the_runtime_expects(deployed: Deployed) -> None:
    events = deployed.core.named("AWS::DynamoDB::Table", "troupe-dev-events")
    assert _keys(events) == [("pk", "HASH"), ("sk", "RANGE")]
    assert {index["IndexName"]: _keys(index) for index in events["GlobalSecondaryIndexes"]} == {
        "window": [("window", "HASH"), ("recorded", "RANGE")],
        "failures": [("failure", "HASH"), ("recorded", "RANGE")],
    }
    assert {index["Projection"]["ProjectionType"] for index in events["GlobalSecondaryIndexes"]} == {"ALL"}
    assert {a["AttributeType"] for a in events["AttributeDefinitions"]} == {"S"}
    decisions = deployed.core.named("AWS::DynamoDB::Table", "troupe-dev-decisions")
    assert _keys(decisions) == [("pk", "HASH")] and "GlobalSecondaryIndexes" not in decisions
    for table in (events, decisions):
        assert table["BillingMode"] == "PAY_PER_REQUEST"
        assert table["TimeToLiveSpecification"] == {"AttributeName": "ttl", "Enabled": True}
        assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}


def test_the_bus_keeps_an_archive_of_everything(deployed: Deployed) -> None:
    assert deployed.core.one("AWS::Events::EventBus")["Name"] == "troupe-dev"
    archive = deployed.core.one("AWS::Events::Archive")
    assert archive["SourceArn"] == arn("events", "event-bus/troupe-dev")
    assert archive["RetentionDays"] == 7 and "EventPattern" not in archive


def test_payloads_are_private_encrypted_and_forgotten_with_the_events(deployed: Deployed) -> None:
    bucket = deployed.core.one("AWS::S3::Bucket")
    assert bucket["BucketName"] == f"troupe-dev-payloads-{ACCOUNT}-{REGION}"
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    (rule,) = bucket["LifecycleConfiguration"]["Rules"]
    assert rule["ExpirationInDays"] == rule["NoncurrentVersionExpiration"]["NoncurrentDays"] == 30


def test_alarms_of_the_stage_may_speak_to_the_topic(deployed: Deployed) -> None:
    statements = deployed.core.one("AWS::SNS::TopicPolicy")["PolicyDocument"]["Statement"]
    (leave,) = [s for s in statements if s["Effect"] == "Allow"]
    assert leave["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert leave["Condition"]["ArnLike"] == {"aws:SourceArn": arn("cloudwatch", "alarm:troupe-dev-*")}


def test_nothing_is_reached_without_tls_and_every_queue_is_encrypted(deployed: Deployed) -> None:
    for name, template in deployed.all.items():
        queues = template.of_type("AWS::SQS::Queue").values()
        assert all(queue["SqsManagedSseEnabled"] is True for queue in queues), name
        closed = [
            statement["Resource"]
            for type_ in ("AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy", "AWS::S3::BucketPolicy")
            for policy in template.of_type(type_).values()
            for statement in policy["PolicyDocument"]["Statement"]
            if statement["Effect"] == "Deny"
            and statement.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}
        ]
        assert {arn("sqs", queue["QueueName"]) for queue in queues} <= {r for r in closed if isinstance(r, str)}, name
        assert len(closed) == len(queues) + (2 if name.endswith("-core") else 0), name


def test_stacks_share_names_and_nothing_else(deployed: Deployed) -> None:
    stacks = {f"troupe-dev-{agent.id.replace('.', '-')}": _tables(agent) for agent in deployed.agents}
    assert deployed.all.keys() == {*stacks, "troupe-dev-core"}.union(*stacks.values())
    for name, template in deployed.all.items():
        assert "Outputs" not in template.raw, name
        assert "Fn::ImportValue" not in json.dumps(template.raw), name
    for name, tables in stacks.items():
        needed = deployed.manifest["artifacts"][name]["dependencies"]
        assert set(needed) == {"troupe-dev-core", f"{name}.assets", *tables}, "core and tables first, no other agent"


def _tables(agent: Agent) -> set[str]:
    needs = [need for handler in agent.handlers for need in handler.needs.values()]
    return {f"troupe-dev-{name}" for need in needs for name in need.tables}


def test_what_the_account_can_see_has_a_name_that_can_be_foretold(deployed: Deployed) -> None:
    keys = {
        "AWS::SQS::Queue": "QueueName",
        "AWS::Lambda::Function": "FunctionName",
        "AWS::Logs::LogGroup": "LogGroupName",
        "AWS::Events::Rule": "Name",
        "AWS::CloudWatch::Alarm": "AlarmName",
        "AWS::DynamoDB::Table": "TableName",
        "AWS::S3::Bucket": "BucketName",
        "AWS::SNS::Topic": "TopicName",
        "AWS::Events::Archive": "ArchiveName",
    }
    for template in deployed.all.values():
        for type_, key in keys.items():
            for properties in template.of_type(type_).values():
                name = properties[key]
                assert name.removeprefix("/aws/lambda/").startswith("troupe-dev") and len(name) <= 80


def test_bundling_does_not_change_a_template(
    tmp_path: Path, synthesize: Synthesize, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample = synthesize(sample_project(tmp_path))
    bundled: list[Path] = []
    monkeypatch.setattr(assets, "bundle", lambda contents, folder: (folder.mkdir(), bundled.append(folder)))
    _set_context(sample.root, **{"aws:cdk:bundling-stacks": ["**"]})  # as the CDK CLI does for `cdk deploy --all`
    again = synthesize(sample.root)
    assert len(bundled) == len(sample.agents) and not list(sample.outdir.glob("asset.*"))
    for kind in ("template", "assets"):
        files = {path.name: path.read_text() for path in sample.outdir.glob(f"*.{kind}.json")}
        assert files and files == {path.name: path.read_text() for path in again.outdir.glob(f"*.{kind}.json")}
    for agent in sample.agents:
        key = again.of(agent).one("AWS::Lambda::Function")["Code"]["S3Key"].removesuffix(".zip")
        assert again.outdir / f"asset.{key}" in bundled


def test_a_stage_can_protect_its_data_and_tell_somebody(tmp_path: Path, synthesize: Synthesize) -> None:
    root = sample_project(tmp_path)
    settings = {"protect_data": True, "alarm_email": "oncall@example.com", "retention_days": 400, "log_days": 365}
    _set_context(root, stages={"dev": settings})
    deployed = synthesize(root)
    core = deployed.core
    for id, resource in core.raw["Resources"].items():
        if resource["Type"] in ("AWS::DynamoDB::Table", "AWS::S3::Bucket"):
            assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == "Retain", id
    assert all(t["DeletionProtectionEnabled"] for t in core.of_type("AWS::DynamoDB::Table").values())
    assert core.one("AWS::SNS::Subscription")["Endpoint"] == "oncall@example.com"
    assert deployed.manifest["artifacts"]["troupe-dev-core"]["properties"]["terminationProtection"] is True
    variables = deployed.of(deployed.agents[0]).one("AWS::Lambda::Function")["Environment"]["Variables"]
    assert variables["TROUPE_RETENTION_DAYS"] == "400"


def test_a_project_without_agents_has_a_core(tmp_path: Path, synthesize: Synthesize) -> None:
    (tmp_path / "cdk.json").write_text('{"context": {"app": "troupe", "stage": "dev", "stages": {"dev": {}}}}')
    assert synthesize(tmp_path).all.keys() == {"troupe-dev-core"}


def _keys(table: dict[str, Any]) -> list[tuple[str, str]]:
    return [(key["AttributeName"], key["KeyType"]) for key in table["KeySchema"]]


def _set_context(root: Path, **context: Any) -> None:
    content = json.loads((root / "cdk.json").read_text())
    content["context"] |= context
    (root / "cdk.json").write_text(json.dumps(content))
