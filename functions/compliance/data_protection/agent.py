"""Holds a contract's clauses on personal data against what the law asks for."""

from contracts.compliance import ContractSigned, DataProtectionAssessed
from troupe import Agent

from .policy import policy
from .review import review

agent = Agent(batch_size=1)  # so that all of its attempts fit into the time for which the decider waits


@agent.on
def assess(event: ContractSigned) -> DataProtectionAssessed:
    return DataProtectionAssessed(contract_id=event.contract_id, assessment=review(event, policy()))
