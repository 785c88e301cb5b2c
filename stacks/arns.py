"""ARNs of what other stacks create: composed from names, so that no stack imports from another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

import aws_cdk as cdk

from troupe.runtime.settings import Names


class Arns:
    """The ARNs of a stage, wherever it is deployed."""

    def __init__(self, names: Names, places: Mapping[str, str], more: Mapping[str, str]) -> None:
        self._names = names
        own = {**places, "app": names.app, "stage": names.stage}
        self._places = {**own, **{key: pattern.format_map(own) for key, pattern in more.items()}}

    @classmethod
    def of(cls, stack: cdk.Stack, names: Names, more: Mapping[str, str]) -> Self:
        """As one of the stage's stacks sees them: partition, region and account are known when it is deployed.

        more: further placeholders, such as those of the stage's settings.
        """
        return cls(names, {"partition": stack.partition, "region": stack.region, "account": stack.account}, more)

    @classmethod
    def spelled(cls, names: Names, more: Mapping[str, str]) -> Self:
        """As cdk-nag spells them in its findings."""
        return cls(names, {key: f"<AWS::{name}>" for key, name in _PSEUDO_PARAMETERS.items()}, more)

    def fill(self, pattern: str) -> str:
        """Replaces the placeholders of a Grant's resource. Raises KeyError for one that does not exist."""
        return pattern.format_map(self._places)

    @property
    def bus(self) -> str:
        return self.fill(f"arn:{{partition}}:events:{{region}}:{{account}}:event-bus/{self._names.bus}")

    def rule(self, name: str, *, scheduled: bool) -> str:
        """Of a rule on the stage's bus; schedules only exist on the account's default bus."""
        bus = "" if scheduled else f"{self._names.bus}/"
        return self.fill(f"arn:{{partition}}:events:{{region}}:{{account}}:rule/{bus}{name}")

    @property
    def decisions(self) -> str:
        return self.fill(f"arn:{{partition}}:dynamodb:{{region}}:{{account}}:table/{self._names.decisions}")

    @property
    def alarms(self) -> str:
        return self.fill(f"arn:{{partition}}:sns:{{region}}:{{account}}:{self._names.alarms}")

    def parameter(self, name: str) -> str:
        """Of a parameter's name, which begins with a slash."""
        return self.fill(f"arn:{{partition}}:ssm:{{region}}:{{account}}:parameter{name}")

    def queue(self, name: str) -> str:
        return self.fill(f"arn:{{partition}}:sqs:{{region}}:{{account}}:{name}")

    @property
    def payload_bucket(self) -> str:
        """Its name, not its ARN: what the function's environment says."""
        return self._names.payloads(self._places["account"], self._places["region"])

    def payloads(self, type_name: str) -> str:
        """The objects that hold the large data of one event type."""
        return self.fill("arn:{partition}:s3:::") + f"{self.payload_bucket}/payload/{type_name}/*"


_PSEUDO_PARAMETERS = {"partition": "Partition", "region": "Region", "account": "AccountId"}
