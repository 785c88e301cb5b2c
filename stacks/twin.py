"""The twin of an agent: the same code in a role that cannot publish, for replays that ask what if.

Its queue has no rule: only whoever starts a replay sends to it. What it decides lies beside the agent's decisions, in
the replay's own namespace.
"""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from stacks.arns import Arns
from stacks.function import role_of
from stacks.queues import mapping, working_queue
from stacks.role import twin_policy, wildcards
from stacks.settings import Settings
from troupe.runtime.agent import Agent
from troupe.runtime.context import Tick

_CONCURRENCY = 2
"""The least that AWS takes: a rehearsal should not take the stage's models and databases from it."""


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
    ) -> None:
        super().__init__(scope, "Twin")
        name = settings.names.twin(agent.id)
        arns = Arns.of(scope, settings.names, settings.places)
        working = working_queue(self, name, agent, arns)
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
            role=role_of(
                self,
                f"What {agent.id} may do, except to publish.",
                log_group,
                twin_policy(agent, settings.names, arns),
                wildcards(agent, settings.names, settings.places),
            ).role_arn,
            timeout=of.timeout,
            memory_size=of.memory_size,
            logging_config=lambda_.CfnFunction.LoggingConfigProperty(log_group=log_group.ref, log_format="Text"),
            environment=lambda_.CfnFunction.EnvironmentProperty(variables={**variables, "TROUPE_TWIN": "whatif"}),
        )
        mapping(self, agent, function, working, _CONCURRENCY)
