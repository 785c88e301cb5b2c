"""A worker of the simulation with somebody who replays in it: `python -m troupe.cli.simulating '{"root": …}'`.

The simulation must not import what operators use; here both may meet.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from troupe.cli.replaying import Place
from troupe.local.backends import ACCOUNT, REGION
from troupe.local.cloud import LocalCloud
from troupe.local.simulation import worker
from troupe.local.simulation.record import Replayed
from troupe.local.simulation.replays import Wanted
from troupe.operations.reach import Stage
from troupe.operations.replay.manifest import ReplayError
from troupe.operations.replay.run import ReplayStopped
from troupe.operations.replay.selection import Wish

_RATE = 3
"""Messages per second: so many go in one batch, and others work between two batches."""


class Replayer:
    """Replays as `troupe replay` does, in a cloud that is being played in."""

    def __init__(self) -> None:
        self._known: Place | None = None

    def freeze(self, cloud: LocalCloud, wanted: Wanted) -> Replayed | None:
        """Selects and keeps what is to be sent; None when there is nothing."""
        wish = Wish(
            to=wanted.to,
            mode=wanted.mode,
            reason="to see whether everything holds",
            correlations=wanted.correlations,
        )
        try:
            manifest = self._place(cloud).freeze(wish)
        except ReplayError:
            return None
        entries = tuple((entry.agent, entry.handler, entry.event_id) for entry in manifest.entries)
        return Replayed(manifest.id, manifest.mode, entries, frozenset(e.correlation_id for e in manifest.entries))

    def send(self, cloud: LocalCloud, id: str, work: Callable[[float], object]) -> bool:
        """Sends it from where it stands, letting others `work` between two batches; whether that was all of it."""
        place = replace(self._place(cloud), work=work)
        manifest = place.shelf.get(id)
        try:
            for _ in place.run(manifest, _RATE):
                pass
        except ReplayStopped:
            return False
        except ReplayError:
            # Also one that was killed when all was sent is run again; then there is nothing left to send.
            progress = place.shelf.progress(id)
            if progress.state != "delivered" or not progress.told:
                raise
        return True

    def _place(self, cloud: LocalCloud) -> Place:
        if self._known is None:
            stage = Stage(cloud.names, "simulation", cloud.names.payloads(ACCOUNT, REGION), wait_s=0)
            self._known = Place(cloud.root, stage, False, lambda _: None, lambda: None)
        return self._known


if __name__ == "__main__":
    worker.main(Replayer())
