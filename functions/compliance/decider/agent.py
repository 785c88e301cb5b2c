"""Waits for every check and settles what follows from them together; says so when one stays silent."""

from contracts.compliance import (
    ComplianceDecided,
    ComplianceUndecided,
    DataProtectionAssessed,
    LimitsAssessed,
    PartiesAssessed,
    TermsAssessed,
)
from troupe import Agent, JoinExpired

from .decision import decided, undecided

agent = Agent()


@agent.on(within_s=600)
def decide(
    parties: PartiesAssessed,
    limits: LimitsAssessed,
    data_protection: DataProtectionAssessed,
    terms: TermsAssessed,
) -> ComplianceDecided:
    return decided(
        parties.contract_id,
        {
            "parties": parties.assessment,
            "limits": limits.assessment,
            "data protection": data_protection.assessment,
            "terms": terms.assessment,
        },
    )


@agent.on(where={"agent": ["compliance.decider"]})
def give_up(event: JoinExpired) -> ComplianceUndecided:
    return undecided(event.missing, event.arrived, event.within_s)
