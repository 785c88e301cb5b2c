"""Each mistake is caught by the right finding, at the right place, and by no other."""

from pathlib import Path

import pytest

from tests.choreography.shop import edit, write
from troupe.choreography.findings import findings
from troupe.choreography.graph import read_project

CONTRACT = "contracts/shop.py"
STOCK = "functions/shop/stock/agent.py"
ALLOWED = "  # troupe: allow silent-end, because nobody orders nothing"
UNHEARD = 'class Restocked(Event):\n    """More came."""\n'


def found(root: Path) -> list[tuple[str, str]]:
    return [(f.rule, f.where) for f in findings(read_project(root), root) if not f.reason]


def append(root: Path, text: str) -> int:
    """Adds to the contracts; the line on which the addition begins."""
    file = root / CONTRACT
    before = file.read_text() + "\n\n"
    file.write_text(before + text)
    return before.count("\n") + 1


def test_nothing_is_wrong_with_the_shop(shop: Path) -> None:
    assert found(shop) == []


def test_an_event_nobody_hears(shop: Path) -> None:
    line = append(shop, UNHEARD)
    edit(shop, STOCK, "-> StockReserved |", "-> StockReserved | Restocked |")
    edit(shop, STOCK, "OrderPlaced, StockReserved", "OrderPlaced, Restocked, StockReserved")
    assert found(shop) == [("unheard-event", f"contracts/shop.py:{line}")]
    (finding,) = (f for f in findings(read_project(shop), shop) if not f.reason)
    assert finding.what == "Restocked is heard by nobody, though shop.stock may publish it."
    assert finding.why and finding.fix and finding.silence == "# troupe: allow unheard-event, because …"


def test_a_declared_event_that_nobody_publishes_or_hears(shop: Path) -> None:
    line = append(shop, UNHEARD)
    assert found(shop) == [("unheard-event", f"contracts/shop.py:{line}")]


def test_a_root_that_nobody_hears_is_found_once(shop: Path) -> None:
    line = append(shop, UNHEARD.replace("(Event)", "(Event, root=True)"))
    assert found(shop) == [("unheard-event", f"contracts/shop.py:{line}")]


def test_hearing_everything_is_not_hearing(shop: Path) -> None:
    (shop / "functions/shop/shipping/agent.py").unlink()
    rules = {f.what.split()[0]: f.rule for f in findings(read_project(shop), shop) if not f.reason}
    assert rules == {"PaymentCleared": "unheard-event", "StockReserved": "unheard-event"}


def test_a_subscription_nobody_satisfies(shop: Path) -> None:
    append(shop, UNHEARD)
    edit(shop, STOCK, "event: OrderPlaced", "event: OrderPlaced | Restocked")
    edit(shop, STOCK, "OrderPlaced, StockReserved", "OrderPlaced, Restocked, StockReserved")
    assert found(shop) == [("unsatisfied-subscription", f"{STOCK}:9")]


def test_the_platforms_own_events_need_no_publisher(shop: Path) -> None:
    text = (shop / STOCK).read_text().replace(ALLOWED, "")
    text = text.replace("import Agent", "import Agent, AgentFailed").replace("Sets", "Mourns")
    text = text.replace("event: OrderPlaced", "event: AgentFailed").replace("OrderPlaced, ", "")
    write(shop, "functions/shop/mourner/agent.py", text)
    assert found(shop) == []


def test_a_root_without_an_end(shop: Path) -> None:
    edit(shop, STOCK, ALLOWED, "")
    edit(shop, CONTRACT, "class OrderShipped(Event, terminal=True)", "class OrderShipped(Event)")
    edit(shop, CONTRACT, "class OrderCancelled(Event, terminal=True)", "class OrderCancelled(Event)")
    write(
        shop,
        "functions/shop/archive/agent.py",
        '"""Keeps."""\nfrom contracts.shop import OrderCancelled, OrderShipped\nfrom troupe import Agent\n\n'
        "agent = Agent()\n\n\n@agent.on\ndef keep(event: OrderShipped | OrderCancelled) -> None: ...\n",
    )
    assert found(shop) == [("endless-root", "contracts/shop.py:6")]


@pytest.mark.parametrize(
    "text",
    [
        UNHEARD.replace(":\n", ":  # troupe: allow unheard-event, because finance reads the archive\n", 1),
        "# troupe: allow unheard-event because finance reads the archive\n" + UNHEARD,
    ],
)
def test_a_comment_with_a_reason_silences(shop: Path, text: str) -> None:
    append(shop, text)
    assert found(shop) == []
    assert "finance reads the archive" in [f.reason for f in findings(read_project(shop), shop)]


def test_a_comment_without_a_reason_does_not_silence(shop: Path) -> None:
    line = append(shop, "# troupe: allow unheard-event\n" + UNHEARD)
    assert found(shop) == [
        ("silence-without-reason", f"{CONTRACT}:{line}"),
        ("unheard-event", f"{CONTRACT}:{line + 1}"),
    ]


def test_a_comment_about_something_else_does_not_silence(shop: Path) -> None:
    line = append(shop, "# troupe: allow endless-root, because it is old\n" + UNHEARD)
    assert found(shop) == [("idle-silence", f"{CONTRACT}:{line}"), ("unheard-event", f"{CONTRACT}:{line + 1}")]


def test_a_handler_is_silenced_at_its_decorator(shop: Path) -> None:
    append(shop, UNHEARD)
    edit(shop, STOCK, "event: OrderPlaced", "event: OrderPlaced | Restocked")
    edit(shop, STOCK, "OrderPlaced, StockReserved", "OrderPlaced, Restocked, StockReserved")
    edit(shop, STOCK, "@agent.on", "# troupe: allow unsatisfied-subscription, because it comes next week\n@agent.on")
    assert found(shop) == []


def test_what_only_looks_like_a_comment_silences_nothing(shop: Path) -> None:
    text = UNHEARD.replace("More came.", "Not with # troupe: allow unheard-event, because it is text.")
    line = append(shop, text)
    assert found(shop) == [("unheard-event", f"{CONTRACT}:{line}")]
