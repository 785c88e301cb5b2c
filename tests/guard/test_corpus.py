"""Every attack is refused by a rule that is meant for it, and every legitimate statement passes."""

from __future__ import annotations

from collections import Counter

import pytest

from functions.query.sql_runner.guard import Approved, check
from functions.query.sql_runner.policy import load_policy
from functions.query.sql_runner.refusal import Refusal
from troupe.runtime.settings import project_root

from .corpus import Case, accepts, attacks

POLICY = load_policy(project_root() / "warehouse" / "policy.yaml")
ATTACKS, ACCEPTS = attacks(), accepts()


def test_the_corpora_are_as_large_as_they_should_be() -> None:
    kinds = Counter(case.kind for case in ATTACKS)
    assert len(kinds) == 16 and min(kinds.values()) >= 10 and len(ATTACKS) > 700
    assert len({case.kind for case in ACCEPTS}) == 13 and len(ACCEPTS) > 400


@pytest.mark.parametrize("case", ATTACKS, ids=lambda case: f"{case.kind}: {case.sql}"[:80])
def test_refuses(case: Case) -> None:
    verdict = check(case.sql, POLICY)
    assert isinstance(verdict, Refusal), f"approved: {verdict.sql}"
    assert verdict.rule in case.rules
    assert verdict.reason.endswith(".") and "\n" not in verdict.reason


@pytest.mark.parametrize("case", ACCEPTS, ids=lambda case: f"{case.kind}: {case.sql}"[:80])
def test_approves(case: Case) -> None:
    verdict = check(case.sql, POLICY)
    assert isinstance(verdict, Approved), verdict
    assert verdict.limit <= POLICY.limits.max_rows
