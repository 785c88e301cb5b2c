"""What every agent's stack has, however the agent is reached: function, log, role, tags, a place in the registry."""

from __future__ import annotations

from collections.abc import Iterable

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from stacks.acknowledge import acknowledge
from stacks.arns import Arns
from stacks.assets import stage_asset
from stacks.contents import Contents
from stacks.queues import MAX_RECEIVES
from stacks.role import Allow
from stacks.settings import Settings
from troupe.runtime.agent import Agent
from troupe.runtime.parts import FOLDER, AgentPart


class FunctionStack(cdk.Stack):
    """One agent's function and what belongs to it. It names what the core owns and imports nothing from it."""

    def __init__(self, scope: Construct, settings: Settings, agent: Agent) -> None:
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

    def _function(
        self, contents: Contents, variables: dict[str, str], allowed: list[Allow], wildcards: Iterable[tuple[str, str]]
    ) -> lambda_.CfnFunction:
        """variables: its environment; allowed: the statements of its role; wildcards: those in it, with reasons."""
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
            role=role_of(
                self, f"What the signatures of {self._agent.id} say, and nothing else.", log_group, allowed, wildcards
            ).role_arn,
            timeout=self._agent.function_timeout_s,
            memory_size=self._agent.memory_mb,
            # Text, Lambda's default: Powertools writes JSON lines and metrics itself, and they pass as they are.
            logging_config=lambda_.CfnFunction.LoggingConfigProperty(log_group=log_group.ref, log_format="Text"),
            environment=lambda_.CfnFunction.EnvironmentProperty(variables=variables),
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

    def _register(self, said: tuple[str, ...] = ()) -> None:
        """Notes the agent's part where the watchdog and the command line learn who is in the choreography.

        said: the events that people say, for the agent through which they say them.
        """
        ssm.CfnParameter(
            self,
            "Part",
            name=self._names.parameter(f"{FOLDER}/{self._agent.id}"),
            description=f"What {self._agent.id} hears and publishes.",
            type="String",
            tier="Intelligent-Tiering",  # standard up to 4 KB, and free; beyond that advanced, up to 8 KB
            value=AgentPart.of(self._agent, said).as_json(),
        )

    def _alarm(
        self,
        what: str,
        description: str,
        *,
        of: tuple[str, str, str],
        metric: str,
        above: int,
        statistic: str = "Maximum",
    ) -> None:
        """of: namespace, and name and value of the dimension."""
        namespace, dimension, value = of
        cloudwatch.CfnAlarm(
            self,
            f"Alarm-{what}",
            alarm_name=f"{self._name}-{what}",
            alarm_description=description,
            namespace=namespace,
            metric_name=metric,
            dimensions=[cloudwatch.CfnAlarm.DimensionProperty(name=dimension, value=value)],
            statistic=statistic,
            period=60,
            evaluation_periods=1,
            threshold=above,
            comparison_operator="GreaterThanThreshold",
            treat_missing_data="notBreaching",
            alarm_actions=[self._arns.alarms],
        )


def role_of(
    scope: Construct,
    description: str,
    log_group: logs.CfnLogGroup,
    allowed: Iterable[Allow],
    wildcards: Iterable[tuple[str, str]],
) -> iam.Role:
    """A function's role: what is allowed, and its own log. wildcards: those in it, each with its reason."""
    statements = [
        *allowed,
        # The ARN of a log group ends in :*, which stands for its streams.
        Allow("OwnLog", ("logs:CreateLogStream", "logs:PutLogEvents"), (log_group.attr_arn,)),
    ]
    role = iam.Role(
        scope,
        "Role",
        assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
        description=description,
        inline_policies={"signature": iam.PolicyDocument(statements=[s.as_iam() for s in statements])},
    )
    for resource, reason in wildcards:
        acknowledge(role, f"AwsSolutions-IAM5[Resource::{resource}]", reason)
    return role


def _first_line(agent: Agent) -> str:
    return (agent.doc or agent.id).splitlines()[0][:250]
