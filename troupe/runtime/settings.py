"""What the environment of a function says, read once and typed; and the names of what belongs to a stage."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Names:
    """Deterministic names of a stage's shared resources, so that any agent deploys alone.

    Stacks create resources under these names, grants and needs refer to them: no cross-stack exports.
    """

    app: str
    stage: str

    @property
    def prefix(self) -> str:
        return f"{self.app}-{self.stage}"

    @property
    def bus(self) -> str:
        return self.prefix

    @property
    def events(self) -> str:
        """The event store's table."""
        return f"{self.prefix}-events"

    @property
    def decisions(self) -> str:
        """The decision table."""
        return f"{self.prefix}-decisions"

    @property
    def warehouse(self) -> str:
        """Stack and cluster of the warehouse; `<this>-reader` is the secret of the role that asks."""
        return f"{self.prefix}-warehouse"

    @property
    def alarms(self) -> str:
        """The topic that every alarm speaks to."""
        return f"{self.prefix}-alarms"

    def table(self, name: str) -> str:
        """A table that a need brings."""
        return f"{self.prefix}-{name}"

    def payloads(self, account: str, region: str) -> str:
        """The payload bucket; account and region make it unique in the world."""
        return f"{self.prefix}-payloads-{account}-{region}"

    def agent(self, agent_id: str) -> str:
        """Function, queue and stack of an agent: `query.sql-agent` → `<app>-<stage>-query-sql-agent`."""
        return f"{self.prefix}-{agent_id.replace('.', '-')}"

    def dead_letters(self, agent_id: str) -> str:
        """Where messages go that the agent failed on."""
        return f"{self.agent(agent_id)}-dlq"

    def undelivered(self, agent_id: str) -> str:
        """Where events go that a rule could not deliver to the agent's queue."""
        return f"{self.agent(agent_id)}-undelivered"

    def twin(self, agent_id: str) -> str:
        """Function and queue of the agent's twin, which asks what if; `<this>-dlq` takes what it failed on."""
        return f"{self.agent(agent_id)}-whatif"

    def parameter(self, name: str) -> str:
        """An SSM parameter of the stage."""
        return f"/{self.app}/{self.stage}/{name}"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a stage lets a story grow to before it is halted, unless cdk.json says otherwise."""

    max_depth: int = 50
    """Events along one causal path."""
    max_repeats: int = 25
    """Times that one handler may act along one causal path."""
    max_events: int = 1000
    """Events in one correlation; counted loosely, since nobody counts for all."""


@dataclass(frozen=True, slots=True)
class RuntimeSettings:
    """The environment variables that a stack sets on every agent's function."""

    names: Names
    agent_id: str
    agent_version: str
    payload_bucket: str
    max_depth: int
    max_repeats: int
    max_events: int
    max_receives: int
    decisions_ttl_s: int
    grace_s: int = 3600
    """How long a stalled story may still be finished before the watchdog abandons it."""
    twin: bool = False
    """This is the agent's twin: it takes what-if replays from a queue of its own, and no role lets it publish."""

    @property
    def queue(self) -> str:
        """The queue that feeds this function."""
        return self.names.twin(self.agent_id) if self.twin else self.names.agent(self.agent_id)

    @property
    def dead_letters(self) -> str:
        """Where this function's messages go that it gives up on."""
        return f"{self.queue}-dlq"

    @classmethod
    def from_environment(cls) -> RuntimeSettings:
        """Reads TROUPE_*; raises RuntimeError naming the first variable that is missing."""
        return cls(
            names=Names(_variable("TROUPE_APP"), _variable("TROUPE_STAGE")),
            agent_id=_variable("TROUPE_AGENT"),
            agent_version=_variable("TROUPE_AGENT_VERSION"),
            payload_bucket=_variable("TROUPE_PAYLOAD_BUCKET"),
            max_depth=int(_variable("TROUPE_MAX_DEPTH")),
            max_repeats=int(_variable("TROUPE_MAX_REPEATS")),
            max_events=int(_variable("TROUPE_MAX_EVENTS")),
            max_receives=int(_variable("TROUPE_MAX_RECEIVES")),
            decisions_ttl_s=int(_variable("TROUPE_RETENTION_DAYS")) * 86_400,
            grace_s=int(os.environ.get("TROUPE_GRACE_S", "3600")),
            twin=os.environ.get("TROUPE_TWIN") == "whatif",
        )


def _variable(name: str) -> str:
    try:
        return os.environ[name]
    except KeyError:
        raise RuntimeError(
            f"The environment variable {name} is missing: an agent's function gets it from its stack."
        ) from None


def project_root() -> Path:
    """The folder that holds functions/, contracts/ and troupe/: the checkout, or /var/task on Lambda."""
    return Path(__file__).resolve().parents[2]
