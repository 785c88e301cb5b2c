"""Holds the parties of a contract against the lists of those with whom no business is done."""

from contracts.compliance import ContractSigned, PartiesAssessed
from troupe import Agent

from .policy import policy
from .screen import screen

agent = Agent(batch_size=1)  # so that all of its attempts fit into the time for which the decider waits


@agent.on
def assess(event: ContractSigned) -> PartiesAssessed:
    return PartiesAssessed(contract_id=event.contract_id, assessment=screen(event, policy()))
