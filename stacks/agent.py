"""One agent's stack: everything that follows from its handlers' signatures."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.acknowledge import acknowledge
from stacks.contents import Contents
from stacks.function import FunctionStack
from stacks.queues import DEAD_LETTER_DAYS, mapping, queue, working_queue
from stacks.role import policy, wildcards
from stacks.rules import TICK_PATHS, RuleOf, rules, tick_template
from stacks.settings import Settings
from stacks.twin import Twin, has_twin
from troupe.runtime.agent import Agent


class AgentStack(FunctionStack):
    """Rules, queues, function, mapping, log, alarms and role of one agent; it deploys alone."""

    def __init__(self, scope: Construct, settings: Settings, agent: Agent, contents: Contents) -> None:
        super().__init__(scope, settings, agent)
        self._rules = rules(agent, self._names)

        working, undelivered = self._queues()
        function = self._function(
            contents,
            self._environment(contents),
            policy(agent, self._names, self._arns),
            wildcards(agent, self._names, settings.places),
        )
        feeding = mapping(self, agent, function, working, agent.concurrency)
        scope = Construct(self, "Rules")
        for rule in self._rules:
            construct = self._rule(scope, rule, working, undelivered)
            # CloudFormation may otherwise update a rule before the code that it feeds, or create it before the
            # queues let it in: EventBridge does not retry what it may not deliver.
            for earlier in (feeding, working.node.find_child("Policy"), undelivered.node.find_child("Policy")):
                construct.node.add_dependency(earlier)
        self._alarms()
        self._register()
        if settings.stage.whatif and has_twin(agent):
            Twin(self, settings, agent, of=function, variables=self._environment(contents))

    def _queues(self) -> tuple[sqs.Queue, sqs.Queue]:
        """The agent's queue, with its dead letters behind it; and where a rule puts what it could not deliver."""
        working = working_queue(self, self._name, self._agent, self._arns)
        undelivered = queue(
            self,
            "Undelivered",
            self._names.undelivered(self._agent.id),
            retention_period=cdk.Duration.days(DEAD_LETTER_DAYS),
            redrive_allow_policy=sqs.RedriveAllowPolicy(redrive_permission=sqs.RedrivePermission.DENY_ALL),
        )
        acknowledge(undelivered, "AwsSolutions-SQS3", "It is itself the dead-letter queue of the rules' targets.")
        for fed in (working, undelivered):
            fed.add_to_resource_policy(self._from_rules(fed))
        return working, undelivered

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

    def _rule(self, scope: Construct, rule: RuleOf, working: sqs.Queue, undelivered: sqs.Queue) -> events.CfnRule:
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
                    arn=working.queue_arn,
                    dead_letter_config=events.CfnRule.DeadLetterConfigProperty(arn=undelivered.queue_arn),
                    input_transformer=tick if rule.schedule else None,
                )
            ],
        )

    def _alarms(self) -> None:
        """Late, given up, undeliverable: what the agent's own errors come to, so these three suffice."""
        late = self._settings.stage.late_after_s
        self._alarm(
            "late",
            f"An event has waited for {self._agent.id} for more than {late} s.",
            of=_of_queue(self._name),
            metric="ApproximateAgeOfOldestMessage",
            above=late,
        )
        self._alarm(
            "dead-letters",
            f"{self._agent.id} gave up on an event: see why in its dead letters, and redrive them.",
            of=_of_queue(self._names.dead_letters(self._agent.id)),
            metric="ApproximateNumberOfMessagesVisible",
            above=0,
        )
        self._alarm(
            "undelivered",
            f"A rule could not deliver an event to {self._agent.id}; it waits in the undelivered queue.",
            of=_of_queue(self._names.undelivered(self._agent.id)),
            metric="ApproximateNumberOfMessagesVisible",
            above=0,
        )


def _of_queue(name: str) -> tuple[str, str, str]:
    return "AWS/SQS", "QueueName", name
