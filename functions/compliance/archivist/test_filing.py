"""The seal holds what was filed; a contract's id cannot choose its place."""

from __future__ import annotations

import pytest

from .filing import _shelfmark, sealed

PAPERS = {"contract": {"contract_id": "K-1"}, "decision": {"outcome": "cleared"}}
SEAL = sealed(PAPERS, "2026-1", "2026-12-01T00:00:00Z")


@pytest.mark.parametrize(
    ("papers", "number", "at"),
    [
        ({**PAPERS, "decision": {"outcome": "refused"}}, "2026-1", "2026-12-01T00:00:00Z"),
        (PAPERS, "2026-2", "2026-12-01T00:00:00Z"),
        (PAPERS, "2026-1", "2026-12-02T00:00:00Z"),
    ],
)
def test_nothing_can_be_changed_under_a_seal(papers: dict[str, object], number: str, at: str) -> None:
    assert sealed(dict(reversed(PAPERS.items())), "2026-1", "2026-12-01T00:00:00Z") == SEAL
    assert sealed(papers, number, at)["seal"] != SEAL["seal"]


def test_a_contract_s_id_does_not_choose_its_place() -> None:
    marks = {_shelfmark(text) for text in ("K-1", "../../payload/X", "K-1/", "ünicode\n")}
    assert len(marks) == 4 and all(mark.isalnum() and len(mark) == 32 for mark in marks)
