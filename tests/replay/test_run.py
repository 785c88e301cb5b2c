"""Replays in the local cloud: who hears them, what they change, and that they survive whatever happens in between."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import botocore.client
import pytest

from tests.replay.conftest import Desk
from troupe.local import backends
from troupe.operations.replay.manifest import Manifest, ReplayError
from troupe.operations.replay.run import ReplayStopped

pytestmark = pytest.mark.thorough

TILL, TWIN, RECORDER = "troupe-dev-shop-till", "troupe-dev-shop-till-whatif", "troupe-dev-platform-recorder"


@pytest.mark.parametrize(("mode", "queue"), [("redeliver", TILL), ("whatif", TWIN), ("reprocess", TILL)])
def test_it_goes_straight_to_one_queue_and_nobody_else_hears_it(desk: Desk, mode: str, queue: str) -> None:
    stories = desk.orders(12)
    desk.send(desk.freeze(mode=mode, correlations=tuple(stories), reason="to see"))
    waiting = desk.waiting()
    assert waiting.pop(RECORDER) == 2, "that the replay began, and that it ended"
    assert waiting == {queue: 12}


@pytest.mark.parametrize("mode", ["redeliver", "whatif"])
def test_the_whole_history_of_an_agent_again_changes_nothing_outside_it(desk: Desk, mode: str) -> None:
    desk.orders(5)
    for agent in ("shop.till", "shop.packer", "shop.shipper"):
        store, decisions = desk.store(), desk.decisions()
        manifest = desk.freeze(mode=mode, to=(agent,), since=desk.cloud.events()[0].metadata.occurred_at)
        assert len(manifest.entries) == (10 if agent == "shop.shipper" else 5)
        desk.play(manifest)
        assert desk.store() == store
        again = desk.decisions()
        assert {k: again[k] for k in decisions} == decisions
        new = [item for k, item in again.items() if k not in decisions]
        assert all(item["pk"]["S"].startswith(f"{agent}#") for item in new)
        if mode == "redeliver":
            assert new == []
        else:
            thought = [item for item in new if "outputs" in item]
            assert {item["namespace"]["S"] for item in thought} == {f"whatif/{manifest.id}/0"}
            assert len(thought) == 5


def test_a_twin_that_speaks_past_the_runtime_is_denied_not_skipped(desk: Desk) -> None:
    story = desk.order("chat-1")
    desk.rest()
    said = [e.type for e in desk.cloud.events()].count("Packed")
    assert said == 2, "the packer's and, put on the bus by its own hand, the chatty one's"
    desk.play(desk.freeze(to=("shop.chatty",), correlations=(story,)))
    assert [e.type for e in desk.cloud.events()].count("Packed") == 2
    log = "\n".join(desk.cloud.logs("shop.chatty"))
    assert "is not authorized to perform: events:PutEvents" in log and "troupe-dev-shop-chatty-Twin" in log
    assert len(backends.queues()["troupe-dev-shop-chatty-whatif-dlq"]._messages) == 1
    assert not backends.queues()["troupe-dev-shop-chatty-dlq"]._messages


def test_a_twin_puts_off_and_gives_up_on_its_own_queues(desk: Desk) -> None:
    busy = desk.ask("busy")
    desk.cloud.functions.logs.clear()
    manifest = desk.freeze(to=("mood.moody",), correlations=(busy,))
    desk.send(manifest)
    sqs = desk.cloud.client("sqs")
    url = sqs.get_queue_url(QueueName="troupe-dev-mood-moody-whatif")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="not JSON")
    before = desk.cloud.clock.now
    desk.cloud.run_until_idle()
    assert 5 <= desk.cloud.clock.now - before < 30, "not the visibility timeout, but what it asked for"
    assert len(desk.decisions()) == 2
    (dead,) = backends.queues()["troupe-dev-mood-moody-whatif-dlq"]._messages
    assert "not JSON" in dead.message_attributes["reason"]["StringValue"]
    assert not backends.queues()["troupe-dev-mood-moody-dlq"]._messages


def test_a_reprocess_is_acted_upon_downstream_in_a_namespace_of_its_own(desk: Desk) -> None:
    (story,) = desk.orders(1)
    before = desk.store()
    manifest = desk.freeze(
        mode="reprocess", to=("shop.till", "shop.packer"), correlations=(story,), reason="a new till"
    )
    desk.play(manifest)
    told = desk.cloud.reader.story(story)
    again = sorted(e.type for e in told.events if e.metadata.namespace == manifest.id)
    assert again == ["Packed", "Paid", "Shipped"]
    assert told.status[manifest.id]["end_type"] == told.status[""]["end_type"] == "Shipped"
    after = desk.store()
    assert {k: after[k] for k in before} == before, "the first run stands as it was"


def test_what_a_replay_is_and_who_did_it_are_events(desk: Desk) -> None:
    (story,) = desk.orders(1)
    manifest = desk.freeze(correlations=(story,), reason="to see", repeat=3)
    desk.play(manifest)
    began, over = desk.cloud.reader.story(manifest.id).events
    assert (began.type, over.type) == ("ReplayStarted", "ReplayEnded")
    assert began.data == {
        "replay": manifest.id, "mode": "whatif", "agents": ["shop.till"], "events": 1, "repeat": 3, "left_out": 0,
        "selection": f"correlation {story}", "manifest": manifest.hash, "reason": "to see", "by": "ada",
    }  # fmt: skip
    assert over.data == {"replay": manifest.id, "outcome": "delivered", "sent": 3, "of": 3, "by": "ada"}
    assert [c.id for c in over.metadata.causes] == [began.id]
    assert desk.cloud.reader.story(manifest.id).end is not None


def test_the_window_cannot_move_once_it_is_frozen(desk: Desk) -> None:
    desk.orders(3)
    began = desk.cloud.events()[0].metadata.occurred_at
    manifest = desk.freeze(since=began)
    desk.orders(4)
    desk.send(desk.place.shelf.get(manifest.id))
    assert desk.waiting()[TWIN] == 3


class Killed(BaseException):
    """The process is gone."""


def outage(desk: Desk, count: int) -> None:
    """The messages for the till are lost, so that nothing of these orders is decided there."""
    for number in range(count):
        desk.order(f"lost-{number}")
    backends.queues()[TILL]._messages.clear()
    desk.rest()


def killed_at(monkeypatch: pytest.MonkeyPatch, step: int, after: bool) -> Callable[[], bool]:
    """Kills the process before or after its n-th AWS call; says whether it came to that."""
    make = botocore.client.BaseClient._make_api_call  # type: ignore[attr-defined]
    calls, done = itertools.count(), []

    def call(self: Any, operation: str, parameters: Any) -> Any:
        now = not done and next(calls) == step
        if now:
            done.append(True)
        if now and not after:
            raise Killed
        answer = make(self, operation, parameters)
        if now:
            raise Killed
        return answer

    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", call)
    return lambda: bool(done)


@pytest.mark.parametrize("after", [False, True])
def test_killed_at_every_step_and_run_again_every_event_is_delivered_and_nothing_is_twice(
    desk: Desk, after: bool
) -> None:
    count = 2
    for step in itertools.count():
        desk.cloud.reset(step)
        outage(desk, count)
        assert sorted(e.type for e in desk.cloud.events()) == ["OrderPlaced"] * count + ["Packed"] * count
        began = desk.cloud.events()[0].metadata.occurred_at
        manifest = desk.freeze(mode="redeliver", to=(), open=True, since=began)
        assert [e.agent for e in manifest.entries] == ["shop.till"] * count
        with pytest.MonkeyPatch.context() as patch:
            came_to_it = killed_at(patch, step, after)
            try:
                desk.send(manifest, rate=1)
            except Killed:
                desk.rest()
        try:
            desk.send(manifest, rate=1)
        except ReplayError as error:
            assert "is over: delivered" in str(error)
        desk.rest()
        types = sorted(e.type for e in desk.cloud.events() if not e.divergent)
        expected = ["OrderPlaced", "Packed", "Paid", "Shipped"] * count + ["ReplayEnded", "ReplayStarted"]
        assert types == sorted(expected), f"killed {'after' if after else 'before'} call {step}"
        assert not any(e.divergent for e in desk.cloud.events())
        assert desk.place.shelf.progress(manifest.id).told
        if not came_to_it():
            break
    assert step > 10, "there were so many steps to be killed at"


def test_two_cannot_send_the_same_replay_at_once_but_after_a_kill_another_may(desk: Desk) -> None:
    stories = desk.orders(4)
    manifest = desk.freeze(correlations=tuple(stories))
    run = desk.place._courier.run(manifest, rate=2, pause=lambda _: None)
    next(run)
    other = replace(desk.place._courier, holder="somebody else")
    with pytest.raises(ReplayError, match=r"is sending .* right now; if that process is gone, try again in \d+ s"):
        next(other.run(manifest))
    run.close()
    desk.cloud.clock.advance_to(desk.cloud.clock.now + 120)
    list(other.run(manifest, pause=lambda _: None))
    assert desk.waiting()[TWIN] == 4
    with pytest.raises(ReplayError, match="is over: delivered, 4 messages were sent"):
        desk.send(manifest)


def test_it_stops_when_dead_letters_grow_and_goes_on_when_that_is_mended(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    stories = desk.orders(6)
    manifest = desk.freeze(correlations=tuple(stories))
    monkeypatch.setenv("SHOP_TILL_BROKEN", "1")
    working = replace(desk.place, work=lambda _: desk.rest())
    with pytest.raises(ReplayStopped, match=r"shop\.till has 2 dead letters more than before"):
        list(working.run(manifest, 2))
    stopped = desk.place.shelf.progress(manifest.id)
    assert (stopped.state, stopped.sent) == ("stopped", 2)
    assert not backends.queues()[f"{TILL}-dlq"]._messages, "the agent's own are left alone"
    monkeypatch.delenv("SHOP_TILL_BROKEN")
    list(working.run(manifest, 2))
    assert desk.place.shelf.progress(manifest.id).state == "delivered"
    thought = [i for i in desk.decisions().values() if i.get("namespace", {}).get("S", "").startswith("whatif/")]
    assert len(thought) == 4, "those that died are in the dead letters, to be redriven"


def test_it_keeps_its_pace(desk: Desk) -> None:
    stories = desk.orders(9)
    manifest = desk.freeze(correlations=tuple(stories))
    waits: list[float] = []
    list(replace(desk.place, work=waits.append).run(manifest, 4))
    assert waits == [1.0, 1.0, 0.25]


def test_a_cancelled_replay_sends_no_more(desk: Desk) -> None:
    stories = desk.orders(6)
    manifest = desk.freeze(correlations=tuple(stories))
    running = replace(desk.place, work=lambda _: desk.place.cancel(manifest))
    with pytest.raises(ReplayStopped, match="was cancelled by ada meanwhile"):
        list(running.run(manifest, 2))
    assert desk.waiting()[TWIN] == 4, "two, and the two that were on their way"
    desk.rest()
    (over,) = [e for e in desk.cloud.reader.story(manifest.id).events if e.type == "ReplayEnded"]
    assert (over.data["outcome"], over.data["sent"]) == ("cancelled", 2)
    for again in (lambda: desk.send(manifest), lambda: desk.place.cancel(manifest)):
        with pytest.raises(ReplayError, match="is over"):
            again()


def test_one_that_was_never_begun_can_be_cancelled(desk: Desk) -> None:
    manifest = desk.freeze(correlations=tuple(desk.orders(1)))
    assert desk.place.cancel(manifest).state == "cancelled"
    desk.rest()
    assert [e.type for e in desk.cloud.reader.story(manifest.id).events] == ["ReplayStarted", "ReplayEnded"]
    assert not desk.waiting()


def test_data_too_large_to_travel_is_replayed_like_any_other(desk: Desk) -> None:
    story = desk.order("x" * 150_000)
    desk.rest()
    manifest = desk.freeze(correlations=(story,))
    desk.play(manifest)
    (comparison,) = desk.place.judge.compare(manifest)
    assert comparison.verdict == "same" and comparison.new[0] is not None
    assert comparison.new[0].said[0].fields["order"] == "x" * 150_000


def test_no_agents_role_reaches_a_replay(desk: Desk) -> None:
    manifest = desk.freeze(correlations=tuple(desk.orders(1)))
    for role in desk.cloud.world.roles.values():
        text = str(role.statements)
        assert "R#" not in text and "/replay/" not in text
    assert manifest.id in list(desk.place.shelf.ids())


def test_a_manifest_that_was_altered_is_refused(desk: Desk) -> None:
    manifest = desk.freeze(correlations=tuple(desk.orders(2)))
    forged = manifest.model_copy(update={"entries": manifest.entries[:1]})
    desk.place.shelf.put(forged)
    with pytest.raises(ReplayError, match="is not the one that was frozen"):
        desk.place.shelf.get(manifest.id)
    with pytest.raises(ReplayError, match="There is no replay nothing"):
        desk.place.shelf.get("nothing")


def test_a_stage_without_twins_says_so(desk: Desk) -> None:
    manifest = desk.freeze(correlations=tuple(desk.orders(1)))
    unknown = Manifest.model_validate(
        manifest.model_dump() | {"entries": [manifest.entries[0].model_dump() | {"agent": "shop.nobody"}]}
    )
    with pytest.raises(ReplayError, match=r'shop.nobody has no twin in dev: set "whatif": true'):
        desk.send(unknown)
    assert desk.waiting() == {}
