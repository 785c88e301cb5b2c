"""Everything that an agent owns follows from its signature. What is expected is derived here, not asked of stacks/."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.templates.deployed import ACCOUNT, REGION, Deployed, Template, arn
from troupe.choreography.patterns import matches
from troupe.runtime.agent import Agent
from troupe.runtime.envelope import Envelope
from troupe.runtime.settings import RuntimeSettings


def event(type_: str, **more: Any) -> dict[str, Any]:
    return {"source": "troupe.x.y", "account": ACCOUNT, "detail-type": type_, "detail": {}, **more}


def queue_of(agent: Agent) -> str:
    return f"troupe-dev-{agent.id.replace('.', '-')}"


def rules_of(template: Template, agent: Agent, *, scheduled: bool) -> dict[str, dict[str, Any]]:
    """Handler → properties of its rule."""
    return {
        rule["Name"].removeprefix(queue_of(agent) + "-"): rule
        for rule in template.of_type("AWS::Events::Rule").values()
        if ("ScheduleExpression" in rule) == scheduled
    }


def test_every_handler_has_a_rule_that_lets_through_what_it_hears_and_nothing_else(deployed: Deployed) -> None:
    said = {
        t.type_name()
        for agent in deployed.agents
        for handler in agent.handlers
        for t in handler.subscriptions
        if t.terms.root and any("Person" in str(field.annotation) for field in t.model_fields.values())
    }
    every_type = {t.type_name() for a in deployed.agents for h in a.handlers for t in (*h.subscriptions, *h.publishes)}
    for agent in deployed.hearing:
        rules = rules_of(deployed.of(agent), agent, scheduled=False)
        assert rules.keys() == {h.name for h in agent.handlers if not h.every}
        for handler in agent.handlers:
            if handler.every:
                continue
            rule = rules[handler.name]
            heard = {t.type_name() for t in handler.subscriptions}
            assert rule["EventBusName"] == "troupe-dev" and rule["State"] == "ENABLED"
            assert rule["EventPattern"].get("detail", {}).get("data") == handler.where
            pattern = {key: value for key, value in rule["EventPattern"].items() if key != "detail"}
            for type_ in {*every_type, "SomethingElse"}:
                expected = handler.envelope_parameter is not None or type_ in heard
                by_the_desk = event(type_, source="troupe.platform.desk")
                assert matches(pattern, by_the_desk) is expected, (agent.id, handler.name, type_)
                # What a person says is heard from the desk only; anything else from whoever may say it.
                pinned = type_ in said and handler.envelope_parameter is None
                assert matches(pattern, event(type_)) is (expected and not pinned), (agent.id, handler.name, type_)
                assert not matches(pattern, by_the_desk | {"replay-name": "again"})


def test_a_schedule_sends_a_tick_that_the_runtime_can_read(sample: Deployed) -> None:
    (agent,) = [a for a in sample.agents if a.id == "bakery.oven-watch"]
    rule = rules_of(sample.of(agent), agent, scheduled=True)["look"]
    assert rule["ScheduleExpression"] == "rate(5 minutes)"
    assert "EventBusName" not in rule, "EventBridge has schedules on the default bus alone"
    transformer = rule["Targets"][0]["InputTransformer"]
    sent = {"id": "e-1", "account": ACCOUNT, "time": "2026-01-02T03:04:05Z", "region": REGION}
    assert transformer["InputPathsMap"] == {name: f"$.{name}" for name in sent}
    body = re.sub(r"<(\w+)>", lambda m: json.dumps(sent[m[1]]), transformer["InputTemplate"])
    tick = Envelope.parse(body)
    assert (tick.type, tick.source, tick.metadata.id, tick.data) == ("Tick", "troupe.clock", "e-1", {})
    assert tick.metadata.occurred_at.isoformat() == "2026-01-02T03:04:05+00:00"


def test_a_rule_feeds_the_queue_and_keeps_what_it_cannot_deliver(deployed: Deployed) -> None:
    for agent in deployed.hearing:
        for rule in deployed.of(agent).of_type("AWS::Events::Rule").values():
            (target,) = rule["Targets"]
            assert target["Arn"] == arn("sqs", queue_of(agent))
            assert target["DeadLetterConfig"] == {"Arn": arn("sqs", f"{queue_of(agent)}-undelivered")}


def test_a_rule_comes_last(deployed: Deployed) -> None:
    for agent in deployed.hearing:
        template = deployed.of(agent)
        (mapping,) = template.of_type("AWS::Lambda::EventSourceMapping")
        letting_in = {
            id
            for id, policy in template.of_type("AWS::SQS::QueuePolicy").items()
            if any(s["Effect"] == "Allow" for s in policy["PolicyDocument"]["Statement"])
        }
        assert len(letting_in) == 2
        for rule in template.of_type("AWS::Events::Rule"):
            assert template.depends_on(rule) >= {mapping, *letting_in}, agent.id


def test_queues_outlast_their_agents_failures(deployed: Deployed) -> None:
    for agent in deployed.hearing:
        template, name = deployed.of(agent), queue_of(agent)
        queue = template.named("AWS::SQS::Queue", name)
        assert queue["VisibilityTimeout"] >= 6 * agent.function_timeout_s
        assert queue["RedrivePolicy"] == {"deadLetterTargetArn": arn("sqs", f"{name}-dlq"), "maxReceiveCount": 5}
        for other in (f"{name}-dlq", f"{name}-undelivered"):
            assert (
                template.named("AWS::SQS::Queue", other)["MessageRetentionPeriod"] > queue["MessageRetentionPeriod"]
            ), "a dead letter keeps the time of its first enqueueing"
        dead_letters = template.named("AWS::SQS::Queue", f"{name}-dlq")
        assert dead_letters["RedriveAllowPolicy"] == {
            "redrivePermission": "byQueue",
            "sourceQueueArns": [arn("sqs", name)],
        }
        assert len(template.of_type("AWS::SQS::Queue")) == 3


def test_only_the_agents_own_rules_may_send_to_its_queues(deployed: Deployed) -> None:
    for agent in deployed.hearing:
        template, name = deployed.of(agent), queue_of(agent)
        rules = {
            arn("events", f"rule/{'' if 'ScheduleExpression' in rule else 'troupe-dev/'}{rule['Name']}")
            for rule in template.of_type("AWS::Events::Rule").values()
        }
        allowed = {
            statement["Resource"]: statement
            for policy in template.of_type("AWS::SQS::QueuePolicy").values()
            for statement in policy["PolicyDocument"]["Statement"]
            if statement["Effect"] == "Allow"
        }
        assert allowed.keys() == {arn("sqs", name), arn("sqs", f"{name}-undelivered")}
        for statement in allowed.values():
            assert statement["Action"] == "sqs:SendMessage"
            assert statement["Principal"] == {"Service": "events.amazonaws.com"}
            assert statement["Condition"].keys() == {"ArnEquals"}
            assert set(statement["Condition"]["ArnEquals"]["aws:SourceArn"]) == rules


def test_the_function_runs_the_agent_in_the_environment_that_the_runtime_reads(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    for agent in deployed.hearing:
        function = deployed.of(agent).one("AWS::Lambda::Function")
        assert function["FunctionName"] == queue_of(agent)
        assert function["Handler"] == agent.module.replace(".", "/") + ".agent"
        assert (function["Runtime"], function["Architectures"]) == ("python3.14", ["arm64"])
        assert (function["Timeout"], function["MemorySize"]) == (agent.function_timeout_s, agent.memory_mb)
        assert "TracingConfig" not in function and "ReservedConcurrentExecutions" not in function
        for key, value in function["Environment"]["Variables"].items():
            monkeypatch.setenv(key, value)
        settings = RuntimeSettings.from_environment()
        assert (settings.agent_id, settings.names.prefix) == (agent.id, "troupe-dev")
        assert settings.payload_bucket == f"troupe-dev-payloads-{ACCOUNT}-{REGION}"
        assert settings.max_receives == 5, "as the queue's maxReceiveCount"
        assert settings.decisions_ttl_s == 30 * 86_400, "as cdk.json says for dev"
        assert function["Code"]["S3Key"].startswith(settings.agent_version) and len(settings.agent_version) == 12


def test_the_mapping_reports_single_failures_and_bounds_concurrency(deployed: Deployed) -> None:
    for agent in deployed.hearing:
        mapping = deployed.of(agent).one("AWS::Lambda::EventSourceMapping")
        assert mapping["EventSourceArn"] == arn("sqs", queue_of(agent))
        assert mapping["FunctionName"] == queue_of(agent)
        assert mapping["BatchSize"] == agent.batch_size
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert mapping["ScalingConfig"] == {"MaximumConcurrency": agent.concurrency}


def test_the_log_is_the_agents_own_and_does_not_grow_for_ever(deployed: Deployed) -> None:
    for agent in deployed.hearing:
        template = deployed.of(agent)
        log = template.one("AWS::Logs::LogGroup")
        assert log["LogGroupName"] == f"/aws/lambda/{queue_of(agent)}" and log["RetentionInDays"] == 14
        config = template.one("AWS::Lambda::Function")["LoggingConfig"]
        assert config == {"LogGroup": log["LogGroupName"], "LogFormat": "Text"}


def test_lateness_and_both_kinds_of_dead_letters_raise_alarms(deployed: Deployed) -> None:
    for agent in deployed.hearing:
        watched = {
            (alarm["Dimensions"][0]["Value"], alarm["MetricName"]): alarm
            for alarm in deployed.of(agent).of_type("AWS::CloudWatch::Alarm").values()
        }
        name = queue_of(agent)
        assert watched.keys() == {
            (name, "ApproximateAgeOfOldestMessage"),
            (f"{name}-dlq", "ApproximateNumberOfMessagesVisible"),
            (f"{name}-undelivered", "ApproximateNumberOfMessagesVisible"),
        }
        for alarm in watched.values():
            assert alarm["AlarmActions"] == [arn("sns", "troupe-dev-alarms")]
            assert alarm["ComparisonOperator"] == "GreaterThanThreshold" and alarm["Namespace"] == "AWS/SQS"
        assert {a["Threshold"] for (queue, _), a in watched.items() if queue != name} == {0}


def test_everything_that_can_carry_tags_says_whose_it_is(deployed: Deployed) -> None:
    for agent in deployed.hearing:
        template = deployed.of(agent)
        expected = {"app": "troupe", "stage": "dev", "domain": agent.domain, "agent": agent.id}
        for type_ in ("AWS::SQS::Queue", "AWS::Lambda::Function", "AWS::IAM::Role", "AWS::Logs::LogGroup"):
            for properties in template.of_type(type_).values():
                assert {tag["Key"]: tag["Value"] for tag in properties["Tags"]} == expected
