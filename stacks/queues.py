"""The queues of an agent and of its twin, and what feeds a function from one."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.arns import Arns
from troupe.runtime.agent import Agent

MAX_RECEIVES = 5
"""Deliveries before a message is dead-lettered. AWS asks for 5 at least: throttled receives count as well."""
DEAD_LETTER_DAYS = 14
"""Longer than the queue's retention, because a dead-lettered message keeps the time of its first enqueueing."""
_QUEUE_DAYS = 4
_VISIBILITY_FACTOR = 6
"""Visibility timeout over function timeout, as AWS advises for queues that feed a function."""


def queue(scope: Construct, id: str, name: str, **properties: Any) -> sqs.Queue:
    """A queue as every one here is: encrypted, over TLS only, gone with its stack."""
    return sqs.Queue(
        scope,
        id,
        queue_name=name,
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
        removal_policy=cdk.RemovalPolicy.DESTROY,
        **properties,
    )


def working_queue(scope: Construct, name: str, agent: Agent, arns: Arns) -> sqs.Queue:
    """The queue that feeds a function of the agent, with `<name>-dlq` behind it, which takes from nowhere else."""
    own = sqs.Queue.from_queue_arn(scope, "OwnQueue", arns.queue(name))
    dead_letters = queue(
        scope,
        "DeadLetters",
        f"{name}-dlq",
        retention_period=cdk.Duration.days(DEAD_LETTER_DAYS),
        redrive_allow_policy=sqs.RedriveAllowPolicy(
            redrive_permission=sqs.RedrivePermission.BY_QUEUE, source_queues=[own]
        ),
    )
    return queue(
        scope,
        "Queue",
        name,
        retention_period=cdk.Duration.days(_QUEUE_DAYS),
        visibility_timeout=cdk.Duration.seconds(_VISIBILITY_FACTOR * agent.function_timeout_s),
        dead_letter_queue=sqs.DeadLetterQueue(queue=dead_letters, max_receive_count=MAX_RECEIVES),
    )


def mapping(
    scope: Construct, agent: Agent, function: lambda_.CfnFunction, queue: sqs.Queue, concurrency: int
) -> lambda_.CfnEventSourceMapping:
    """Feeds the function from the queue; what it reports as failed comes back, and nothing else."""
    return lambda_.CfnEventSourceMapping(
        scope,
        "Mapping",
        function_name=function.ref,
        event_source_arn=queue.queue_arn,
        batch_size=agent.batch_size,
        function_response_types=["ReportBatchItemFailures"],
        scaling_config=lambda_.CfnEventSourceMapping.ScalingConfigProperty(maximum_concurrency=concurrency),
    )
