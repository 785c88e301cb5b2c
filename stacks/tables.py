"""DynamoDB tables: how each one of a stage is made, and the stack of one that a need brings."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from stacks.settings import Settings, StageSettings


class TableStack(cdk.Stack):
    """A table for the agents that have a need for it.

    A stack of its own, since several agents may share the table and the core must not change with every new need.
    """

    def __init__(self, scope: Construct, settings: Settings, name: str) -> None:
        full = settings.names.table(name)
        super().__init__(
            scope,
            full,
            stack_name=full,
            description=f"{settings.names.app} {settings.names.stage}: the table {name}, for the agents that need it",
            termination_protection=settings.stage.protect_data,
        )
        cdk.Tags.of(self).add("app", settings.names.app)
        cdk.Tags.of(self).add("stage", settings.names.stage)
        table(self, "Table", full, settings.stage)


def table(scope: Construct, id: str, name: str, stage: StageSettings, sort_key: str | None = None) -> dynamodb.Table:
    """A table with the partition key `pk`, paid per request, protected and restorable as the stage says."""
    return dynamodb.Table(
        scope,
        id,
        table_name=name,
        partition_key=text("pk"),
        sort_key=text(sort_key) if sort_key else None,
        time_to_live_attribute="ttl",
        billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
        point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
            point_in_time_recovery_enabled=stage.point_in_time_recovery
        ),
        deletion_protection=stage.protect_data,
        removal_policy=removal(stage),
    )


def removal(stage: StageSettings) -> cdk.RemovalPolicy:
    """What becomes of data when its stack goes."""
    return cdk.RemovalPolicy.RETAIN if stage.protect_data else cdk.RemovalPolicy.DESTROY


def text(name: str) -> dynamodb.Attribute:
    """A key that is text."""
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)
