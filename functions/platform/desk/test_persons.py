from __future__ import annotations

import pytest

from troupe import Person, Refused

from .persons import may_see, person

SESSION = "arn:aws:sts::1234:assumed-role/{}/{}"
NORTH = {"arn:aws:iam::*:role/north-*": {"tenant": "north"}}


@pytest.mark.parametrize(
    ("caller", "claims"),
    [
        (SESSION.format("north-sales", "ada"), {"tenant": "north"}),
        (SESSION.format("south-sales", "north-sales"), {}),
        (SESSION.format("south-sales", "x:role/north-sales"), {}),
        ("arn:aws:iam::1234:role/north-sales", {"tenant": "north"}),
        ("arn:aws:iam::1234:user/north-sales", {}),
        ("arn:aws:iam::1234:user/x/role/north-sales", {}),
        ("arn:aws:sts::1234:federated-user/north-sales", {}),
        ("ada", {}),
    ],
)
def test_the_role_decides_about_claims_and_never_the_session_s_name(caller: str, claims: dict[str, str]) -> None:
    assert person(caller, NORTH) == Person(id=caller, claims=claims)


def test_a_star_ends_with_its_part_of_the_arn_and_nothing_else_is_special() -> None:
    assert person("arn:aws:iam::1:role/x", {"arn:aws:iam:*:role/x": {"a": "b"}}).claims == {}
    assert person("arn:aws:iam::12:role/abc", {"arn:aws:iam::1?:role/a[b]c": {"a": "b"}}).claims == {}
    assert person("arn:aws:iam::12:role/abc", {"arn:aws:iam::1?:role/a?c": {"a": "b"}}).claims == {"a": "b"}


def test_claims_add_up_and_a_contradiction_is_nobody_s_to_decide() -> None:
    both = {**NORTH, "arn:aws:iam::*:role/*-sales": {"team": "sales"}}
    assert person(SESSION.format("north-sales", "ada"), both).claims == {"tenant": "north", "team": "sales"}
    two = {**NORTH, "arn:aws:iam::*:role/*-sales": {"tenant": "south"}}
    with pytest.raises(Refused, match="two different things") as refused:
        person(SESSION.format("north-sales", "ada"), two)
    assert refused.value.status == 403


@pytest.mark.parametrize(
    ("viewer", "asker", "sees"),
    [
        ({}, {}, True),
        ({"tenant": "north"}, {"tenant": "north"}, True),
        ({"tenant": "north", "role": "boss"}, {"tenant": "north"}, True),
        ({"tenant": "north"}, {"tenant": "north", "role": "boss"}, False),
        ({"tenant": "south"}, {"tenant": "north"}, False),
        ({}, {"tenant": "north"}, False),
        ({"tenant": "north"}, {}, False),
    ],
)
def test_a_request_concerns_whom_all_is_claimed_of_that_is_claimed_of_its_asker(
    viewer: dict[str, str], asker: dict[str, str], sees: bool
) -> None:
    assert may_see(Person(id="v", claims=viewer), Person(id="a", claims=asker)) is sees
