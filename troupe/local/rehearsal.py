"""A local cloud with the past in it: what earlier runs have stored, for replays."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from troupe.local.cloud import LocalCloud
from troupe.local.recall import remember_journal
from troupe.local.synth import synth

_KEEP_EVERY_S = 10.0


class Rehearsal:
    """The cloud, and how its agents are let work: whatever is kept has come to rest, or none of it is."""

    def __init__(self, cloud: LocalCloud) -> None:
        self.cloud = cloud
        self._kept_at = time.monotonic()

    def work(self) -> None:
        """Lets the agents do what is there. A process that is killed later loses at most the last few seconds of it,
        together with the note that it was sent.
        """
        self.cloud.run_until_idle()
        if time.monotonic() > self._kept_at + _KEEP_EVERY_S:
            self.keep()

    def keep(self) -> None:
        """Keeps what has come of it for later runs."""
        self.cloud.keep()
        self._kept_at = time.monotonic()


@contextmanager
def rehearsing(root: Path, *, whatif: bool = False, warehouse: str = "") -> Iterator[Rehearsal]:
    """A cloud of its own, from today's templates, that remembers earlier runs. Raises LocalCloudError.

    whatif: with a twin beside every agent; the cloud then also remembers what a `troupe up` has stored, which stays as
    it is. What `troupe up` keeps is its own to work on: the other modes leave it alone.
    """
    with LocalCloud.boot(root, assembly=synth(root, whatif=whatif), live=True, warehouse=warehouse) as cloud:
        cloud.remember()
        if whatif:
            remember_journal(root)
            cloud.pass_over()
        yield Rehearsal(cloud)
