"""Where the verbs that look back read: a deployed stage, the running `troupe up`, or the history of local runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from troupe.event_store.read import Reader, Story
    from troupe.event_store.trace import Trace
    from troupe.runtime.parts import AgentPart
    from troupe.runtime.settings import Names

LAST = "last"
_TICK = timedelta(milliseconds=1)
WORKERS = 8
"""Partitions of a deployed store that are read at the same time."""

Stage = Annotated[str, typer.Option("--stage", help="A deployed stage; without it, what was played on this machine.")]


class SightError(ValueError):
    """What was asked for cannot be seen there; one sentence."""


@dataclass(frozen=True)
class Sight:
    """An event store that can be read, with what lies beside it."""

    names: Names
    payload_bucket: str
    deployed: bool
    live: bool
    """Whether anything can still happen in it."""

    @cached_property
    def reader(self) -> Reader:
        from troupe.event_store.read import Reader

        # Locally one process answers, one call after the other.
        workers = WORKERS if self.deployed else 1
        return Reader(_client("dynamodb"), self.names.events, self.payload_bucket, workers=workers)

    @cached_property
    def agents(self) -> list[AgentPart]:
        from troupe.event_store.registry import read_agents

        return read_agents(_client("ssm"), self.names)

    @property
    def lag_s(self) -> float:
        """How far short of now a window ends; the indexes of a store on this machine are never late."""
        from troupe.event_store.follow import LAG_S

        return LAG_S if self.deployed else 0

    def window(self, since: str, until: str) -> tuple[datetime, datetime]:
        """The window to read, ending where the index can be trusted. Raises MomentError.

        On this machine it is narrowed to when anything was recorded; it then ends after now where a run has skipped
        hours of waiting.
        """
        from troupe.event_store.moments import window

        now = datetime.now(UTC)
        begins, ends = window(since, until, now)
        if self.deployed:
            trusted = now - timedelta(seconds=self.lag_s)
            return min(begins, trusted), min(ends, trusted)
        from troupe.local.recall import extent

        held = extent(self.names)
        if held is None:
            return begins, begins
        oldest, newest = (datetime.fromisoformat(text) for text in held)
        return max(begins, oldest), min(ends, newest + _TICK) if until else newest + _TICK

    def require_live(self) -> None:
        """Raises SightError for the history, to which nothing is added while it is read."""
        if not self.live:
            raise SightError("Nothing is running here to follow: start `troupe up`, or name a stage with --stage.")

    def trace(self, story: Story) -> Trace:
        """The story with who has not decided yet, and how the decisions were made."""
        from troupe.choreography.patterns import matches
        from troupe.event_store.decided import decided
        from troupe.event_store.trace import Trace
        from troupe.event_store.undecided import undecided

        dynamodb, decisions, app = _client("dynamodb"), self.names.decisions, self.names.app
        return Trace(
            story,
            app,
            datetime.now(UTC),
            undecided(story.events, self.agents, dynamodb, decisions, matches=matches),
            decided(story.events, self.agents, dynamodb, decisions, app),
        )


@contextmanager
def sight(root: Path, stage: str) -> Iterator[Sight]:
    """What can be seen of a stage; without one, of the cloud that is up here, else of the history."""
    for place in _places(root, stage):
        with place as found:
            yield found
            return


@contextmanager
def sighted(root: Path, stage: str, correlation_id: str) -> Iterator[tuple[Sight, Story]]:
    """A story by its correlation, or the `last` one, wherever it is found. Raises SightError."""
    for place in _places(root, stage):
        with place as found:
            story = found.reader.story(_latest(found) if correlation_id == LAST else correlation_id)
            if story.events or story.damaged:
                yield found, story
                return
    if stage:
        raise SightError(f"The stage {stage} knows no correlation {correlation_id[:100]}; `troupe events` lists some.")
    if correlation_id == LAST:
        raise SightError('The history is empty; begin with: make ask Q="…"')
    raise SightError(
        f"The history knows no correlation {correlation_id[:100]}; `troupe trace last` shows the latest one."
    )


def _places(root: Path, stage: str) -> Iterator[Any]:
    if stage:
        yield _deployed(root, stage)
        return
    from troupe.local.up.presence import running

    up = running(root)
    if up is not None:
        yield _up(up)
    yield _history(root)


@contextmanager
def _deployed(root: Path, stage: str) -> Iterator[Sight]:
    from troupe.operations.reach import reached

    with reached(root, stage) as here:
        yield Sight(here.names, here.payload_bucket, deployed=True, live=True)


@contextmanager
def _up(up: Any) -> Iterator[Sight]:
    from troupe.local.up.visit import visiting

    with visiting(up):
        yield local(up.names, live=True)


@contextmanager
def _history(root: Path) -> Iterator[Sight]:
    from troupe.local.recall import recalled

    with recalled(root) as names:
        yield local(names, live=False)


def local(names: Names, *, live: bool) -> Sight:
    """The store of a cloud on this machine that is open in this process."""
    from troupe.local.backends import ACCOUNT, REGION

    return Sight(names, names.payloads(ACCOUNT, REGION), deployed=False, live=live)


def _latest(found: Sight) -> str:
    """The correlation whose story began last. Raises SightError in a deployed stage, which nobody should scan."""
    if found.deployed:
        raise SightError("`last` is for this machine; `troupe events --stage …` lists the correlations of a stage.")
    from troupe.local.recall import latest

    return latest(found.names)


def _client(service: str) -> Any:
    from troupe.runtime.aws import client

    return client(service)
