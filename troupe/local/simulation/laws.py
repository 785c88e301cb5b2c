"""Laws of a domain: what must hold of its own once its stories have drained, whatever went wrong on the way.

A domain states them in functions/<domain>/laws.py, beside its agents:

def violations(after: Aftermath) -> Iterator[str]: …

The engine asks after every run of the simulation whose dead letters were all sent back, and so may any test. What
stands there does not ship, since no agent imports it.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from troupe.event_store.read import StoredEvent
from troupe.local.backends import ACCOUNT, REGION
from troupe.local.cloud import LocalCloud
from troupe.local.outbox import Letter


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What is left when all agents have come to rest."""

    events: list[StoredEvent]
    """Everything that was recorded, of whatever story."""
    kept: dict[str, Decimal]
    """Money: by the receipt of each charge what is left of it after its refunds."""
    letters: list[Letter]
    """E-mails that were sent."""
    items: Callable[[str], list[dict[str, Any]]]
    """The items of a table that a need brings, by its short name."""
    objects: Callable[[str], dict[str, bytes]]
    """What lies in the stage's bucket under a prefix, by key."""

    @classmethod
    def of(cls, cloud: LocalCloud) -> Aftermath:
        read = TypeDeserializer().deserialize

        def items(name: str) -> list[dict[str, Any]]:
            pages = cloud.client("dynamodb").get_paginator("scan").paginate(TableName=cloud.names.table(name))
            return [{key: read(value) for key, value in item.items()} for page in pages for item in page["Items"]]

        def objects(prefix: str) -> dict[str, bytes]:
            s3, bucket = cloud.client("s3"), cloud.names.payloads(ACCOUNT, REGION)
            pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
            keys = [entry["Key"] for page in pages for entry in page.get("Contents", ())]
            return {key: s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}

        return cls(cloud.events(), cloud.ledger.kept(), list(cloud.outbox.letters), items, objects)


Law = Callable[[Aftermath], Iterable[str]]


def laws(root: Path, domains: Iterable[str]) -> dict[str, Law]:
    """The laws of those domains that have some. The project under `root` must be the one that was entered."""
    return {
        domain: importlib.import_module(f"functions.{domain}.laws").violations
        for domain in sorted(set(domains))
        if (root / "functions" / domain / "laws.py").is_file()
    }


def broken(cloud: LocalCloud, known: dict[str, Law]) -> Iterator[str]:
    """What does not hold, each sentence behind its domain's name."""
    after = Aftermath.of(cloud) if known else None
    for domain, law in known.items():
        yield from (f"{domain}: {violation}" for violation in law(after))  # type: ignore[arg-type]
