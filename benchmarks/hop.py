"""What a hop costs locally with 10 and with 1,000 messages in flight: it must not grow with what lies in the queues.

A hop is a message received, thought about, decided and published, and the delivery of what came of it. Two relays
throw events to each other, one message at a time, so that as many are in flight all along. Both sides in one process,
in turns; CPU seconds, because the wall clock measures the neighbours as well.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from troupe.local.cloud import LocalCloud
from troupe.local.scheduler import NotAtRest
from troupe.local.simulation.generate import write

LIMIT = 1.3
FEW, MANY = 10, 1000
HOPS = 150
ROUNDS = 3

_RELAY = '''
"""Throws on what it catches."""

from contracts.relay import Dropped, Here, There
from troupe import Agent, Context

agent = Agent(batch_size=1)


@agent.on(at_most=45)
def throw(event: {hears}, context: Context) -> {says} | Dropped:
    return Dropped() if context.is_last else {says}(n=event.n + 1)
'''
_FILES = {
    "contracts/relay.py": '''
from troupe import Event


class Here(Event, root=True):
    """Thrown to the right."""

    n: int


class There(Event):
    """Thrown to the left."""

    n: int


class Dropped(Event, terminal=True):
    """Thrown no more."""
''',
    "functions/relay/left/agent.py": _RELAY.format(hears="Here", says="There"),
    "functions/relay/right/agent.py": _RELAY.format(hears="There", says="Here"),
}


def main() -> int:
    """Prints both sides and their ratio, as its last line one JSON object; 1 when the ratio is beyond the limit."""
    with tempfile.TemporaryDirectory(prefix="relay-") as folder:
        root = write(Path(folder), _FILES, limits={})
        shutil.rmtree(root / "functions" / "platform")  # nobody records: the store grows, and is not what is measured
        with LocalCloud.boot(root) as cloud:
            _cost(cloud, FEW)  # imports, clients, caches
            sides: dict[int, list[float]] = {FEW: [], MANY: []}
            for _ in range(ROUNDS):
                for in_flight, costs in sides.items():
                    costs.append(_cost(cloud, in_flight))
    few, many = min(sides[FEW]), min(sides[MANY])
    report = {"hop_ms_at_10": round(few, 2), "hop_ms_at_1000": round(many, 2), "ratio": round(many / few, 2)}
    print(f"A hop with {FEW} messages in flight: {few:.2f} ms; with {MANY}: {many:.2f} ms (limit ×{LIMIT}).")
    print(json.dumps(report))
    return 0 if many <= LIMIT * few else 1


def _cost(cloud: LocalCloud, in_flight: int) -> float:
    """CPU milliseconds per hop."""
    here = import_module("contracts.relay").Here
    cloud.reset()
    for n in range(in_flight):
        cloud.publish(here(n=n))
    started = time.process_time()
    with suppress(NotAtRest):  # they would throw on until the guards stop them
        cloud.run_until_idle(limit=HOPS)
    return (time.process_time() - started) / HOPS * 1000


if __name__ == "__main__":
    sys.exit(main())
