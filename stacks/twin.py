"""The twin of an agent: the same code in a role that cannot publish, for replays that ask what if.

Its queue has no rule: only whoever starts a replay sends to it. What it decides lies beside the agent's decisions, in
the replay's own namespace.
"""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.acknowledge import acknowledge
from stacks.arns import Arns
from stacks.role import Allow, twin_policy, wildcards
from stacks.settings import Settings
from troupe.runtime.agent import Agent
from troupe.runtime.context import Tick

_DAYS = 4
_DEAD_LETTER_DAYS = 14


def has_twin(agent: Agent) -> bool:
    """Only what is stored can be replayed: not a Tick; and who hears everything raw decides nothing."""
    return any(t is not Tick for handler in agent.handlers for t in handler.subscriptions)


class Twin(Construct):
    """Queue, dead letters, function, mapping, log and role of the twin; the rest it shares with its agent.

    of, variables: the agent's own function and its environment, which the twin shares.
    """

    def __init__(
        self,
        scope: cdk.Stack,
        settings: Settings,
        agent: Agent,
        *,
        of: lambda_.CfnFunction,
        variables: dict[str, str],
        max_receives: int,
    ) -> None:
        super().__init__(scope, "Twin")
        name = settings.names.twin(agent.id)
        arns = Arns.of(scope, settings.names, settings.places)
        dead_letters = self._queue(
            "DeadLetters",
            f"{name}-dlq",
            retention_period=cdk.Duration.days(_DEAD_LETTER_DAYS),
            redrive_allow_policy=sqs.RedriveAllowPolicy(
                redrive_permission=sqs.RedrivePermission.BY_QUEUE,
                source_queues=[sqs.Queue.from_queue_arn(self, "OwnQueue", arns.queue(name))],
            ),
        )
        queue = self._queue(
            "Queue",
            name,
            retention_period=cdk.Duration.days(_DAYS),
            visibility_timeout=cdk.Duration.seconds(6 * agent.function_timeout_s),
            dead_letter_queue=sqs.DeadLetterQueue(queue=dead_letters, max_receive_count=max_receives),
        )
        log_group = logs.CfnLogGroup(
            self, "Log", log_group_name=f"/aws/lambda/{name}", retention_in_days=settings.stage.log_days
        )
        function = lambda_.CfnFunction(
            self,
            "Function",
            function_name=name,
            description=f"What if: {agent.id}, without a voice.",
            code=of.code,
            handler=of.handler,
            runtime=of.runtime,
            architectures=of.architectures,
            role=self._role(settings, agent, arns, log_group).role_arn,
            timeout=of.timeout,
            memory_size=of.memory_size,
            logging_config=lambda_.CfnFunction.LoggingConfigProperty(log_group=log_group.ref, log_format="Text"),
            environment=lambda_.CfnFunction.EnvironmentProperty(variables={**variables, "TROUPE_TWIN": "whatif"}),
        )
        lambda_.CfnEventSourceMapping(
            self,
            "Mapping",
            function_name=function.ref,
            event_source_arn=queue.queue_arn,
            batch_size=agent.batch_size,
            function_response_types=["ReportBatchItemFailures"],
            # The least that AWS takes: a rehearsal should not take the stage's models and databases from it.
            scaling_config=lambda_.CfnEventSourceMapping.ScalingConfigProperty(maximum_concurrency=2),
        )

    def _queue(self, id: str, name: str, **properties: object) -> sqs.Queue:
        return sqs.Queue(
            self,
            id,
            queue_name=name,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            removal_policy=cdk.RemovalPolicy.DESTROY,
            **properties,  # type: ignore[arg-type]
        )

    def _role(self, settings: Settings, agent: Agent, arns: Arns, log_group: logs.CfnLogGroup) -> iam.Role:
        statements = [
            *twin_policy(agent, settings.names, arns),
            Allow("OwnLog", ("logs:CreateLogStream", "logs:PutLogEvents"), (log_group.attr_arn,)),
        ]
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            description=f"What {agent.id} may do, except to publish.",
            inline_policies={"whatif": iam.PolicyDocument(statements=[s.as_iam() for s in statements])},
        )
        for resource, reason in wildcards(agent, settings.names, settings.places):
            acknowledge(role, f"AwsSolutions-IAM5[Resource::{resource}]", reason)
        return role
