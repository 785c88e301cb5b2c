"""Plays the scenes of a demo in a local cloud of its own, under a clock that skips what nobody has to wait for."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from troupe.choreography.demos import DemoError, Scene, event_of
from troupe.choreography.discovery import contracts
from troupe.event_store.read import StoredEvent
from troupe.event_store.registry import read_agents
from troupe.local.cloud import LocalCloud
from troupe.local.play import Say, assembled


@dataclass(frozen=True, slots=True)
class Act:
    """What has come of a scene."""

    stories: tuple[str, ...]
    """The correlations that the scene itself began or went on with."""
    events: list[StoredEvent]
    """All that was recorded since the scene before, of whatever story, in the order of recording."""


@dataclass
class Stage:
    """A local cloud in which scenes are played; it remembers what has been told."""

    cloud: LocalCloud
    _stories: list[str] = field(default_factory=list)
    _told: set[tuple[str, str]] = field(default_factory=set)

    def play(self, scene: Scene) -> Act:
        """Publishes what the scene says, lets the agents come to rest and the time pass. Raises DemoError."""
        self._require_hearers(scene.publish)
        event = event_of(scene, contracts(self.cloud.root), self._latest)
        goes_on = self._stories[scene.story - 1] if scene.story else ""
        stories = [self.cloud.publish(event, goes_on) for _ in range(scene.times)]
        self.cloud.run_until_idle()
        if scene.later:
            self.cloud.run_for(scene.later)
            self.cloud.run_until_idle()
        self._stories.append(stories[0])
        return Act(tuple(dict.fromkeys(stories)), self._new())

    def _require_hearers(self, type_name: str) -> None:
        agents = read_agents(self.cloud.client("ssm"), self.cloud.names)
        if not any(handler.side_of(type_name) for agent in agents for handler in agent.handlers):
            stage = self.cloud.names.stage
            raise DemoError(
                f"Nobody in the stage {stage} hears {type_name}: cdk.json says which domains it has, if not all."
            )

    def _latest(self, type_name: str) -> Any:
        found = [event for event in self.cloud.events() if event.type == type_name and not event.divergent]
        return found[-1].data if found else None

    def _new(self) -> list[StoredEvent]:
        places = {(event.item["pk"]["S"], event.item["sk"]["S"]): event for event in self.cloud.events()}
        new = [event for place, event in places.items() if place not in self._told]
        self._told |= places.keys()
        return new


@contextmanager
def staged(root: Path, say: Say, *, takes_s: float = 0, seed: int | None = None) -> Iterator[Stage]:
    """A stage to play scenes on; what happened there is kept for `troupe trace`, also when it is broken off.

    takes_s: how much time the scenes let pass; they begin so long ago, so that the history ends now and not tomorrow.
    seed: of the order in which agents work and of every id; by default another each time, so that two plays are
    different stories in the history. Raises LocalCloudError.
    """
    assembly = assembled(root, say)
    seed = secrets.randbits(32) if seed is None else seed
    start = datetime.now(UTC) - timedelta(seconds=takes_s)
    with LocalCloud.boot(root, assembly=assembly, seed=seed, start=start) as cloud:
        try:
            yield Stage(cloud)
        finally:
            cloud.keep()
