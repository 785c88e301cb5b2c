"""What is selected, what is left out and why, and what is refused before anything is sent."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.replay.conftest import Desk, alter
from troupe.local import backends
from troupe.operations.replay.manifest import ReplayError
from troupe.operations.replay.selection import Stock, Wish, select
from troupe.runtime.contract import Event

pytestmark = pytest.mark.thorough

TILL = "troupe-dev-shop-till"


def stock(desk: Desk, **changes: Any) -> Stock:
    from troupe.choreography.discovery import contracts
    from troupe.choreography.patterns import matches

    names = desk.cloud.names
    known = {t.type_name(): t for t in contracts(desk.cloud.root)}
    dynamodb = desk.cloud.client("dynamodb")
    made = Stock(desk.cloud.reader, desk.place.agents, dynamodb, names.decisions, names.app, known, matches)
    return replace(made, **changes)


def chosen(desk: Desk, **wanted: Any) -> list[tuple[str, str, str]]:
    """Agent, type and correlation of what would be sent."""
    entries, _ = select(Wish(**{"to": ("shop.till",), **wanted}), stock(desk), datetime.now(UTC))
    return [(e.agent, e.type, e.correlation_id) for e in entries]


@pytest.fixture
def hours(desk: Desk) -> dict[str, tuple[str, datetime]]:
    """An order at ten, one at eleven that fails at the till, one at twelve: id, and when it was placed."""
    placed = {}
    for name, total in (("ten", 1), ("eleven", -1), ("twelve", 3)):
        at = datetime.now(UTC)
        placed[name] = (desk.order(name, total), at)
        desk.rest()
        desk.cloud.run_for(3600)
    return placed


def test_by_story_by_window_by_type_and_by_agent(desk: Desk, hours: dict[str, tuple[str, datetime]]) -> None:
    (ten, at_ten), (eleven, at_eleven), (twelve, at_twelve) = hours.values()
    assert chosen(desk, correlations=(ten, twelve)) == [("shop.till", "OrderPlaced", c) for c in (ten, twelve)]
    assert chosen(desk, since=at_eleven) == [("shop.till", "OrderPlaced", c) for c in (eleven, twelve)]
    assert chosen(desk, since=at_ten, until=at_twelve) == [("shop.till", "OrderPlaced", c) for c in (ten, eleven)]
    both = chosen(desk, to=("shop.till", "shop.shipper"), correlations=(ten,))
    assert sorted(both) == sorted(
        [("shop.till", "OrderPlaced", ten), ("shop.shipper", "Packed", ten), ("shop.shipper", "Paid", ten)]
    )
    assert chosen(desk, to=("shop.shipper",), correlations=(ten,), types=("Paid",)) == [("shop.shipper", "Paid", ten)]


def test_by_what_followed_from_an_event(desk: Desk) -> None:
    (story,) = desk.orders(1)
    paid = next(e for e in desk.cloud.events(story) if e.type == "Paid")
    followed = chosen(desk, to=("shop.shipper",), correlations=(story,), subtree=paid.id)
    assert followed == [("shop.shipper", "Paid", story)], "the parcel did not follow from the payment"
    with pytest.raises(ReplayError, match="The story has no event nothing"):
        chosen(desk, correlations=(story,), subtree="nothing")


def test_by_what_the_agent_failed_on(desk: Desk, hours: dict[str, tuple[str, datetime]]) -> None:
    since = hours["ten"][1]
    assert chosen(desk, since=since, failed=True) == [("shop.till", "OrderPlaced", hours["eleven"][0])]
    assert chosen(desk, correlations=(hours["eleven"][0],), failed=True)
    with pytest.raises(ReplayError, match=r"shop\.packer has failed on nothing"):
        chosen(desk, to=("shop.packer",), since=since, failed=True)
    grumbled = [desk.ask("x") for _ in range(6)]
    answers = {c: [e.type for e in desk.cloud.events(c)][-1] for c in grumbled}
    failed = chosen(desk, to=("mood.moody",), correlations=tuple(grumbled), failed=True)
    assert [c for *_, c in failed] == [c for c in grumbled if answers[c] == "Grumbled"] and len(failed) == 2


def test_by_what_is_still_open(desk: Desk) -> None:
    desk.orders(2)
    lost = desk.order("after the outage")
    backends.queues()[TILL]._messages.clear()
    desk.rest()
    expected = [("shop.till", "OrderPlaced", lost)]
    assert chosen(desk, to=(), open=True) == chosen(desk, open=True) == expected
    with pytest.raises(ReplayError, match=r"Nothing is open at shop\.packer"):
        chosen(desk, to=("shop.packer",), open=True)
    desk.play(desk.freeze(mode="redeliver", to=(), open=True))
    with pytest.raises(ReplayError, match="Nothing is open: everything that was recorded has been decided on"):
        chosen(desk, to=(), open=True)


def test_a_filtered_agent_gets_what_its_filter_lets_through(desk: Desk) -> None:
    small, large = desk.order("small", 10), desk.order("large", 5000)
    desk.rest()
    assert chosen(desk, to=("shop.auditor",), correlations=(small, large)) == [("shop.auditor", "OrderPlaced", large)]
    with pytest.raises(ReplayError, match=r"The filter of shop\.auditor leaves out everything"):
        chosen(desk, to=("shop.auditor",), correlations=(small,))


def test_who_acts_on_the_outside_does_not_think_anew(desk: Desk) -> None:
    (story,) = desk.orders(1)
    name = desk.cloud.names.parameter("agents/shop.till")
    part = (desk.cloud.parameters.get(name) or {})["Value"]
    charging = json.loads(part)
    charging["handlers"][0]["acts"] = True
    desk.cloud.parameters.put(name, json.dumps(charging))
    try:
        for mode in ("whatif", "reprocess"):
            with pytest.raises(ReplayError, match=r"shop\.till/charge changes the world outside"):
                desk.freeze(mode=mode, correlations=(story,), to=("shop.till", "shop.packer"), reason="x")
        assert chosen(desk, mode="redeliver", correlations=(story,))
        assert chosen(desk, mode="whatif", to=("shop.packer",), correlations=(story,))
    finally:
        desk.cloud.parameters.put(name, part)


NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({}, "Say what to replay"),
        ({"to": (), "correlations": ("STORY",)}, "Say with --to which agent"),
        (
            {"to": ("shop.nobody",), "correlations": ("STORY",)},
            r"There is no agent shop\.nobody; there is mood\.moody,",
        ),
        ({"to": ("platform.recorder",), "correlations": ("STORY",)}, "decides nothing about recorded events"),
        ({"correlations": ("unknown",)}, "The event store knows no correlation unknown"),
        ({"correlations": ("STORY",), "types": ("Paid",)}, "does not subscribe to Paid; it hears OrderPlaced"),
        (
            {"to": ("mood.moody",), "correlations": ("STORY",)},
            r"mood\.moody hears Asked; selected are OrderPlaced, Pack",
        ),
        ({"since": timedelta(hours=-1)}, "The window begins in the future"),
        ({"since": timedelta(hours=1), "until": timedelta(hours=2)}, "is not after its beginning"),
        ({"since": timedelta(seconds=1)}, "Nothing was recorded in this window"),
        ({"correlations": ("STORY",), "since": timedelta(hours=1)}, "not both"),
        ({"correlations": ("STORY",), "mode": "reprocess"}, "needs --reason"),
        ({"correlations": ("STORY",), "mode": "reprocess", "reason": " "}, "needs --reason"),
        ({"correlations": ("STORY",), "repeat": 2}, "Only a whatif can be repeated"),
        ({"since": timedelta(hours=1), "subtree": "e"}, "say which with --correlation"),
        ({"open": True, "failed": True}, "not both"),
    ],
)
def test_what_makes_no_sense_is_one_sentence_and_nothing_is_sent(desk: Desk, wanted: dict[str, Any], said: str) -> None:
    (story,) = desk.orders(1)
    desk.cloud.run_for(60)
    now = datetime.now(UTC)
    typed = {
        key: now - value if isinstance(value, timedelta) else (story,) if value == ("STORY",) else value
        for key, value in wanted.items()
    }
    with pytest.raises(ReplayError, match=said) as refused:
        desk.freeze(**{"mode": "redeliver", **typed})
    assert "\n" not in str(refused.value)
    assert desk.waiting() == {} and list(desk.place.shelf.ids()) == []


def flip(item: dict[str, Any]) -> None:
    body = bytearray(item["body"]["B"])
    body[len(body) // 2] ^= 1
    item["body"]["B"] = bytes(body)


def forge(item: dict[str, Any]) -> None:
    detail = json.loads(zlib.decompress(item["body"]["B"]))
    detail["data"]["total"] = 9
    item["body"]["B"] = zlib.compress(json.dumps(detail).encode())


@pytest.mark.parametrize("change", [flip, forge])
@pytest.mark.parametrize("by", ["story", "window"])
def test_damaged_history_is_not_replayed(desk: Desk, change: Callable[[dict[str, Any]], None], by: str) -> None:
    healthy, damaged = desk.orders(2)
    began = desk.cloud.events()[0].metadata.occurred_at
    alter(desk.cloud, (f"C#{damaged}", f"E#{damaged}"), change)
    with pytest.raises(ReplayError, match=f"Nothing is replayed: .*OrderPlaced {damaged}"):
        desk.freeze(**({"correlations": (healthy, damaged)} if by == "story" else {"since": began}))
    assert desk.waiting() == {}


def test_damage_between_freezing_and_sending_stops_it(desk: Desk) -> None:
    first, second = desk.orders(2)
    manifest = desk.freeze(correlations=(first, second))
    dynamodb = desk.cloud.client("dynamodb")
    dynamodb.delete_item(
        TableName=desk.cloud.names.events, Key={"pk": {"S": f"C#{second}"}, "sk": {"S": f"E#{second}"}}
    )
    with pytest.raises(ReplayError, match=f"OrderPlaced {second} of {second} is not stored any more; nothing more is"):
        desk.send(manifest, rate=1)
    assert desk.waiting()["troupe-dev-shop-till-whatif"] == 1


def test_history_in_an_older_version_is_brought_up_to_date_or_left_out(desk: Desk) -> None:
    (story,) = desk.orders(1)
    wish = Wish(to=("shop.till",), correlations=(story,))

    class Blunt(Event, root=True, version=2):
        order: str
        amount: int

    entries, left_out = select(wish, stock(desk, contracts={"OrderPlaced": Blunt}), NOW)
    assert entries == []
    (left,) = left_out
    assert left.event_id == story
    assert left.reason == "it came in version 1, and nothing says how to read it as version 2"

    def renamed(data: dict[str, Any]) -> dict[str, Any]:
        return {"order": data["order"], "amount": data["total"]}

    class Kind(Event, root=True, version=2, upcast={1: renamed}):
        order: str
        amount: int

    entries, left_out = select(wish, stock(desk, contracts={"OrderPlaced": Kind}), NOW)
    assert [e.event_id for e in entries] == [story] and left_out == []


def test_history_that_breaks_todays_contract_is_left_out_beside_what_does_not(desk: Desk) -> None:
    (story,) = desk.orders(1)
    began = desk.cloud.events()[0].metadata.occurred_at
    desk.cloud.publish_raw(Source="stranger", DetailType="OrderPlaced", Detail='{"order": 7}')
    desk.rest()
    manifest = desk.freeze(since=began)
    assert [e.correlation_id for e in manifest.entries] == [story]
    (left,) = manifest.left_out
    assert left.reason.startswith("the contract has changed since: order: Input should be a valid string")
    gone, reasons = select(Wish(to=("shop.till",), since=began), stock(desk, contracts={}), datetime.now(UTC))
    assert gone == [] and {x.reason for x in reasons} == {"there is no contract OrderPlaced any more"}
