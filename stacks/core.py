"""The core of a stage: the bus with its archive, the tables, the payload bucket, the topic that alarms speak to."""

from __future__ import annotations

import json

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from stacks.acknowledge import acknowledge
from stacks.settings import Settings
from stacks.tables import removal, table, text


class CoreStack(cdk.Stack):
    """What the agents of a stage share. They find it by its names: it exports nothing."""

    def __init__(self, scope: Construct, settings: Settings) -> None:
        name = f"{settings.names.prefix}-core"
        super().__init__(
            scope,
            name,
            stack_name=name,
            description=f"{settings.names.app} {settings.names.stage}: bus, event store, decisions, payloads, alarms",
            termination_protection=settings.stage.protect_data,
        )
        self._names, self._stage = settings.names, settings.stage
        cdk.Tags.of(self).add("app", settings.names.app)
        cdk.Tags.of(self).add("stage", settings.names.stage)
        self._bus()
        self._event_store()
        self._decisions()
        self._payloads()
        self._alarms()
        self._parameters()

    def _bus(self) -> None:
        bus = events.EventBus(self, "Bus", event_bus_name=self._names.bus)
        # An independent copy beside the event store. EventBridge itself keeps replays out of it.
        events.CfnArchive(
            self,
            "Archive",
            archive_name=self._names.bus,
            source_arn=bus.event_bus_arn,
            retention_days=self._stage.archive_days,
        )

    def _event_store(self) -> None:
        events = table(self, "Events", self._names.events, self._stage, sort_key="sk")
        for index, key in (("window", "window"), ("failures", "failure")):
            events.add_global_secondary_index(
                index_name=index,
                partition_key=text(key),
                sort_key=text("recorded"),
                projection_type=dynamodb.ProjectionType.ALL,
            )

    def _decisions(self) -> None:
        table(self, "Decisions", self._names.decisions, self._stage)

    def _payloads(self) -> None:
        days = cdk.Duration.days(self._stage.retention_days)
        bucket = s3.Bucket(
            self,
            "Payloads",
            bucket_name=self._names.payloads(self.account, self.region),
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            # An agent may write under its own types, also over what is there; the first version must survive that.
            versioned=True,
            lifecycle_rules=[
                s3.LifecycleRule(
                    id="retention",
                    expiration=days,
                    noncurrent_version_expiration=days,
                    abort_incomplete_multipart_upload_after=cdk.Duration.days(1),
                )
            ],
            removal_policy=removal(self._stage),
        )
        acknowledge(
            bucket,
            "AwsSolutions-S1",
            "Only the agents' roles may use the bucket; who read what is CloudTrail's to tell, not an access log's.",
        )

    def _alarms(self) -> None:
        topic = sns.Topic(self, "Alarms", topic_name=self._names.alarms, enforce_ssl=True)
        # A topic policy replaces the default one, so CloudWatch needs leave to speak.
        topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AlarmsOfThisStage",
                actions=["sns:Publish"],
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                resources=[topic.topic_arn],
                conditions={
                    "StringEquals": {"aws:SourceAccount": self.account},
                    "ArnLike": {
                        "aws:SourceArn": self.format_arn(
                            service="cloudwatch",
                            resource="alarm",
                            resource_name=f"{self._names.prefix}-*",
                            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
                        )
                    },
                },
            )
        )
        if self._stage.alarm_email:
            topic.add_subscription(subscriptions.EmailSubscription(self._stage.alarm_email))

    def _parameters(self) -> None:
        """Claims, which model agents may ask, who translates: read at run time, so that a change deploys no agent."""
        stage = self._stage
        model = {"id": stage.model, "guardrail": stage.guardrail}
        for name, description, value in (
            ("claims", "What is said of people, by their ARN.", json.dumps(stage.claims)),
            ("model", "The language model of the stage.", json.dumps({k: v for k, v in model.items() if v})),
            ("translator", "Who turns questions into SQL.", stage.translator),
        ):
            ssm.CfnParameter(
                self,
                f"Parameter-{name}",
                name=self._names.parameter(name),
                description=description,
                type="String",
                tier="Intelligent-Tiering",
                value=value,
            )
