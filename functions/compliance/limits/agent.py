"""Holds a contract's value, payment and sums against the company's financial limits."""

from contracts.compliance import ContractSigned, LimitsAssessed
from troupe import Agent

from .measure import measure
from .policy import policy

agent = Agent(batch_size=1)  # so that all of its attempts fit into the time for which the decider waits


@agent.on
def assess(event: ContractSigned) -> LimitsAssessed:
    return LimitsAssessed(contract_id=event.contract_id, assessment=measure(event, policy()))
