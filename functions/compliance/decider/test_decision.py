"""What assessments come to together, and whose doing it is."""

from __future__ import annotations

from itertools import product
from typing import get_args

import pytest

from contracts.compliance import Assessment, ComplianceDecided, Verdict

from .decision import decided, outcome, undecided

CHECKS = ("parties", "limits", "data protection", "terms")


def decision(*verdicts: Verdict) -> ComplianceDecided:
    return decided("K-1", {c: Assessment(verdict=v) for c, v in zip(CHECKS, verdicts, strict=True)})


@pytest.mark.parametrize(
    ("verdicts", "found", "reason"),
    [
        ("clear clear clear clear", "cleared", "Nobody objected: parties, limits, data protection and terms together"),
        ("clear concern clear clear", "conditional", "Limits alone made it conditional."),
        ("clear clear breach clear", "refused", "Data protection alone refused it."),
        ("breach concern clear clear", "refused", "Parties alone refused it."),
        ("concern concern clear clear", "conditional", "Nobody alone: each of parties and limits would have made it"),
        ("breach clear clear breach", "refused", "Nobody alone: each of parties and terms would have refused it"),
        ("concern concern concern clear", "refused", "Nobody alone: only parties, limits and data protection together"),
        ("concern concern concern concern", "refused", "Nobody alone: only parties, limits, data protection and terms"),
        ("breach concern concern concern", "refused", "Nobody alone: parties would have refused it without the others"),
    ],
)
def test_who_decided(verdicts: str, found: str, reason: str) -> None:
    made = decision(*verdicts.split())  # type: ignore[arg-type]
    assert made.outcome == found and made.reason.startswith(reason)


def test_necessary_and_sufficient_mean_what_they_say() -> None:
    for verdicts in product(get_args(Verdict), repeat=4):
        made = decision(*verdicts)
        for number, vote in enumerate(made.votes):
            silent = [*verdicts]
            silent[number] = "clear"
            alone = outcome("clear" if other != number else v for other, v in enumerate(verdicts))
            assert vote.necessary == (outcome(silent) != made.outcome)
            assert vote.sufficient == (verdicts[number] != "clear" and alone == made.outcome)


def test_a_worse_verdict_never_makes_a_better_outcome() -> None:
    severity, rank = get_args(Verdict), ("cleared", "conditional", "refused")
    for verdicts in product(severity, repeat=4):
        for number, verdict in enumerate(verdicts):
            for worse in severity[severity.index(verdict) :]:
                other = [*verdicts]
                other[number] = worse
                assert rank.index(outcome(other)) >= rank.index(outcome(verdicts))


def test_a_check_that_stays_silent_decides_nothing() -> None:
    made = undecided(["data_protection", "terms"], ["PartiesAssessed", "LimitsAssessed"], 600)
    assert made.missing == ["data protection", "terms"]
    assert made.reason == "Data protection and terms did not answer within 600 s."
