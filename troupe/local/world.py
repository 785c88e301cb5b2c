"""What the templates say about the parts that are ours: functions, mappings, roles and policies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from troupe.local.authorization import Role
from troupe.local.policies import Policy


@dataclass(frozen=True, slots=True)
class Function:
    """A Lambda function. Its code comes from the source tree, everything else from the template."""

    name: str
    arn: str
    handler: str
    timeout_s: int
    memory_mb: int
    environment: Mapping[str, str]
    role: Role
    log_group: str

    @property
    def agent_id(self) -> str:
        """The agent in it; the function's name for a function that is no agent."""
        return self.environment.get("TROUPE_AGENT", self.name)


@dataclass(frozen=True, slots=True)
class EventSource:
    """An event source mapping: feeds a function from a queue."""

    queue: str
    """The queue's name."""
    queue_arn: str
    function: Function
    batch_size: int
    max_concurrency: int | None
    reports_failures: bool
    """ReportBatchItemFailures: the function's answer says which messages failed. Without it a batch is one."""


@dataclass(slots=True)
class World:
    """Everything of an assembly that the local cloud itself carries out."""

    functions: dict[str, Function] = field(default_factory=dict)
    """By ARN."""
    mappings: list[EventSource] = field(default_factory=list)
    roles: dict[str, Role] = field(default_factory=dict)
    """By ARN."""
    resource_policies: dict[str, Policy] = field(default_factory=dict)
    """By the ARN of the queue or bucket."""
    log_groups: set[str] = field(default_factory=set)
    urls: set[str] = field(default_factory=set)
    """ARNs of the functions that have a URL."""
    parameters: dict[str, str] = field(default_factory=dict)
    """SSM parameters by name."""

    @property
    def desk(self) -> Function | None:
        """The function that people speak to, which has a URL; None where a project has no such thing."""
        return next((self.functions[arn] for arn in sorted(self.urls)), None)
