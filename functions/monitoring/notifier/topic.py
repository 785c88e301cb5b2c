"""The topic that the stage's alarms speak to; whoever cdk.json names as `alarm_email` hears it."""

from __future__ import annotations

from typing import ClassVar, Self

from troupe import Grant, Need
from troupe.runtime.aws import client
from troupe.runtime.settings import RuntimeSettings


class AlarmTopic(Need):
    """Amazon SNS Publish, to one topic.

    A standard topic has no idempotency: what is published again is delivered again, if the process dies between
    telling and recording. The key travels as the attribute `key`, the same on every attempt, so that a second copy can
    be told.
    """

    grants: ClassVar[tuple[Grant, ...]] = (
        Grant(("sns:Publish",), ("arn:{partition}:sns:{region}:{account}:{app}-{stage}-alarms",)),
    )

    def __init__(self, arn: str) -> None:
        self._arn = arn

    @classmethod
    def open(cls, settings: RuntimeSettings) -> Self:
        # The bucket's name ends in account and region: no call is needed to learn where we are.
        account, _, region = settings.payload_bucket.removeprefix(settings.names.payloads("", "")[:-1]).partition("-")
        return cls(f"arn:{client('sns').meta.partition}:sns:{region}:{account}:{settings.names.alarms}")

    def say(self, subject: str, text: str, *, key: str) -> None:
        """Publishes; raises botocore's errors, so that the event comes again."""
        client("sns").publish(
            TopicArn=self._arn,
            Subject=subject,
            Message=text,
            MessageAttributes={"key": {"DataType": "String", "StringValue": key}},
        )
