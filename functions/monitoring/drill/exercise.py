"""What a drill does. It fails for real: what it leaves behind, a dead letter, has to be dropped by hand afterwards."""

from __future__ import annotations

from contracts.monitoring import DrillCalled, DrillPassed, DrillRefused

RULE = "drill"


class DrillFails(Exception):
    """As it was called for."""


def carry_out(event: DrillCalled) -> DrillPassed | DrillRefused:
    """Raises DrillFails when that is the exercise."""
    if event.exercise == "fail":
        raise DrillFails("This drill was called to fail.")
    if event.exercise == "refuse":
        return DrillRefused(rule=RULE, reason="This drill was called to be refused.")
    return DrillPassed(exercise=event.exercise)
