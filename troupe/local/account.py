"""One account on this machine as an assembly describes it: what both ways of running it share."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from troupe.event_store.read import Reader, StoredEvent
from troupe.local import backends, loader, queues
from troupe.local.assembly import Stack
from troupe.local.backends import ACCOUNT, REGION
from troupe.local.clock import Clock
from troupe.local.endpoint import Endpoint
from troupe.local.errors import LocalCloudError
from troupe.local.parameters import Parameters
from troupe.local.queues import QueueDepth
from troupe.local.router import Router
from troupe.local.world import World
from troupe.runtime.aws import client
from troupe.runtime.contract import Event
from troupe.runtime.envelope import Envelope
from troupe.runtime.payloads import Payloads
from troupe.runtime.person import DESK, is_said_by_a_person
from troupe.runtime.publisher import Publisher
from troupe.runtime.settings import Names


@dataclass(frozen=True, slots=True)
class Account:
    """What has been loaded; moto holds the queues, tables and buckets themselves."""

    names: Names
    world: World
    router: Router
    endpoint: Endpoint

    @classmethod
    def load(cls, root: Path, stacks: Iterable[Stack], clock: Clock, seed: int | None = None) -> Account:
        """Puts everything into an account that is empty before. Raises LocalCloudError.

        seed: for the ids that moto makes up; None for random ones.
        """
        backends.forget_everything(seed)
        world = loader.load(stacks)
        authorizer = loader.authorizer(world)
        router = Router(authorizer)
        router.check()
        parameters = Parameters(authorizer.arns)
        for name, value in world.parameters.items():
            parameters.declare(name, value)
        return cls(_names(root, world), world, router, Endpoint(authorizer, parameters, clock))

    def queues(self, now_ms: float) -> dict[str, QueueDepth]:
        """The depth of every queue that feeds a function, by its name."""
        undelivered: dict[str, set[str]] = {}
        for rule in backends.rules():
            for target in rule.targets:
                if "DeadLetterConfig" in target:
                    undelivered.setdefault(target["Arn"], set()).add(target["DeadLetterConfig"]["Arn"])
        held = backends.queues()
        by_arn = {queue.queue_arn: queue for queue in held.values()}
        return {
            source.queue: queues.depth(
                held[source.queue],
                now_ms,
                [by_arn[arn] for arn in sorted(undelivered.get(source.queue_arn, ())) if arn in by_arn],
            )
            for source in self.world.mappings
        }


def publish(names: Names, event: Event, correlation_id: str = "") -> str:
    """Puts an event from outside on the bus; returns its correlation id. Raises LocalCloudError.

    What a person says bears the desk's source, as if the desk had let it in: it is not asked, and nobody is stamped.
    For tests, simulations and benchmarks; people on this machine go through the desk (troupe/local/front_door.py).
    """
    envelope = Envelope.root(event, outside(names, event), correlation_id=correlation_id)
    sealed = Payloads(names.payloads(ACCOUNT, REGION)).spill([envelope])
    refused = Publisher(names.bus).publish(sealed)
    if refused:
        raise LocalCloudError(f"{event.type_name()} was not published: {next(iter(refused.values()))}")
    return envelope.metadata.correlation_id


def outside(names: Names, event: Event) -> str:
    """The source of an event from outside: the desk's, if a person says such things, else the command line's."""
    return f"{names.app}.{DESK if is_said_by_a_person(type(event)) else 'cli'}"


def reader(names: Names) -> Reader:
    """Reads the event store, large payloads included."""
    return Reader(client("dynamodb"), names.events, names.payloads(ACCOUNT, REGION))


def stored(names: Names) -> list[StoredEvent]:
    """All events of the event store, in no order. A scan: for a store on this machine only."""
    pages = client("dynamodb").get_paginator("scan").paginate(TableName=names.events)
    return [StoredEvent(item) for page in pages for item in page["Items"] if item["sk"]["S"][:2] in ("E#", "D#")]


def _names(root: Path, world: World) -> Names:
    for function in world.functions.values():
        if "TROUPE_APP" in function.environment:
            return Names(function.environment["TROUPE_APP"], function.environment["TROUPE_STAGE"])
    try:
        context = json.loads((root / "cdk.json").read_text(encoding="utf-8"))["context"]
        return Names(context["app"], context["stage"])
    except (OSError, ValueError, KeyError, TypeError):
        raise LocalCloudError(
            f"Neither a function nor {root / 'cdk.json'} says what app and stage these are."
        ) from None
