"""Only what keeps its contract comes in, and a refusal says what is wrong."""

import pytest

from troupe import Event
from troupe.choreography.admission import AdmissionError, admit


class OrderPlaced(Event, root=True):
    example = {"item": "pen"}

    item: str
    count: int = 1


class OrderShipped(Event): ...


KNOWN = (OrderPlaced, OrderShipped)


def test_admits_what_keeps_the_contract() -> None:
    assert admit("OrderPlaced", '{"item": "pen", "count": 2}', KNOWN) == OrderPlaced(item="pen", count=2)


@pytest.mark.parametrize(
    ("type_name", "text", "sentence"),
    [
        ("OrderPlacd", "{}", "There is no event OrderPlacd. Did you mean OrderPlaced"),
        ("ordershipped", "{}", "Did you mean OrderShipped"),
        ("Zzz", "{}", "There are OrderPlaced, OrderShipped."),
        ("Z" * 100_000, "{}", "There is no event Z{60}…. There are"),
        ("OrderPlaced", "{item: pen}", r'not JSON: .* line 1 column 2 .*It looks like {"item": "pen"}\.'),
        ("OrderPlaced", "", "not JSON"),
        ("OrderPlaced", "[1]", "is a JSON object, such as"),
        ("OrderPlaced", '{"item": NaN}', "NaN is not a JSON number"),
        ("OrderPlaced", "[" * 100_000, "nested too deeply"),
        ("OrderPlaced", '{"count": 1}', "breaks the contract OrderPlaced: item: Field required"),
        ("OrderPlaced", '{"item": "pen", "colour": "red"}', "colour: Extra inputs are not permitted"),
        ("OrderPlaced", '{"item": 3, "count": "x"}', r"item: Input should be a valid string \(and 1 more\)"),
    ],
)
def test_refuses_with_one_sentence(type_name: str, text: str, sentence: str) -> None:
    with pytest.raises(AdmissionError, match=sentence) as caught:
        admit(type_name, text, KNOWN)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_says_so_when_there_are_no_contracts() -> None:
    with pytest.raises(AdmissionError, match="no contracts yet"):
        admit("OrderPlaced", "{}", ())
