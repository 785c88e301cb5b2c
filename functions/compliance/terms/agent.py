"""Holds a contract's term, notice, liability and law against what the company agrees to."""

from contracts.compliance import ContractSigned, TermsAssessed
from troupe import Agent

from .examine import examine
from .policy import policy

agent = Agent(batch_size=1)  # so that all of its attempts fit into the time for which the decider waits


@agent.on
def assess(event: ContractSigned) -> TermsAssessed:
    return TermsAssessed(contract_id=event.contract_id, assessment=examine(event, policy()))
