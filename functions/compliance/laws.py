"""What was decided is filed once: what must hold once all contracts have drained, whatever went wrong on the way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from contracts.compliance import ComplianceDecided, ContractArchived
from troupe.local.simulation.laws import Aftermath


def violations(after: Aftermath) -> Iterator[str]:
    """Held against each other: the events, the dossiers, and the register."""
    told = _by_correlation(after, ContractArchived.type_name())
    decided = _by_correlation(after, ComplianceDecided.type_name())
    for correlation in decided.keys() - told.keys():
        yield f"what was decided in {correlation} is not filed."
    dossiers = {key: json.loads(body) for key, body in after.objects("archive/dossiers/").items()}
    entries = [json.loads(body) for body in after.objects("archive/register/").values()]
    seals = {data["place"]: data["seal"] for data in told.values()}
    for key in sorted(dossiers.keys() ^ seals.keys()):
        yield f"{key} is {'filed and told by no event' if key in dossiers else 'told and not filed'}."
    for key in dossiers.keys() & seals.keys():
        if dossiers[key]["seal"] != seals[key]:
            yield f"{key} is filed under another seal than was told."
    if sorted(entry["dossier"] for entry in entries) != sorted(dossiers):
        yield "the register has other entries than there are dossiers."


def _by_correlation(after: Aftermath, type_: str) -> dict[str, dict[str, Any]]:
    return {e.correlation_id: e.data for e in after.events if e.type == type_ and not e.metadata.namespace}
