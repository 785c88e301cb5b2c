"""A need is what a handler asks for by type: something outside, opened once and closed with the process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from troupe.runtime.settings import RuntimeSettings


@dataclass(frozen=True, slots=True)
class Grant:
    """What the role of an agent with this need may do.

    Resources are ARNs with the placeholders {partition}, {region}, {account}, {app} and {stage}, or {warehouse_cluster}
    and {warehouse_secret}; a grant on what the stage does not have is left out.
    """

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    leading_keys: tuple[str, ...] = ()
    """For DynamoDB: only items whose partition key is like one of these (`dynamodb:LeadingKeys`, with `*`)."""
    why: str = ""
    """Why a resource has a wildcard, where one has: cdk-nag asks, and the reason stands in the template."""


class Need:
    """Base of every adapter. A parameter of this type brings the need's grants and files to the agent.

    Tests call the handler with a fake instead: `run(event, fake)`.
    """

    grants: ClassVar[tuple[Grant, ...]] = ()
    files: ClassVar[tuple[str, ...]] = ()
    """Files of the project, relative to its root, that ship with every agent that has this need."""
    tables: ClassVar[tuple[str, ...]] = ()
    """DynamoDB tables that a stage has where an agent has this need: `stock` is `<app>-<stage>-stock`, whose partition
    key is the text `pk`. The need's grants say what may be done with them. See docs/needs.md."""
    slow: ClassVar[bool] = False
    """True for what answers in seconds (a model, a warehouse): its agents take one event at a time."""
    acts: ClassVar[bool] = False
    """True for what changes the world outside (charges, sends, takes from a shelf): no replay may think it anew."""

    @classmethod
    def open(cls, settings: RuntimeSettings) -> Self:
        """Connects, once per execution environment. Raises when the other side cannot be reached."""
        raise TypeError(f"{cls.__name__} must say how it is opened: define the class method open(settings).")

    @classmethod
    def is_outage(cls, error: Exception) -> bool:
        """Whether this error, which a handler let through, says that the other side is down or overloaded.

        After a few in a row the need is left alone for a while, and letters wait (troupe/runtime/breaker.py). A failed
        opening counts in any case.
        """
        return False
