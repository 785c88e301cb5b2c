"""Files a contract with its decision, in four fixed steps: number, seal, file, register. Each is done once."""

from contracts.compliance import ComplianceDecided, ContractArchived, ContractSigned
from troupe import Agent, Context
from troupe.adapters import Steps

from .archive import Archive
from .filing import file_away

agent = Agent(timeout_s=20)


@agent.on
def archive(
    contract: ContractSigned, decision: ComplianceDecided, steps: Steps, shelf: Archive, context: Context
) -> ContractArchived:
    return file_away(contract, decision, steps, shelf, context)
