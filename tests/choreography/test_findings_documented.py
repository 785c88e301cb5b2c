"""docs/findings.md lists exactly the findings that there are, as severe as they are."""

from __future__ import annotations

import re
from pathlib import Path

from troupe.choreography.findings import RULES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "findings.md"


def test_the_page_lists_every_kind_of_finding_once() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| (error|warning|note) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(rows) == sorted((rule.name, rule.severity) for rule in RULES)
