"""The lists, as policy.yaml has them."""

from __future__ import annotations

from functools import cache

from pydantic import BaseModel, ConfigDict

from troupe.adapters import beside


class Policy(BaseModel):
    """With whom no business is done."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    listed: tuple[str, ...]
    embargoed: frozenset[str]
    watched: frozenset[str]
    alike: float


@cache
def policy() -> Policy:
    """The agent's own. Raises ValueError when the file says something else."""
    return beside.policy(__file__, Policy)
