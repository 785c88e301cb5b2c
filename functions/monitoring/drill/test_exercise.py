"""Each exercise does what it was called for."""

import pytest

from contracts.monitoring import DrillCalled, DrillPassed, DrillRefused

from .exercise import DrillFails, carry_out


def test_a_drill_passes_is_refused_or_fails() -> None:
    assert carry_out(DrillCalled(exercise="pass")) == DrillPassed(exercise="pass")
    refused = carry_out(DrillCalled(exercise="refuse"))
    assert isinstance(refused, DrillRefused) and refused.rule
    with pytest.raises(DrillFails):
        carry_out(DrillCalled(exercise="fail"))
