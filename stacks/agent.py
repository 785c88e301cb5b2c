"""One agent's stack: everything that follows from its handlers' signatures."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from stacks.acknowledge import acknowledge
from stacks.arns import Arns
from stacks.assets import stage_asset
from stacks.contents import Contents
from stacks.role import Allow, policy, wildcards
from stacks.rules import TICK_PATHS, RuleOf, rules, tick_template
from stacks.settings import Settings
from stacks.twin import Twin, has_twin
from troupe.runtime.agent import Agent
from troupe.runtime.parts import FOLDER, AgentPart

MAX_RECEIVES = 5
"""Deliveries before a message is dead-lettered. AWS asks for 5 at least: throttled receives count as well."""
_QUEUE_DAYS = 4
_DEAD_LETTER_DAYS = 14
"""Longer than the queue's retention, because a dead-lettered message keeps the time of its first enqueueing."""
_VISIBILITY_FACTOR = 6
"""Visibility timeout over function timeout, as AWS advises for queues that feed a function."""


class AgentStack(cdk.Stack):
    """Rules, queues, function, mapping, log, alarms and role of one agent.

    It names what the core owns and imports nothing from it, so that it deploys alone.
    """

    def __init__(self, scope: Construct, settings: Settings, agent: Agent, contents: Contents) -> None:
        self._agent, self._settings, self._names = agent, settings, settings.names
        self._name = self._names.agent(agent.id)
        super().__init__(scope, self._name, stack_name=self._name, description=_first_line(agent))
        for key, value in (
            ("app", self._names.app),
            ("stage", self._names.stage),
            ("domain", agent.domain),
            ("agent", agent.id),
        ):
            cdk.Tags.of(self).add(key, value)
        self._arns = Arns.of(self, self._names, settings.places)
        self._rules = rules(agent, self._names)

        queue, undelivered = self._queues()
        function = self._function(contents)
        mapping = self._mapping(function, queue)
        scope = Construct(self, "Rules")
        for rule in self._rules:
            construct = self._rule(scope, rule, queue, undelivered)
            # CloudFormation may otherwise update a rule before the code that it feeds, or create it before the
            # queues let it in: EventBridge does not retry what it may not deliver.
            for earlier in (mapping, queue.node.find_child("Policy"), undelivered.node.find_child("Policy")):
                construct.node.add_dependency(earlier)
        self._alarms()
        self._register()
        if settings.stage.whatif and has_twin(agent):
            Twin(
                self,
                settings,
                agent,
                of=function,
                variables=self._environment(contents),
                max_receives=MAX_RECEIVES,
            )

    def _queues(self) -> tuple[sqs.Queue, sqs.Queue]:
        """The agent's queue, with its dead letters behind it; and where a rule puts what it could not deliver."""
        own = sqs.Queue.from_queue_arn(self, "OwnQueue", self._arns.queue(self._name))
        dead_letters = self._queue(
            "DeadLetters",
            self._names.dead_letters(self._agent.id),
            retention_period=cdk.Duration.days(_DEAD_LETTER_DAYS),
            redrive_allow_policy=sqs.RedriveAllowPolicy(
                redrive_permission=sqs.RedrivePermission.BY_QUEUE, source_queues=[own]
            ),
        )
        undelivered = self._queue(
            "Undelivered",
            self._names.undelivered(self._agent.id),
            retention_period=cdk.Duration.days(_DEAD_LETTER_DAYS),
            redrive_allow_policy=sqs.RedriveAllowPolicy(redrive_permission=sqs.RedrivePermission.DENY_ALL),
        )
        acknowledge(undelivered, "AwsSolutions-SQS3", "It is itself the dead-letter queue of the rules' targets.")
        queue = self._queue(
            "Queue",
            self._name,
            retention_period=cdk.Duration.days(_QUEUE_DAYS),
            visibility_timeout=cdk.Duration.seconds(_VISIBILITY_FACTOR * self._agent.function_timeout_s),
            dead_letter_queue=sqs.DeadLetterQueue(queue=dead_letters, max_receive_count=MAX_RECEIVES),
        )
        for fed in (queue, undelivered):
            fed.add_to_resource_policy(self._from_rules(fed))
        return queue, undelivered

    def _queue(self, id: str, name: str, **properties: Any) -> sqs.Queue:
        return sqs.Queue(
            self,
            id,
            queue_name=name,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            removal_policy=cdk.RemovalPolicy.DESTROY,
            **properties,
        )

    def _from_rules(self, queue: sqs.Queue) -> iam.PolicyStatement:
        # The rules' ARNs are spelled out, not referred to: they come last, once this policy stands.
        sources = [self._arns.rule(rule.name, scheduled=rule.schedule is not None) for rule in self._rules]
        return iam.PolicyStatement(
            sid="OnlyTheAgentsRules",
            actions=["sqs:SendMessage"],
            principals=[iam.ServicePrincipal("events.amazonaws.com")],
            resources=[queue.queue_arn],
            conditions={"ArnEquals": {"aws:SourceArn": sources}},
        )

    def _function(self, contents: Contents) -> lambda_.CfnFunction:
        log_group = logs.CfnLogGroup(
            self,
            "Log",
            log_group_name=f"/aws/lambda/{self._name}",
            retention_in_days=self._settings.stage.log_days,
        )
        asset = stage_asset(self, contents)
        return lambda_.CfnFunction(
            self,
            "Function",
            function_name=self._name,
            description=_first_line(self._agent),
            code=lambda_.CfnFunction.CodeProperty(s3_bucket=asset.bucket_name, s3_key=asset.object_key),
            handler=f"{self._agent.module.replace('.', '/')}.agent",
            runtime=f"python{contents.target.python}",
            architectures=[lambda_.Architecture.ARM_64.name],
            role=self._role(log_group).role_arn,
            timeout=self._agent.function_timeout_s,
            memory_size=self._agent.memory_mb,
            # Text, Lambda's default: Powertools writes JSON lines and metrics itself, and they pass as they are.
            logging_config=lambda_.CfnFunction.LoggingConfigProperty(log_group=log_group.ref, log_format="Text"),
            environment=lambda_.CfnFunction.EnvironmentProperty(variables=self._environment(contents)),
        )

    def _environment(self, contents: Contents) -> dict[str, str]:
        """What troupe.runtime.settings.RuntimeSettings reads, and what Powertools reads."""
        stage = self._settings.stage
        return {
            "TROUPE_APP": self._names.app,
            "TROUPE_STAGE": self._names.stage,
            "TROUPE_AGENT": self._agent.id,
            "TROUPE_AGENT_VERSION": contents.hash[:12],
            "TROUPE_PAYLOAD_BUCKET": self._arns.payload_bucket,
            "TROUPE_MAX_DEPTH": str(stage.max_depth),
            "TROUPE_MAX_REPEATS": str(stage.max_repeats),
            "TROUPE_MAX_EVENTS": str(stage.max_events),
            "TROUPE_MAX_RECEIVES": str(MAX_RECEIVES),
            "TROUPE_GRACE_S": str(stage.grace_s),
            "TROUPE_RETENTION_DAYS": str(stage.retention_days),
            "POWERTOOLS_SERVICE_NAME": self._agent.id,
            "POWERTOOLS_METRICS_NAMESPACE": self._names.app,
        }

    def _role(self, log_group: logs.CfnLogGroup) -> iam.Role:
        statements = [
            *policy(self._agent, self._names, self._arns),
            # The ARN of a log group ends in :*, which stands for its streams.
            Allow("OwnLog", ("logs:CreateLogStream", "logs:PutLogEvents"), (log_group.attr_arn,)),
        ]
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            description=f"What the signatures of {self._agent.id} say, and nothing else.",
            inline_policies={"signature": iam.PolicyDocument(statements=[s.as_iam() for s in statements])},
        )
        for resource, reason in wildcards(self._agent, self._names, self._settings.places):
            acknowledge(role, f"AwsSolutions-IAM5[Resource::{resource}]", reason)
        return role

    def _mapping(self, function: lambda_.CfnFunction, queue: sqs.Queue) -> lambda_.CfnEventSourceMapping:
        return lambda_.CfnEventSourceMapping(
            self,
            "Mapping",
            function_name=function.ref,
            event_source_arn=queue.queue_arn,
            batch_size=self._agent.batch_size,
            function_response_types=["ReportBatchItemFailures"],
            scaling_config=lambda_.CfnEventSourceMapping.ScalingConfigProperty(
                maximum_concurrency=self._agent.concurrency
            ),
        )

    def _rule(self, scope: Construct, rule: RuleOf, queue: sqs.Queue, undelivered: sqs.Queue) -> events.CfnRule:
        tick = events.CfnRule.InputTransformerProperty(
            input_template=tick_template(self._names), input_paths_map=TICK_PATHS
        )
        return events.CfnRule(
            scope,
            rule.handler.name,
            name=rule.name,
            description=f"{self._agent.id}/{rule.handler.name}",
            event_bus_name=None if rule.schedule else self._names.bus,
            event_pattern=rule.pattern,
            schedule_expression=rule.schedule,
            state="ENABLED",
            targets=[
                events.CfnRule.TargetProperty(
                    id="queue",
                    arn=queue.queue_arn,
                    dead_letter_config=events.CfnRule.DeadLetterConfigProperty(arn=undelivered.queue_arn),
                    input_transformer=tick if rule.schedule else None,
                )
            ],
        )

    def _register(self) -> None:
        """Notes the agent's part where the watchdog and the command line learn who is in the choreography."""
        ssm.CfnParameter(
            self,
            "Part",
            name=self._names.parameter(f"{FOLDER}/{self._agent.id}"),
            description=f"What {self._agent.id} hears and publishes.",
            type="String",
            tier="Intelligent-Tiering",  # standard up to 4 KB, and free; beyond that advanced, up to 8 KB
            value=AgentPart.of(self._agent).as_json(),
        )

    def _alarms(self) -> None:
        """Late, given up, undeliverable: what the agent's own errors come to, so these three suffice."""
        late = self._settings.stage.late_after_s
        self._alarm(
            "late",
            f"An event has waited for {self._agent.id} for more than {late} s.",
            queue=self._name,
            metric="ApproximateAgeOfOldestMessage",
            above=late,
        )
        self._alarm(
            "dead-letters",
            f"{self._agent.id} gave up on an event: see why in its dead letters, and redrive them.",
            queue=self._names.dead_letters(self._agent.id),
            metric="ApproximateNumberOfMessagesVisible",
            above=0,
        )
        self._alarm(
            "undelivered",
            f"A rule could not deliver an event to {self._agent.id}; it waits in the undelivered queue.",
            queue=self._names.undelivered(self._agent.id),
            metric="ApproximateNumberOfMessagesVisible",
            above=0,
        )

    def _alarm(self, what: str, description: str, *, queue: str, metric: str, above: int) -> None:
        cloudwatch.CfnAlarm(
            self,
            f"Alarm-{what}",
            alarm_name=f"{self._name}-{what}",
            alarm_description=description,
            namespace="AWS/SQS",
            metric_name=metric,
            dimensions=[cloudwatch.CfnAlarm.DimensionProperty(name="QueueName", value=queue)],
            statistic="Maximum",
            period=60,
            evaluation_periods=1,
            threshold=above,
            comparison_operator="GreaterThanThreshold",
            treat_missing_data="notBreaching",
            alarm_actions=[self._arns.alarms],
        )


def _first_line(agent: Agent) -> str:
    return (agent.doc or agent.id).splitlines()[0][:250]
