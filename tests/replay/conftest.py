from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.dead_letters.shop import write_shop
from troupe.cli.replaying import Place
from troupe.local import backends
from troupe.local.backends import ACCOUNT, REGION
from troupe.local.cloud import LocalCloud
from troupe.local.synth import synth
from troupe.operations.reach import Stage
from troupe.operations.replay.manifest import Manifest
from troupe.operations.replay.selection import Wish

CHATTY = '''
"""Also speaks for itself, past the runtime."""

import json

from contracts.shop import OrderPlaced, Packed
from troupe import Agent
from troupe.runtime.aws import client

agent = Agent()
entry = {
    "EventBusName": "troupe-dev", "Source": "troupe.shop.chatty", "DetailType": "Packed",
    "Detail": json.dumps({"order": "chat"}),
}


@agent.on(where={"order": [{"prefix": "chat"}]})
def chat(event: OrderPlaced) -> Packed | None:
    client("events").put_events(Entries=[entry])
    return None
'''

MOODY = '''
"""Answers differently each time."""

import itertools

from contracts.mood import Asked, Cheered, Grumbled
from troupe import Agent, Context, Retry

agent = Agent()
moods = itertools.count()


@agent.on
def answer(event: Asked, context: Context) -> Cheered | Grumbled:
    if event.text == "busy" and context.attempt == 1:
        raise Retry("not now", after=5)
    mood = next(moods)
    return Grumbled() if mood % 3 == 2 else Cheered(text=event.text, mood=mood)
'''

MOODS = '''
from troupe import Event


class Asked(Event, root=True):
    """Somebody asks how it is."""

    text: str


class Cheered(Event, terminal=True):
    """Fine."""

    text: str
    mood: int


class Grumbled(Event, terminal=True, failure=True):
    """Not so well."""
'''


def write_project(root: Path) -> Path:
    """The shop, whose stage has twins, with two agents of odd habits."""
    write_shop(root)
    for name, text in (
        ("functions/shop/chatty/agent.py", CHATTY),
        ("functions/mood/moody/agent.py", MOODY),
        ("contracts/mood.py", MOODS),
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text.lstrip("\n"), encoding="utf-8")
    return root


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = write_project(tmp_path_factory.mktemp("replayed"))
    synth(root, whatif=True)
    return root


@pytest.fixture(scope="module")
def booted(shop: Path) -> Iterator[LocalCloud]:
    with LocalCloud.boot(shop, assembly=synth(shop, whatif=True)) as cloud:
        yield cloud


@pytest.fixture
def cloud(booted: LocalCloud) -> LocalCloud:
    booted.reset()
    return booted


@dataclass
class Desk:
    """A person who replays, and what can be seen from there."""

    cloud: LocalCloud
    place: Place

    def order(self, order: str = "o-1", total: int = 10) -> str:
        from contracts.shop import OrderPlaced  # type: ignore[import-not-found]

        return self.cloud.publish(OrderPlaced(order=order, total=total))

    def orders(self, count: int) -> list[str]:
        """So many orders that have been shipped."""
        stories = [self.order(f"o-{i}") for i in range(count)]
        self.rest()
        return stories

    def ask(self, text: str) -> str:
        from contracts.mood import Asked  # type: ignore[import-not-found]

        story = self.cloud.publish(Asked(text=text))
        self.rest()
        return story

    def rest(self) -> None:
        self.cloud.run_until_idle()
        self.cloud.run_for(1)

    def freeze(self, **wanted: Any) -> Manifest:
        return self.place.freeze(Wish(**{"to": ("shop.till",), "mode": "whatif", **wanted}))

    def send(self, manifest: Manifest, rate: float = 10) -> None:
        """Sends it; the agents have not been at work."""
        list(self.place.run(manifest, rate))

    def play(self, manifest: Manifest) -> None:
        """Sends it and lets the agents work."""
        self.send(manifest)
        self.rest()

    def store(self) -> dict[tuple[str, str], dict[str, Any]]:
        """The event store, without what the replays say of themselves; how long things are kept aside."""
        items = self.cloud.client("dynamodb").scan(TableName=self.cloud.names.events)["Items"]
        return {
            (i["pk"]["S"], i["sk"]["S"]): {k: v for k, v in i.items() if k != "ttl"}
            for i in items
            if not i["pk"]["S"].startswith("C#replay-")
        }

    def decisions(self) -> dict[str, dict[str, Any]]:
        """The decision table, without the replays' own items."""
        items = self.cloud.client("dynamodb").scan(TableName=self.cloud.names.decisions)["Items"]
        return {
            i["pk"]["S"]: {k: v for k, v in i.items() if k not in ("ttl", "surplus")}
            for i in items
            if not i["pk"]["S"].startswith("R#")
        }

    def waiting(self) -> dict[str, int]:
        """Messages in every queue that holds any."""
        return {name: len(q._messages) for name, q in backends.queues().items() if q._messages}


@pytest.fixture
def desk(cloud: LocalCloud) -> Desk:
    stage = Stage(cloud.names, "ada", cloud.names.payloads(ACCOUNT, REGION), wait_s=0)
    return Desk(cloud, Place(cloud.root, stage, False, lambda _: None, lambda: None))


Break = Callable[[], None]


def alter(cloud: LocalCloud, key: tuple[str, str], change: Callable[[dict[str, Any]], None]) -> None:
    """Changes an item of the event store behind everybody's back."""
    dynamodb = cloud.client("dynamodb")
    place = {"pk": {"S": key[0]}, "sk": {"S": key[1]}}
    item = dynamodb.get_item(TableName=cloud.names.events, Key=place)["Item"]
    change(item)
    dynamodb.put_item(TableName=cloud.names.events, Item=item)


def loads(text: str) -> Any:
    return json.loads(text)
