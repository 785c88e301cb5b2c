"""The limits, as policy.yaml has them."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

from pydantic import BaseModel, ConfigDict

from troupe.adapters import beside


class Policy(BaseModel):
    """What a contract may cost and how it may be paid."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    base: str
    rates: dict[str, Decimal]
    concern_from: Decimal
    breach_from: Decimal
    payment_days: int
    advance_percent: int


@cache
def policy() -> Policy:
    """The agent's own. Raises ValueError when the file says something else."""
    return beside.policy(__file__, Policy)
