"""What the company agrees to, as policy.yaml has it."""

from __future__ import annotations

from functools import cache

from pydantic import BaseModel, ConfigDict

from troupe.adapters import beside


class Policy(BaseModel):
    """For how long, on what notice, under which law, and with what liability."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    longest_years: int
    longest_notice_months: int
    laws: frozenset[str]
    unlimited: tuple[str, ...]
    renews: tuple[str, ...]


@cache
def policy() -> Policy:
    """The agent's own. Raises ValueError when the file says something else."""
    return beside.policy(__file__, Policy)
