"""A story as prose: who heard what, who waited, what went wrong and was put right, and how it ended."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.cli.stories import BEGAN, event, story
from troupe.choreography.graph import AgentNode, EventNode, Graph
from troupe.cli.narrative import Narrator, Passage
from troupe.cli.salient import Salient
from troupe.event_store.decided import Decided
from troupe.event_store.read import StoredEvent
from troupe.event_store.trace import Trace
from troupe.event_store.undecided import Undecided
from troupe.runtime.contract import Terms
from troupe.runtime.parts import AgentPart, HandlerPart

PLACED = event("OrderPlaced", {"order": "o-1", "total": "19.90"}, source="troupe.cli")
RESERVED = event("StockReserved", {"order": "o-1"}, PLACED, source="troupe.shop.stock")
PAID = event("Paid", {"order": "o-1"}, PLACED, source="troupe.shop.till")
DECLINED = event("PaymentDeclined", {"why": "The card is empty."}, PLACED, source="troupe.shop.till", failure=True)
RELEASED = event("StockReleased", {}, DECLINED, source="troupe.shop.stock")
SHIPPED = event("OrderShipped", {}, RESERVED, PAID, source="troupe.shop.van", terminal=True)
CANCELLED = event("OrderCancelled", {}, DECLINED, source="troupe.shop.desk", terminal=True, failure=True)


def node(name: str, doc: str, domain: str = "shop") -> EventNode:
    return EventNode(name, domain, doc, Terms(), "contracts/shop.py:1")


def hears(id: str, *sides: str, where: dict[str, Any] | None = None) -> AgentPart:
    return AgentPart(id=id, handlers=(HandlerPart(name="act", hears={s.lower(): (s,) for s in sides}, where=where),))


def narrator(*agents: AgentPart) -> Narrator:
    events = {
        "OrderPlaced": node("OrderPlaced", "A customer placed an order. Or two."),
        "StockReserved": node("StockReserved", "Goods lie ready."),
        "Note": node("Note", "", domain="other"),
    }
    acting = {"shop.stock": AgentNode("shop.stock", "shop", "stock", "Keeps the shelves. Well.", (), ())}
    return Narrator(Graph(acting, events), agents, "shop")


def told(*events: StoredEvent, agents: tuple[AgentPart, ...] = (), waiting: Any = (), **decided: Decided) -> list[str]:
    trace = Trace(story(*events), "troupe", BEGAN + timedelta(seconds=9), list(waiting), decided)
    return [p.text for p in narrator(*agents).tell(trace, events)]


def test_an_agent_is_introduced_once_and_fields_are_said_once() -> None:
    assert told(
        PLACED, RESERVED, event("Packed", {"order": "o-1", "boxes": 2}, RESERVED, source="troupe.shop.stock")
    ) == [
        "It begins with OrderPlaced. A customer placed an order (order: o-1; total: 19.90).",
        "Enter stock: keeps the shelves. It heard OrderPlaced and said StockReserved. Goods lie ready.",
        "Stock heard StockReserved and said Packed. Boxes: 2.",
        "It has no end so far.",
        "troupe trace c-1",
    ]


def test_who_waits_in_a_join_is_told_where_it_waits() -> None:
    said = told(PLACED, RESERVED, PAID, SHIPPED, agents=(hears("shop.van", "StockReserved", "Paid"),))
    assert said[1:5] == [
        "Till heard OrderPlaced and said Paid.",
        "Van notes it, and waits for StockReserved.",
        "Enter stock: keeps the shelves. It heard OrderPlaced and said StockReserved. Goods lie ready.",
        "Van heard StockReserved and Paid and said OrderShipped.",
    ]
    assert said[5] == "So it ended with OrderShipped."


def test_what_went_wrong_and_was_put_right() -> None:
    trace = Trace(story(PLACED, DECLINED, RELEASED, CANCELLED), "troupe", BEGAN)
    passages = narrator().tell(trace, trace.story.events)
    assert passages[1] == Passage(
        "But till heard OrderPlaced and said PaymentDeclined. Why: The card is empty.", "goes wrong"
    )
    assert [p.text for p in passages[2:5]] == [
        "But desk heard PaymentDeclined and said OrderCancelled.",
        "Enter stock: keeps the shelves. To put that right, it heard PaymentDeclined and said StockReleased.",
        "So it ended, though not as hoped, with OrderCancelled.",
    ]


def test_an_end_that_came_too_late_is_told_as_such() -> None:
    late = event("OrderLost", {}, RESERVED, source="troupe.shop.van", terminal=True)
    trace = Trace(story(PLACED, RESERVED, PAID, SHIPPED, late), "troupe", BEGAN)
    (passage,) = [p for p in narrator().tell(trace, trace.story.events) if "OrderLost" in p.text]
    assert passage.tone == "goes wrong"
    assert passage.text.endswith("said OrderLost. That came too late: the story had ended already.")


def test_giving_up_retries_silence_and_open_work_are_told() -> None:
    failed = event(
        "AgentFailed", {"agent": "shop.till", "attempts": 5}, PLACED, source="troupe.shop.till", failure=True
    )
    said = told(
        PLACED,
        RESERVED,
        failed,
        agents=(hears("shop.post", "StockReserved"), hears("other.tax", "StockReserved", where={"order": ["o-2"]})),
        waiting=[Undecided("shop.till", "act", PLACED, gave_up="It broke")],
        stockreserved=Decided("shop.stock", "act", 3),
    )
    assert said[1:] == [
        "But till gave up on OrderPlaced at attempt 5 and said AgentFailed. Agent: shop.till; attempts: 5.",
        "Enter stock: keeps the shelves. It heard OrderPlaced at attempt 3 and said StockReserved. Goods lie ready.",
        "Post heard StockReserved and acted on it, which is no event.",
        "It has no end: it is stuck. Still open: shop.till gave up on OrderPlaced: It broke.",
        "troupe trace c-1",
    ]


def test_time_that_passed_is_told_and_only_what_is_new() -> None:
    trace = Trace(story(PLACED, RESERVED), "troupe", BEGAN)
    teller = narrator()
    assert len(teller.tell(trace, [PLACED])) == 3
    again = teller.tell(trace, [RESERVED])
    assert [p.text.split(".")[0] for p in again] == [
        "Enter stock: keeps the shelves",
        "It has no end so far",
        "troupe trace c-1",
    ]


def test_further_stories_are_summed_up() -> None:
    ended, open_ = (Trace(story(*events), "troupe", BEGAN) for events in ((PLACED, RESERVED, PAID, SHIPPED), (PLACED,)))
    assert narrator().again([ended, ended, open_]).text == (
        "The same 3 times more: 2 ended with OrderShipped and 1 did not end."
    )


def test_of_a_scene_its_own_story_is_told_in_full_and_strangers_get_a_word() -> None:
    note = event("Note", {}, source="troupe.other.scribe")
    strangers = [StoredEvent({**note.item, "pk": {"S": f"C#n-{n}"}}) for n in (1, 2)]
    own = StoredEvent({**PLACED.item, "pk": {"S": "C#c-1"}})
    known = {"c-1": [own], "n-1": [strangers[0]], "n-2": [strangers[1]]}
    traces = {id: Trace(story(*events), "troupe", BEGAN) for id, events in known.items()}
    passages = list(narrator().act(("c-1",), [own, *strangers], traces.__getitem__))
    assert [p.text for p in passages[1:]] == [
        "It has no end so far.",
        "troupe trace c-1",
        "Meanwhile other.scribe said Note in 2 stories; one of them: `troupe trace n-1`.",
    ]


def test_only_short_and_new_values_are_salient() -> None:
    said = Salient()
    data = {
        "order_id": "o-1",
        "page": "<html>" + "x" * 199,
        "none": None,
        "who": {"id": "ada", "claims": {}},
        "n": 12345,
    }
    assert said.of(data) == "order id: o-1; who: ada; n: 12,345"
    assert said.of(data | {"n": 2, "lines": [{"sku": "lamp", "count": 2}]}) == "n: 2; lines: lamp 2"
    assert Salient().of({"text": "word " * 99})[-1] == "…"
    assert Salient().of({"at": "2026-11-27T10:30:59.5Z"}) == "at: 2026-11-27 10:30 UTC"
    verdict = {"check": "terms", "verdict": "concern", "why": ["word " * 20, "word " * 20]}
    assert Salient().of({"is": verdict}) == "is: terms, concern, …"
    assert Salient().of({"many": list(range(10, 99))}) == "many: 89 of them"
    assert Salient().of(["no", "object"]) == ""
