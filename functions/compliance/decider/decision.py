"""What several assessments come to, and whose doing that is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from contracts.compliance import Assessment, ComplianceDecided, ComplianceUndecided, Outcome, Verdict, Vote

REFUSED_FROM = 3
"""Concerns, of different checks, that together refuse a contract: each could be settled, so many are a warning."""
_SAID = {"cleared": "cleared it", "conditional": "made it conditional", "refused": "refused it"}


def decided(contract_id: str, assessments: Mapping[str, Assessment]) -> ComplianceDecided:
    """The outcome, and of each check whether it was needed for it and whether it would have been enough."""
    verdicts = {check: assessment.verdict for check, assessment in assessments.items()}
    found = outcome(verdicts.values())
    votes = [
        Vote(
            check=check,
            verdict=assessment.verdict,
            necessary=outcome(v for other, v in verdicts.items() if other != check) != found,
            sufficient=assessment.verdict != "clear" and outcome([assessment.verdict]) == found,
            findings=assessment.findings,
        )
        for check, assessment in assessments.items()
    ]
    return ComplianceDecided(contract_id=contract_id, outcome=found, reason=who_decided(found, votes), votes=votes)


def outcome(verdicts: Iterable[Verdict]) -> Outcome:
    """One breach refuses, as do many concerns; fewer ask for conditions."""
    found = [*verdicts]
    if "breach" in found or found.count("concern") >= REFUSED_FROM:
        return "refused"
    return "conditional" if "concern" in found else "cleared"


def who_decided(found: Outcome, votes: list[Vote]) -> str:
    """Who decided, in one sentence, also where nobody alone did."""
    did = _SAID[found]
    necessary, sufficient = ([v.check for v in votes if getattr(v, kind)] for kind in ("necessary", "sufficient"))
    objecting = [vote.check for vote in votes if vote.verdict != "clear"]
    if not objecting:
        return f"Nobody objected: {_all(v.check for v in votes)} together {did}."
    if len(sufficient) == 1 and sufficient == necessary:
        return f"{sufficient[0].capitalize()} alone {did}."
    if sufficient:
        one = sufficient[0] if len(sufficient) == 1 else f"each of {_all(sufficient)}"
        return f"Nobody alone: {one} would have {did} without the others, and the others without it."
    return f"Nobody alone: only {_all(objecting)} together {did}."


def undecided(missing: list[str], arrived: list[str], within_s: int) -> ComplianceUndecided:
    """The end where a check stayed silent."""
    checks = [name.replace("_", " ") for name in missing]
    return ComplianceUndecided(
        missing=checks, arrived=arrived, reason=f"{_all(checks)} did not answer within {within_s} s.".capitalize()
    )


def _all(names: Iterable[str]) -> str:
    *firsts, last = names
    return f"{', '.join(firsts)} and {last}" if firsts else last
