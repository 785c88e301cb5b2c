"""What counts as the same answer when the translator is measured."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.grading import same


@pytest.mark.parametrize(
    ("gold", "ours", "alike"),
    [
        ("2017-09-08 20:10:13", "2017-09-08T20:10:13", True),
        ("2017-09-08 20:10:13", "2017-09-08T20:10:14", False),
        ("2017-09-08 00:00:00", "2017-09-08", True),
        ("2017", 2017, True),
        (None, "x", False),
    ],
)
def test_a_cell_is_the_same_in_sqlite_s_and_in_json_s_spelling(gold: Any, ours: Any, alike: bool) -> None:
    assert same([(gold,), ("a",)], [(ours,), ("a",)], False) is alike
