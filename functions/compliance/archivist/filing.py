"""The four steps of filing. What they draw and note cannot be had a second time, so each result is kept.

Begun anew after a crash, the sequence would draw another number, seal at another time, and file a second dossier.
"""

from __future__ import annotations

import hashlib
import secrets
from functools import partial
from typing import Any

from contracts.compliance import ComplianceDecided, ContractArchived, ContractSigned
from troupe import Context
from troupe.adapters import Steps

from .archive import Archive


def file_away(
    contract: ContractSigned, decision: ComplianceDecided, steps: Steps, archive: Archive, context: Context
) -> ContractArchived:
    """Number, seal, file, register: one after the other, each with what those before it came to."""
    once = partial(steps.once, context.key)
    papers = {"contract": contract.model_dump(mode="json"), "decision": decision.model_dump(mode="json")}
    number = once("number", lambda _: f"{context.now:%Y}-{secrets.token_hex(6)}")
    seal = once("seal", lambda _: sealed(papers, number, context.now.isoformat()))
    place = once("file", lambda _: archive.put(f"dossiers/{number}", {**papers, **seal}))
    entry = {"contract_id": contract.contract_id, "outcome": decision.outcome, "dossier": place, **seal}
    once("register", lambda _: archive.put(f"register/{_shelfmark(contract.contract_id)}/{number}", entry))
    return ContractArchived(
        contract_id=contract.contract_id, outcome=decision.outcome, reason=decision.reason, place=place, **seal
    )


def sealed(papers: dict[str, Any], number: str, at: str) -> dict[str, str]:
    """Number, time and SHA-256 over both and the papers, in their RFC 8785 form: changed papers do not fit it."""
    import rfc8785

    form = rfc8785.dumps({**papers, "number": number, "sealed_at": at})
    return {"number": number, "sealed_at": at, "seal": hashlib.sha256(form).hexdigest()}


def _shelfmark(contract_id: str) -> str:
    """A folder's name for any contract id, which is anybody's text."""
    return hashlib.sha256(contract_id.encode()).hexdigest()[:32]
