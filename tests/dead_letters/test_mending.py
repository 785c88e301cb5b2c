"""Dead letters in the local cloud: looked at, sent again, corrected, dropped; and never lost on the way."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from troupe.event_store.registry import read_agents
from troupe.local.clock import Clock
from troupe.local.cloud import LocalCloud
from troupe.operations.dead_letters import (
    UNKNOWN,
    DeadLetter,
    DeadLetterError,
    DeadLetters,
    ancestors,
    explained,
    groups,
    select,
)
from troupe.operations.mending import Mending
from troupe.runtime.payloads import Payloads

pytestmark = pytest.mark.thorough

Order = Callable[..., str]
TILL, DLQ = "troupe-dev-shop-till", "troupe-dev-shop-till-dlq"


class Letters(DeadLetters):
    """Lets a moment pass after putting back: in moto a message is visible only once its time has passed."""

    clock: Clock

    def put_back(self, letters: Iterable[DeadLetter]) -> None:
        super().put_back(letters)
        self.clock.advance_to(self.clock.now + 0.01)


class Desk:
    """A person with the command line's rights."""

    def __init__(self, cloud: LocalCloud) -> None:
        agents = [a.id for a in read_agents(cloud.client("ssm"), cloud.names)]
        self.cloud = cloud
        self.letters = Letters(cloud.client("sqs"), cloud.names, agents)
        self.letters.clock = cloud.clock
        self.mending = Mending(self.letters, cloud.names, "ada")

    def look(self) -> list[DeadLetter]:
        self.letters.put_back([])
        return explained(self.letters.look(), self.cloud.reader)

    def types(self, story: str) -> list[str]:
        """Of the story's events, without what the watchdog had to say meanwhile."""
        return sorted(e.type for e in self.cloud.events(story) if e.type != "ChoreographyStalled")


@pytest.fixture
def desk(cloud: LocalCloud) -> Desk:
    return Desk(cloud)


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    monkeypatch.setenv("SHOP_TILL_BROKEN", "1")
    return lambda: monkeypatch.delenv("SHOP_TILL_BROKEN")


def send(cloud: LocalCloud, queue: str, body: str) -> None:
    sqs = cloud.client("sqs")
    sqs.send_message(QueueUrl=sqs.get_queue_url(QueueName=queue)["QueueUrl"], MessageBody=body)


def test_both_kinds_are_grouped_by_agent_and_kind_of_failure(
    desk: Desk, cloud: LocalCloud, order: Order, broken: Callable[[], None]
) -> None:
    stories = [order(f"o-{i}") for i in range(3)]
    cloud.run_until_idle()
    broken()
    stories += [order("minus", -1)]
    cloud.run_until_idle()
    send(cloud, TILL, "not JSON")
    cloud.run_until_idle()
    sqs = cloud.client("sqs")
    sqs.send_message(
        QueueUrl=sqs.get_queue_url(QueueName="troupe-dev-shop-packer-undelivered")["QueueUrl"],
        MessageBody=json.dumps({"detail-type": "OrderPlaced", "source": "shop", "id": "e-1", "detail": {}}),
        MessageAttributes={
            name: {"DataType": "String", "StringValue": value}
            for name, value in (("ERROR_CODE", "NO_PERMISSIONS"), ("ERROR_MESSAGE", "not allowed"), ("RULE_ARN", "r"))
        },
    )
    found = {(g.agent, g.kind, g.error): g for g in groups(desk.look())}
    broken_till = found["shop.till", "failed", "the till is broken"]
    assert len(broken_till.letters) == 3 and set(broken_till.correlations) == set(stories[:3])
    assert found["shop.till", "failed", "a negative total"].correlations == [stories[3]]
    (no_event,) = [g for g in found.values() if "not JSON" in g.error]
    assert no_event.letters[0].type == "(no event)" and not no_event.correlations
    (undelivered,) = [g for g in found.values() if g.kind == "undelivered"]
    assert undelivered.error == "EventBridge could not deliver it (NO_PERMISSIONS): not allowed"
    assert len({g.fingerprint for g in found.values()}) == 4
    assert [len(x.letters) for x in groups(desk.look())] == [3, 1, 1, 1], "looking leaves everything where it was"


def test_a_redrive_finishes_the_story_under_the_same_id(
    desk: Desk, cloud: LocalCloud, order: Order, broken: Callable[[], None]
) -> None:
    story = order()
    cloud.run_until_idle()
    broken()
    (letter,) = desk.look()
    assert (letter.agent, letter.type, letter.correlation_id) == ("shop.till", "OrderPlaced", story)
    assert [e.type for e in ancestors(letter.event_id, cloud.reader.story(story))] == ["OrderPlaced"]
    assert [x.message_id for x in desk.mending.redrive([letter])] == [letter.message_id]
    cloud.run_until_idle()
    assert desk.types(story) == ["AgentFailed", "OrderPlaced", "Packed", "Paid", "Shipped"]
    assert desk.look() == []


def test_redriving_finished_work_changes_nothing(desk: Desk, cloud: LocalCloud, order: Order) -> None:
    story = order()
    cloud.run_until_idle()
    before = desk.types(story)
    (event,) = [e for e in cloud.events(story) if e.type == "OrderPlaced"]
    body = {"detail-type": event.type, "source": event.source, "id": "x", "detail": event.envelope.detail}
    send(cloud, DLQ, json.dumps(body))
    list(desk.mending.redrive(desk.look()))
    cloud.run_until_idle()
    assert desk.types(story) == before and desk.look() == []


def test_a_redrive_goes_no_faster_than_it_may(
    desk: Desk, cloud: LocalCloud, order: Order, broken: Callable[[], None]
) -> None:
    for i in range(4):
        order(f"o-{i}")
    cloud.run_until_idle()
    slept: list[float] = []
    list(desk.mending.redrive(desk.look(), rate=2, sleep=slept.append))
    assert slept == [0.5, 0.5, 0.5]


@pytest.mark.parametrize("fails", ["send", "delete"])
def test_a_redrive_that_is_stopped_loses_nothing_and_doubles_nothing(
    desk: Desk,
    cloud: LocalCloud,
    order: Order,
    broken: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
    fails: str,
) -> None:
    stories = [order(f"o-{i}") for i in range(3)]
    cloud.run_until_idle()
    broken()
    works, calls = getattr(DeadLetters, fails), []

    def stopped(*arguments: Any) -> Any:
        calls.append(arguments)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return works(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(DeadLetters, fails, stopped)
        with pytest.raises(KeyboardInterrupt):
            list(desk.mending.redrive(desk.look()))
    assert len(desk.look()) == 2, "the one that was done is gone; nobody has to wait for the others"
    list(desk.mending.redrive(desk.look()))
    cloud.run_until_idle()
    for story in stories:
        assert desk.types(story) == ["AgentFailed", "OrderPlaced", "Packed", "Paid", "Shipped"]
    assert desk.look() == []


def test_a_corrected_letter_is_a_new_event_for_its_agent_alone(desk: Desk, cloud: LocalCloud, order: Order) -> None:
    from contracts.shop import OrderPlaced, Paid  # type: ignore[import-not-found]

    story = order("o-1", -5)
    cloud.run_until_idle()
    (letter,) = desk.look()
    payloads = Payloads(cloud.names.payloads("123456789012", "us-east-1"))
    with pytest.raises(DeadLetterError, match="the letter holds a OrderPlaced"):
        desk.mending.edit(letter, Paid(order="o-1"), cloud.reader, payloads)
    new = desk.mending.edit(letter, OrderPlaced(order="o-1", total=5), cloud.reader, payloads)
    cloud.run_until_idle()
    assert desk.types(story) == [
        "AgentFailed", "DeadLetterEdited", "OrderPlaced", "OrderPlaced", "Packed", "Paid", "Shipped",
    ], "packed once: the packer did not hear the correction"  # fmt: skip
    (stored,) = [e for e in cloud.events(story) if e.metadata.id == new.metadata.id]
    assert [c.id for c in stored.metadata.causes] == [letter.event_id] and stored.data["total"] == 5
    assert stored.envelope.digest() == stored.metadata.digest
    (edited,) = [e for e in cloud.events(story) if e.type == "DeadLetterEdited"]
    assert (edited.data["by"], edited.data["new_event_id"]) == ("ada", new.metadata.id)
    assert desk.look() == []
    with pytest.raises(DeadLetterError, match="is gone"):
        desk.mending.edit(letter, OrderPlaced(order="o-1", total=5), cloud.reader, payloads)
    from troupe.event_store.undecided import undecided

    agents = read_agents(cloud.client("ssm"), cloud.names)
    work = undecided(cloud.reader.story(story).events, agents, cloud.client("dynamodb"), cloud.names.decisions)
    assert [u for u in work if not u.perhaps and u.event.metadata.id == letter.event_id] == []


def test_dropping_needs_a_reason_and_is_stored(desk: Desk, cloud: LocalCloud, order: Order) -> None:
    story = order("o-1", -5)
    send(cloud, TILL, "no event")
    cloud.run_until_idle()
    letters = desk.look()
    with pytest.raises(DeadLetterError, match="why"):
        list(desk.mending.drop(letters, "  "))
    assert len(desk.look()) == 2
    assert len(list(desk.mending.drop(letters, "nobody wants it"))) == 2
    cloud.run_until_idle()
    assert desk.look() == []
    (dropped,) = [e for e in cloud.events(story) if e.type == "DeadLetterDropped"]
    assert (dropped.data["reason"], dropped.data["by"]) == ("nobody wants it", "ada")
    assert dropped.data["error"] == "a negative total"
    (other,) = [e for e in cloud.events() if e.type == "DeadLetterDropped" and e.data["body"]]
    assert other.data["body"] == "no event" and other.data["event_id"] == ""


def test_a_letter_is_not_dropped_when_the_event_that_says_so_is_refused(
    desk: Desk, cloud: LocalCloud, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    order("o-1", -5)
    cloud.run_until_idle()
    monkeypatch.setattr(
        "troupe.runtime.publisher.Publisher.publish", lambda _, events: {e.metadata.id: "denied" for e in events}
    )
    with pytest.raises(DeadLetterError, match="nothing was done: denied"):
        list(desk.mending.drop(desk.look(), "because"))
    assert len(desk.look()) == 1


def test_a_schedule_that_was_not_delivered_comes_back_as_a_tick(desk: Desk, cloud: LocalCloud) -> None:
    body = {
        "id": "t-1", "detail-type": "Scheduled Event", "source": "aws.events", "time": "2030-01-01T00:00:00Z",
        "resources": ["rule"], "detail": {},
    }  # fmt: skip
    send(cloud, "troupe-dev-platform-watchdog-undelivered", json.dumps(body))
    list(desk.mending.redrive(desk.look()))
    cloud.run_until_idle()
    assert cloud.queues()["troupe-dev-platform-watchdog"].dead == 0
    assert any("decided" in line for line in cloud.logs("platform.watchdog"))


def test_without_a_word_from_anybody_the_reason_says_so(desk: Desk, cloud: LocalCloud) -> None:
    body = {"detail-type": "OrderPlaced", "source": "x", "id": "e-9", "time": "2030-01-01T00:00:00Z", "detail": {}}
    send(cloud, DLQ, json.dumps(body))
    (letter,) = desk.look()
    assert letter.error == UNKNOWN and len(letter.fingerprint) == 16


def test_a_word_that_means_nothing_is_refused(desk: Desk, cloud: LocalCloud, order: Order) -> None:
    story = order("o-1", -5)
    cloud.run_until_idle()
    letters = desk.look()
    for word in (letters[0].message_id[:8], letters[0].event_id, story, letters[0].fingerprint, "shop.till"):
        assert select(letters, [word]) == letters
    with pytest.raises(DeadLetterError, match="No dead letter is known as abc"):
        select(letters, ["abc"])
