"""Who counts as one person where two are asked for."""

from __future__ import annotations

import pytest

from troupe.runtime.person import are_one

SESSION = "arn:aws:sts::1234:assumed-role/{}/{}"


@pytest.mark.parametrize(
    ("first", "second", "one"),
    [
        (SESSION.format("sales", "ada"), SESSION.format("sales", "not-ada"), True),
        (SESSION.format("sales", "ada"), SESSION.format("boss", "ada"), False),
        (SESSION.format("AWSReservedSSO_x_1", "ada"), SESSION.format("AWSReservedSSO_x_1", "bea"), False),
        ("arn:aws:iam::1:user/ada", "arn:aws:iam::1:user/bea", False),
        ("arn:aws:sts::1:federated-user/ada", "arn:aws:sts::1:federated-user/bea", True),
        ("ada", "ada", True),
    ],
)
def test_two_sessions_that_one_human_could_open_are_one_person(first: str, second: str, one: bool) -> None:
    assert are_one(first, second) is one
