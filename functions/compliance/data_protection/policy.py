"""What must be said about personal data, as policy.yaml has it."""

from __future__ import annotations

from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict

from troupe.adapters import beside


class Topic(BaseModel):
    """Something that the clauses must deal with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    topic: str
    severity: Literal["concern", "breach"]
    """Of its absence."""
    phrases: tuple[str, ...]


class Policy(BaseModel):
    """What must be said about personal data."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    speaks_of_data: tuple[str, ...]
    required: tuple[Topic, ...]
    notice_hours: int
    adequate: frozenset[str]
    safeguards: tuple[str, ...]


@cache
def policy() -> Policy:
    """The agent's own. Raises ValueError when the file says something else."""
    return beside.policy(__file__, Policy)
