"""The document for catalogue tools, held against AsyncAPI's own schema and against the events themselves.

`official/` holds the schema as npm's @asyncapi/specs 6.11.1 ships it, under the Apache License 2.0 beside it.
"""

from __future__ import annotations

import copy
import gzip
import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.choreography.shop import build_shop, edit
from troupe.choreography.asyncapi import document
from troupe.choreography.graph import read_project
from troupe.choreography.released import drafts
from troupe.choreography.released import write as write_release

CHECKOUT = Path(__file__).resolve().parents[2]
CONTRACT = "contracts/shop.py"
IMPORTS = """from typing import Annotated, Literal

from pydantic import Discriminator

from troupe import Event, Value"""
FIELDS = """
    # one of each kind whose schema AsyncAPI spells in another way
    item: str
    place: Place | None = None
    \"\"\"Where it goes.\"\"\"
    size: tuple[int, int] = (1, 1)
    paid: Annotated[Card | Cash, Discriminator("kind")] | None = None
"""
VALUES = """
class Place(Value):
    city: str


class Card(Value):
    kind: Literal["card"]


class Cash(Value):
    kind: Literal["cash"]


class OrderPlaced("""


@pytest.fixture(scope="module")
def official() -> Any:
    text = gzip.decompress((Path(__file__).parent / "official/asyncapi-3.0.0.json.gz").read_bytes())
    return jsonschema.Draft7Validator(json.loads(text))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop whose OrderPlaced was released in a first version and is in its second one."""
    root = build_shop(tmp_path_factory.mktemp("shop"))
    for draft in drafts(root):
        write_release(draft)
    edit(root, CONTRACT, "from troupe import Event", IMPORTS)
    edit(root, CONTRACT, "class OrderPlaced(", VALUES.lstrip())
    edit(root, CONTRACT, "within_s=60", "within_s=60, version=2, upcast={1: dict}")
    edit(root, CONTRACT, "\n    item: str\n", FIELDS)
    # Where it was read from, Python keeps what it was.
    return Path(shutil.copytree(root, tmp_path_factory.mktemp("second") / "shop"))


@pytest.fixture(scope="module")
def described(shop: Path) -> dict[str, Any]:
    return document(read_project(shop), shop, "troupe")


def test_it_is_valid(described: dict[str, Any], official: Any) -> None:
    assert [error.message for error in official.iter_errors(described)] == []
    broken = copy.deepcopy(described)
    broken["operations"]["shop.stock.reserve"]["action"] = "hear"
    assert list(official.iter_errors(broken))


def test_what_is_shipped_is_valid_too(official: Any) -> None:
    made = document(read_project(CHECKOUT), CHECKOUT, "troupe")
    assert [error.message for error in official.iter_errors(made)] == []
    _check_examples(made)


def test_it_is_the_same_each_time(shop: Path, described: dict[str, Any]) -> None:
    assert json.dumps(document(read_project(shop), shop, "troupe")) == json.dumps(described)


def test_every_reference_leads_somewhere(described: dict[str, Any]) -> None:
    def follow(part: Any) -> None:
        if isinstance(part, dict):
            if "$ref" in part:
                found: Any = described
                for step in part["$ref"].removeprefix("#/").split("/"):
                    found = found[step]
            for inside in part.values():
                follow(inside)
        elif isinstance(part, list):
            for inside in part:
                follow(inside)

    follow(described)


def _check_examples(described: dict[str, Any]) -> None:
    for name, message in described["components"]["messages"].items():
        schema = {"$ref": f"#/components/messages/{name}/payload", "components": described["components"]}
        for example in message.get("examples", []):
            jsonschema.Draft7Validator(schema).validate(example["payload"])


def test_examples_are_events_as_they_travel(described: dict[str, Any]) -> None:
    _check_examples(described)
    placed = described["components"]["messages"]["OrderPlaced"]
    (example,) = placed["examples"]
    assert example["headers"]["detail-type"] == "OrderPlaced"
    assert example["payload"]["data"]["item"] == "pen"
    assert len(example["payload"]["metadata"]["digest"]) == 64
    refused = copy.deepcopy(example["payload"])
    refused["data"]["item"] = 7
    schema = {"$ref": "#/components/messages/OrderPlaced/payload", "components": described["components"]}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft7Validator(schema).validate(refused)


def test_it_says_who_owns_publishes_and_hears_each_event(described: dict[str, Any]) -> None:
    reserved = described["components"]["messages"]["StockReserved"]
    assert (reserved["x-owner"], reserved["x-producers"], reserved["x-consumers"]) == (
        "shop", ["shop.stock"], ["shop.shipping"],
    )  # fmt: skip
    assert reserved["summary"] == "The item is set aside."
    operations = described["operations"]
    assert operations["shop.stock.reserve"]["action"] == "receive"
    assert operations["shop.stock.reserve"]["x-narrowed"] is True
    assert operations["shop.shipping.ship"]["x-joins"] == [["StockReserved"], ["PaymentCleared"]]
    assert operations["shop.stock.publishes"]["messages"] == [
        {"$ref": "#/channels/bus/messages/OrderCancelled"},
        {"$ref": "#/channels/bus/messages/StockReserved"},
    ]
    assert "Tick" not in described["channels"]["bus"]["messages"]


def test_fields_have_their_words_and_versions_their_schemas(described: dict[str, Any]) -> None:
    parts = described["components"]["schemas"]
    assert parts["OrderPlaced"]["properties"]["place"]["description"] == "Where it goes."
    assert parts["OrderPlaced"]["properties"]["size"]["items"] == [{"type": "integer"}, {"type": "integer"}]
    assert parts["OrderPlaced"]["properties"]["paid"]["anyOf"][0]["discriminator"] == "kind"
    placed = described["components"]["messages"]["OrderPlaced"]
    assert placed["x-version"] == 2
    assert placed["x-released"] == [{"version": 1, "schema": "#/components/schemas/OrderPlaced_v1"}]
    assert parts["OrderPlaced_v1"]["properties"] == {"item": {"type": "string"}}
