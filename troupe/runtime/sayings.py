"""What people may say in a stage: in writing, as the desk's stack hands it to the desk."""

from __future__ import annotations

import importlib
from typing import cast

from pydantic import BaseModel, ConfigDict, TypeAdapter

from troupe.runtime.contract import Event

EventClass = type[Event]

VARIABLE = "TROUPE_SAYINGS"
"""The environment variable that holds them."""


class Saying(BaseModel):
    """One root that a person says."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    type: str
    module: str
    """Where its contract is declared, such as `contracts.query`."""
    begins: bool = False
    """Some agent acts on it alone, so it can begin a story."""
    answers: tuple[str, ...] = ()
    """The types of the requests that it answers: an agent takes one of these together with it."""
    on: str = ""
    """The field in which answer and request agree; empty: their correlation alone."""

    @property
    def contract(self) -> EventClass:
        """Imported at first use: the desk need not load every domain to answer for one."""
        return cast(EventClass, getattr(importlib.import_module(self.module), self.type))


_ALL = TypeAdapter(tuple[Saying, ...])


def to_text(sayings: tuple[Saying, ...]) -> str:
    """As the environment variable holds them."""
    return _ALL.dump_json(sayings, exclude_defaults=True).decode()


def from_text(text: str) -> dict[str, Saying]:
    """The same, by type."""
    return {saying.type: saying for saying in _ALL.validate_json(text or "[]")}
