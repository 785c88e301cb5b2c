"""A contract that changed since its release: who breaks, in which direction, at which field and line."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from tests.choreography.shop import build_shop, edit, write
from troupe.choreography.discovery import DiscoveryError, forget
from troupe.choreography.evolution import deploying
from troupe.choreography.findings import Finding, findings
from troupe.choreography.graph import read_project
from troupe.choreography.released import drafts, releases
from troupe.choreography.released import write as write_release

CONTRACT = "contracts/shop.py"
ORDERED = f"{CONTRACT}:11"
"""Where the shop's OrderPlaced declares its item."""
HEAD = f"{CONTRACT}:6"


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shop, with a value inside an event, all of its contracts released."""
    shop = build_shop(tmp_path_factory.mktemp("before"))
    edit(shop, CONTRACT, "import Event", "import Event, Value")
    edit(shop, CONTRACT, 'is set aside."""', 'is set aside."""\n\n    parcels: list["Parcel"] = []')
    text = (shop / CONTRACT).read_text()
    (shop / CONTRACT).write_text(text + '\n\nclass Parcel(Value):\n    weight: int\n    note: str = ""\n')
    release_all(shop)
    return shop


@pytest.fixture
def released(before: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same for somebody to work on."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # two versions within a second look alike to a cache
    return Path(shutil.copytree(before, tmp_path / "shop", ignore=shutil.ignore_patterns("__pycache__")))


def afresh(root: Path) -> Path:
    """The project as another run of `troupe check` reads it."""
    forget(root)
    return root


def found(root: Path) -> list[Finding]:
    return [f for f in findings(read_project(afresh(root)), root) if not f.reason]


def release_all(root: Path) -> list[str]:
    """Writes what is not released yet; how each of it stood."""
    made = drafts(afresh(root))
    for draft in made:
        write_release(draft)
    return [draft.standing for draft in made]


def test_what_is_as_it_was_released_is_fine(released: Path) -> None:
    edit(released, CONTRACT, "Somebody ordered.", "Somebody has ordered.")  # only said to people
    assert found(released) == [] and drafts(released) == []


def test_releasing_writes_one_schema_per_type_and_version(shop: Path) -> None:
    assert set(release_all(shop)) == {"new"}
    file = shop / "contracts/released/shop/OrderPlaced.v1.json"
    content = json.loads(file.read_text())
    assert content["title"] == "OrderPlaced" and content["x-version"] == 1
    assert content["x-terms"] == {"root": True, "within_s": 60} and content["examples"] == [{"item": "pen"}]
    assert content["properties"] == {"item": {"type": "string"}} and content["required"] == ["item"]
    assert (shop / "contracts/released/platform/AgentFailed.v1.json").is_file()
    assert not list(shop.rglob("Tick.v1.json"))  # no event of the bus
    assert drafts(shop) == []


def test_a_contract_that_nobody_released_may_change(shop: Path) -> None:
    edit(shop, CONTRACT, "item: str", "item: int")
    assert found(shop) == []


def test_a_changed_type_breaks_both_ways_and_names_who(released: Path) -> None:
    edit(released, CONTRACT, "item: str", "item: int")
    (finding,) = found(released)
    assert (finding.rule, finding.where) == ("broken-contract", ORDERED)
    assert finding.what == (
        "OrderPlaced.item was text, is now a whole number. What whoever publishes it from outside published before is "
        "refused by shop.payment and shop.stock. What whoever publishes it from outside will publish is refused by "
        "shop.payment and shop.stock as deployed before."
    )
    assert "version=2, upcast={1: function}" in finding.fix


def test_a_new_required_field_breaks_who_reads_what_was_published_before(released: Path) -> None:
    edit(released, CONTRACT, "item: str", "item: str\n    price: int")
    (finding,) = found(released)
    assert finding.where == f"{CONTRACT}:12"
    assert finding.what == (
        "OrderPlaced.price was not there, is now required. What whoever publishes it from outside published before is "
        "refused by shop.payment and shop.stock."
    )


def test_a_field_that_is_gone_breaks_who_is_deployed(released: Path) -> None:
    edit(released, CONTRACT, "    item: str\n", "")
    (finding,) = (f for f in found(released) if f.rule == "broken-contract")
    assert finding.where == HEAD
    assert finding.what == (
        "OrderPlaced.item was required, is now not there. What whoever publishes it from outside will publish is "
        "refused by shop.payment and shop.stock as deployed before."
    )


def test_a_value_inside_is_named_by_its_way_and_found_at_its_own_line(released: Path) -> None:
    edit(released, CONTRACT, "weight: int", "weight: str")
    (finding,) = found(released)
    line = 1 + (released / CONTRACT).read_text()[: (released / CONTRACT).read_text().index("weight")].count("\n")
    assert finding.where == f"{CONTRACT}:{line}"
    assert finding.what.startswith(
        "StockReserved.parcels[].weight was a whole number, is now text. What shop.stock published before is refused "
        "by shop.shipping. What shop.stock will publish is refused by shop.shipping as deployed before."
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("item: str", 'item: str\n    gift: str = ""'),
        ('    note: str = ""\n', ""),
        ("within_s=60", "within_s=30"),
        ('"item": "pen"', '"item": "ink"'),
    ],
)
def test_what_both_sides_read_may_change_and_be_released_again(released: Path, old: str, new: str) -> None:
    edit(released, CONTRACT, old, new)
    assert found(released) == []
    assert release_all(released) == ["changed"]
    assert drafts(released) == []


def test_a_field_that_was_taken_out_is_remembered(released: Path) -> None:
    edit(released, CONTRACT, '    note: str = ""\n', "")
    release_all(released)
    kept = releases(released)["StockReserved"][1].schema["$defs"]["Parcel"]["properties"]["note"]
    assert kept["x-retired"] is True
    edit(released, CONTRACT, "weight: int\n", "weight: int\n    note: int = 0\n")
    (finding,) = found(released)
    assert finding.rule == "broken-contract" and finding.what.startswith("StockReserved.parcels[].note was text")


def test_a_change_that_cannot_be_judged_is_told_as_that(released: Path) -> None:
    validator = '\n\n    @field_validator("item")\n    @classmethod\n    def known(cls, item): return item'
    edit(released, CONTRACT, "item: str", "item: str" + validator)
    edit(released, CONTRACT, "from troupe import", "from pydantic import field_validator\n\nfrom troupe import")
    (finding,) = found(released)
    assert (finding.rule, finding.where) == ("unjudged-contract", f"{CONTRACT}:13")
    assert "cannot be told from the schemas: OrderPlaced.item was no x-rules, is now x-rules" in finding.what
    assert "troupe check --history" in finding.fix


def test_a_break_is_allowed_with_a_reason_at_the_field(released: Path) -> None:
    edit(
        released,
        CONTRACT,
        "item: str",
        "# troupe: allow broken-contract, because nobody has ordered yet\n    item: int",
    )
    assert found(released) == []
    release_all(released)
    assert [f.rule for f in found(released)] == ["idle-silence"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("root=True, within_s=60", "within_s=60", "OrderPlaced came from outside when it was released"),
        ("OrderShipped(Event, terminal=True)", "OrderShipped(Event)", "OrderShipped ended its story when it was"),
        ("StockReserved(Event)", "StockReserved(Event, terminal=True)", "StockReserved ends its story now, and did"),
    ],
)
def test_terms_that_change_what_a_story_is_are_breaks(released: Path, old: str, new: str, told: str) -> None:
    edit(released, CONTRACT, old, new)
    (finding,) = (f for f in found(released) if f.rule == "broken-contract")
    assert finding.what.startswith(told)


RAISED = "OrderPlaced(Event, root=True, within_s=60, version=2, upcast={1: counted})"
LIFTED = "def counted(data: dict) -> dict:\n    return {'item': len(data['item'])}\n\n\nclass OrderPlaced("


def test_a_raised_version_says_how_to_read_the_earlier_one(released: Path) -> None:
    edit(released, CONTRACT, "item: str", "item: int")
    edit(released, CONTRACT, '{"item": "pen"}', '{"item": 3}')
    edit(released, CONTRACT, "within_s=60", "within_s=60, version=2")
    (finding,) = found(released)
    assert (finding.rule, finding.where) == ("missing-upcaster", HEAD)
    assert "version 2, and nothing says how to read version 1, which was released: shop.payment" in finding.what
    edit(released, CONTRACT, "OrderPlaced(Event, root=True, within_s=60, version=2)", RAISED)
    edit(released, CONTRACT, "class OrderPlaced(", LIFTED)
    assert found(released) == []
    (draft,) = drafts(released)
    assert draft.standing == "new version"
    assert deploying(read_project(released), released, draft).startswith(
        "OrderPlaced goes from version 1 to 2: deploy who hears it first (shop.payment and shop.stock), then who "
        "publishes it (whoever publishes it from outside)."
    )
    write_release(draft)
    assert sorted(releases(released)["OrderPlaced"]) == [1, 2] and drafts(released) == []
    edit(released, CONTRACT, "len(data['item'])", "data['items']")
    (finding,) = found(released)
    assert finding.rule == "failing-upcaster"
    assert "its upcaster to version 2 failed with KeyError: 'items'" in finding.what
    edit(released, CONTRACT, "data['items']", "data['item']")
    (finding,) = found(released)
    assert finding.rule == "failing-upcaster" and "item: Input should be a valid integer" in finding.what


def test_a_version_does_not_go_back(released: Path) -> None:
    edit(released, CONTRACT, "within_s=60", "within_s=60, version=2, upcast={1: dict}")
    release_all(released)
    edit(released, CONTRACT, ", version=2, upcast={1: dict}", "")
    (finding,) = found(released)
    assert (finding.rule, finding.where) == ("version-taken-back", HEAD)


def test_a_released_contract_does_not_vanish_but_a_domain_may(released: Path) -> None:
    write(
        released,
        "contracts/other.py",
        '"""More."""\nfrom troupe import Event\n\n\nclass Left(Event, root=True):\n    """L."""\n',
    )
    release_all(released)
    edit(released, CONTRACT, 'class OrderCancelled(Event, terminal=True):\n    """It will not come."""\n', "")
    edit(released, "functions/shop/stock/agent.py", " | OrderCancelled", "")
    edit(released, "functions/shop/stock/agent.py", "OrderCancelled, ", "")
    (released / "contracts/other.py").unlink()
    (finding,) = found(released)
    assert (finding.rule, finding.where) == (
        "forgotten-contract",
        "contracts/released/shop/OrderCancelled.v1.json:1",
    )
    assert finding.silence == ""
    (released / "contracts/released/shop/OrderCancelled.v1.json").unlink()
    assert found(released) == []


def test_a_release_that_cannot_be_read_is_named(released: Path) -> None:
    write(released, "contracts/released/shop/OrderPlaced.v1.json", "{")
    with pytest.raises(DiscoveryError, match=r"contracts/released/shop/OrderPlaced.v1.json is no released contract"):
        found(released)
