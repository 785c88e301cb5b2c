"""An event in an older version is brought up to date where it is read, step by step, and stays as it was sent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.runtime.stage import stage
from troupe import Agent, Envelope, Event
from troupe.runtime.contract import Outdated


def in_cents(data: dict[str, Any]) -> dict[str, Any]:
    """Version 1 counted euros."""
    data["cents"] = data.pop("euros") * 100
    return data


def with_currency(data: dict[str, Any]) -> dict[str, Any]:
    """Version 2 knew euros only."""
    return {**data, "currency": "EUR"}


class Priced(Event, root=True, version=3, upcast={1: in_cents, 2: with_currency}):
    cents: int
    currency: str


class Shipped(Event, root=True):
    pass


class Said(Event, terminal=True):
    text: str


teller = Agent(id="test.teller")


@teller.on
def tell(event: Priced) -> Said:
    return Said(text=f"{event.cents} {event.currency}")


joiner = Agent(id="test.joiner")


@joiner.on
def join(price: Priced, parcel: Shipped) -> Said:
    return Said(text=f"{price.cents} {price.currency}")


def old(version: int, **data: Any) -> Envelope:
    """A Priced as an agent deployed long ago published it."""
    now = Envelope.root(Priced(cents=0, currency="EUR"), "troupe.test", correlation_id="c1")
    metadata = now.metadata.model_copy(update={"schema_version": version})
    return replace(now, metadata=metadata, data=data).sealed()


@pytest.mark.parametrize("event", [old(1, euros=3), old(2, cents=300), old(3, cents=300, currency="EUR")])
def test_a_handler_sees_todays_contract_only(event: Envelope) -> None:
    with stage(teller) as here:
        assert here.deliver(teller, event) == []
        assert '"text":"300 EUR"' in here.published[0]["Detail"]
        assert event.metadata.digest in here.published[0]["Detail"]  # the cause is the event as it was sent


def test_a_side_of_a_join_may_be_old() -> None:
    with stage(joiner) as here:
        assert here.deliver(joiner, old(1, euros=3)) == []
        assert here.deliver(joiner, Envelope.root(Shipped(), "troupe.test", correlation_id="c1")) == []
        assert '"text":"300 EUR"' in here.published[0]["Detail"]


def test_data_is_given_to_upcasters_as_a_copy() -> None:
    data = {"euros": 3}
    assert Priced.read(data, 1) == Priced(cents=300, currency="EUR")
    assert data == {"euros": 3}


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (old(1, dollars=3), "it came in version 1, and its upcaster to version 2 failed with KeyError: 'euros'."),
        (old(1), "failed with KeyError"),
        (old(2, cents="many"), "Priced breaks its contract: cents: Input should be a valid integer"),
    ],
)
def test_what_cannot_be_brought_up_to_date_is_dead_lettered_at_once_with_the_reason(
    event: Envelope, reason: str
) -> None:
    with stage(teller) as here:
        assert here.deliver(teller, event) == []
        (letter,) = here.dead_letters(teller)
        assert reason in letter["MessageAttributes"]["reason"]["StringValue"]
        assert here.types() == ["AgentFailed"]


def test_a_step_that_nobody_wrote_is_not_skipped() -> None:
    class Gap(Event, version=3, upcast={1: in_cents}):
        cents: int

    with pytest.raises(Outdated, match="came in version 1, and nothing says how to read it as version 3"):
        Gap.read({"euros": 3}, 1)
    with pytest.raises(Outdated, match="came in version 2, and nothing says how to read it as version 3"):
        Gap.read({"cents": 3}, 2)


def test_who_knows_no_versions_is_read_as_of_today() -> None:
    stranger = (
        '{"detail-type":"Priced","source":"shop","id":"a","time":"2026-11-23T00:00:00Z",'
        '"detail":{"cents":5,"currency":"USD"}}'
    )
    with stage(teller) as here:
        assert here.deliver(teller, stranger) == []
        assert '"text":"5 USD"' in here.published[0]["Detail"]


@pytest.mark.parametrize("earlier", [0, 2, 3])
def test_an_upcaster_leads_from_an_earlier_version(earlier: int) -> None:
    with pytest.raises(TypeError, match=f"Wrong is version 2; upcast leads from an earlier one, not {earlier}"):

        class Wrong(Event, version=2, upcast={earlier: in_cents}):
            pass


def test_upcasters_are_not_inherited() -> None:
    class Discounted(Priced):
        pass

    assert Discounted.upcasters == {} and Discounted.terms.version == 1
