"""Plays one story in a local cloud of its own: an event goes in, the agents come to rest, the story comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from troupe.event_store.read import Story
from troupe.runtime.contract import Event
from troupe.runtime.settings import Names

Say = Callable[[str], None]
"""Where it is told what is being done."""


@dataclass(frozen=True, slots=True)
class Played:
    """A story that has come to rest, and the names of the stage that it was played on."""

    story: Story
    names: Names


@contextmanager
def play(root: Path, event: Event, say: Say, *, warehouse: str = "", correlation_id: str = "") -> Iterator[Played]:
    """Publishes the event, lets the agents work until nothing waits, keeps the history.

    When `troupe up` is running here its agents do it, unless another database is to be asked. The cloud, and with
    it data that is too large to travel, is there until the block ends. `warehouse` is the URL of a database instead of
    the sample; `correlation_id` an earlier story that the event belongs to. Raises LocalCloudError.
    """
    from troupe.local.up import visit
    from troupe.local.up.presence import running

    if not warehouse and (up := running(root)):
        say(f"Asking the agents that are up ({up.endpoint})")
        with visit.visiting(up):
            yield Played(visit.play(up, event, correlation_id), up.names)
        return
    assembly = assembled(root, say)
    from troupe.local.cloud import LocalCloud

    with LocalCloud.boot(root, assembly=assembly, live=True, warehouse=warehouse) as cloud:
        first = "" if warehouse or (root / ".troupe" / "postgres").exists() else _FIRST
        say(f"Letting the agents work it out{first}")
        if correlation_id:
            cloud.remember()
        try:
            correlation_id = cloud.say(event, correlation_id)
            cloud.run_until_idle()
        finally:
            cloud.keep()
        yield Played(cloud.reader.story(correlation_id), cloud.names)


def assembled(root: Path, say: Say) -> Path:
    """The templates to boot from, synthesized if anything changed. Raises LocalCloudError."""
    from troupe.local.synth import is_fresh, synth

    if is_fresh(root):
        say("The templates are up to date")
    else:
        say("Synthesizing the templates from the agents' signatures (AWS CDK)")
    assembly = synth(root)
    say("Booting the local cloud from the templates")
    return assembly


_FIRST = " (those that need the warehouse start PostgreSQL in .troupe/postgres and fill it with sample data)"
