"""A demo in writing is held against the contracts before anything is booted; what is wrong with it is a sentence."""

from pathlib import Path

import pytest

from conftest import ROOT
from tests.choreography.shop import build_shop, write
from troupe.choreography.demos import DemoError, event_of, playable, read
from troupe.choreography.discovery import contracts

PLAIN = "title: A sale\nscenes:\n- say: Ada buys.\n  publish: OrderPlaced\n"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return build_shop(tmp_path)


def test_what_is_not_said_is_the_contracts_example(shop: Path) -> None:
    write(shop, "functions/shop/demo.yaml", PLAIN)
    (scene,) = read(shop, "shop").scenes
    (contract,) = [c for c in contracts(shop) if c.type_name() == "OrderPlaced"]
    assert event_of(scene, contracts(shop), lambda _: None) == contract.model_validate(contract.example)
    assert (scene.later, scene.times, scene.story) == (0, 1, None)


def test_a_value_is_taken_from_an_earlier_event(shop: Path) -> None:
    field = next(iter(next(c for c in contracts(shop) if c.type_name() == "OrderPlaced").example))
    write(shop, "functions/shop/demo.yaml", f"{PLAIN}  data: {{{field}: '${{StockReserved.order}}'}}\n")
    (scene,) = read(shop, "shop").scenes
    taken = event_of(scene, contracts(shop), {"StockReserved": {"order": "o-7"}}.get)
    assert getattr(taken, field) == "o-7"
    with pytest.raises(DemoError, match=r"“Ada buys.” cannot be played. It needs order of StockReserved, and no such"):
        event_of(scene, contracts(shop), lambda _: None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title: x\nscenes: [", r"functions/shop/demo\.yaml:2: this is not YAML: "),
        ("- 1", r"functions/shop/demo\.yaml: the data: Input should be a valid dictionary"),
        ("title: x\nscenes: []", r"demo\.yaml: scenes: List should have at least 1 item"),
        (f"{PLAIN}  latr: 3", r"demo\.yaml: scenes\.0\.latr: Extra inputs are not permitted\."),
        (f"{PLAIN}  later: .inf", r"scenes\.0\.later: "),
        (PLAIN.replace("OrderPlaced", "OrderPlacd"), r"scene 1: There is no event OrderPlacd\. Did you mean OrderPl"),
        (PLAIN.replace("OrderPlaced", "StockReserved"), r"scene 1: StockReserved is no root, so an agent publishes it"),
        (f"{PLAIN}  data: {{nonsense: 1}}", r"scene 1: The data breaks the contract OrderPlaced: "),
        (f"{PLAIN}  story: 1", r"scene 1: it goes on with the story of scene 1, which does not come before it\."),
    ],
)
def test_what_cannot_be_played_is_a_sentence_with_its_place(shop: Path, text: str, said: str) -> None:
    write(shop, "functions/shop/demo.yaml", text)
    with pytest.raises(DemoError, match=said):
        read(shop, "shop")
    assert list(playable(shop)) == ["shop"] and "demo.yaml" in playable(shop)["shop"]


def test_a_domain_without_a_demo_and_no_domain_are_told_apart(shop: Path) -> None:
    assert playable(shop) == {}
    with pytest.raises(DemoError, match=r"shop has no demo: functions/shop/demo\.yaml is missing\. No domain has one"):
        read(shop, "shop")
    for strange in ("shpo", "../shop", "", "/etc"):
        with pytest.raises(DemoError, match=r"There is no domain "):
            read(shop, strange)
    write(shop, "functions/shop/demo.yaml", PLAIN)
    with pytest.raises(DemoError, match=r"There is no domain shpo\. Did you mean shop\?"):
        read(shop, "shpo")
    assert playable(shop) == {"shop": "A sale"}


def test_every_shipped_demo_keeps_its_contracts() -> None:
    for domain in playable(ROOT):
        assert read(ROOT, domain).scenes
