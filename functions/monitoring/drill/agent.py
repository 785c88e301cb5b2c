"""Carries out drills, so that a stage can be seen to raise its alarms before it has to."""

from contracts.monitoring import DrillCalled, DrillPassed, DrillRefused
from troupe import Agent

from .exercise import carry_out

# Alone in its batch and with a short turn: its attempts are over within minutes.
agent = Agent(timeout_s=2, batch_size=1)


@agent.on
def drill(event: DrillCalled) -> DrillPassed | DrillRefused:
    return carry_out(event)
