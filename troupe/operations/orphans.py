"""Deployed agents whose folder is gone: `cdk deploy --all` leaves their stacks running, and they hear and speak on."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass

from troupe.runtime.aws import client
from troupe.runtime.settings import Names

_GONE = ("DELETE_COMPLETE", "DELETE_IN_PROGRESS")
_WAITING = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)


@dataclass(frozen=True, slots=True)
class Orphan:
    """An agent's stack that the project no longer says anything about."""

    stack: str
    agent: str


def orphans(names: Names, kept: Collection[str]) -> list[Orphan]:
    """The stage's agent stacks, by their tags, that are not among the stacks `kept`."""
    found = []
    for page in client("cloudformation").get_paginator("describe_stacks").paginate():
        for stack in page["Stacks"]:
            tags = {tag["Key"]: tag["Value"] for tag in stack.get("Tags", ())}
            ours = (tags.get("app"), tags.get("stage")) == (names.app, names.stage) and "agent" in tags
            if ours and stack["StackName"] not in kept and stack["StackStatus"] not in _GONE:
                found.append(Orphan(stack["StackName"], tags["agent"]))
    return sorted(found, key=lambda orphan: orphan.agent)


def silence(orphan: Orphan, names: Names) -> None:
    """Lets nothing more come to it, no event and no tick; what has come is still worked on."""
    events = client("events")
    for rule in _resources(orphan, "AWS::Events::Rule"):
        # CloudFormation names a rule `bus|rule`, but one on the default bus, such as a schedule, by itself.
        bus, _, name = rule.rpartition("|")
        for on in (bus,) if bus else (names.bus, "default"):
            with suppress(events.exceptions.ResourceNotFoundException):
                events.disable_rule(Name=name, EventBusName=on)


def waiting(orphan: Orphan) -> dict[str, int]:
    """How many messages each of its queues holds, those without any left out."""
    sqs = client("sqs")
    depths = {}
    for url in _resources(orphan, "AWS::SQS::Queue"):
        told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(_WAITING))["Attributes"]
        depths[url.rpartition("/")[2]] = sum(int(told.get(name, 0)) for name in _WAITING)
    return {queue: depth for queue, depth in sorted(depths.items()) if depth}


def destroy(orphan: Orphan) -> None:
    """Has its stack deleted; that goes on after this returns."""
    client("cloudformation").delete_stack(StackName=orphan.stack)


def _resources(orphan: Orphan, type_: str) -> Iterator[str]:
    pages = client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=orphan.stack)
    for page in pages:
        for resource in page["StackResourceSummaries"]:
            if resource["ResourceType"] == type_ and resource.get("PhysicalResourceId"):
                yield resource["PhysicalResourceId"]
