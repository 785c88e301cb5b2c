"""Whenever the comparison finds nothing, nothing that one contract publishes is refused by the other.

Pairs of contracts are made up: one, and the same after some changes. What each may publish at its edges is read by the
other as an agent reads it.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError, create_model

from tests.choreography.kinds import KINDS, Kind, changed, models
from troupe import Event
from troupe.choreography.compatibility import refusals
from troupe.choreography.schemas import schema_of
from troupe.runtime.envelope import wire


def contract(kind: Kind) -> type[Event] | None:
    """The object as an event; None where pydantic takes no such declaration."""
    fields: dict[str, Any] = {name: (part.type(), ... if needed else None) for name, part, needed in kind.parts}
    return create_model("Happened", __base__=Event, **fields)


def published(by: type[Event], kind: Kind) -> list[Any]:
    """What may be on the bus or in the store under this contract: all fields, or without those that came later."""
    made = []
    for data in kind.samples():
        try:
            sent = wire(by.model_validate(data))
            by.read(sent)  # a default that the contract itself refuses is nobody else's fault
        except ValidationError:
            continue
        made += [sent, data]
    return made


# A made-up union may be empty by its default; that pydantic finds no tag in it is not what is tested.
@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")
@given(data=st.data())
@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=60)
def test_what_is_called_compatible_is_never_refused(data: st.DataObject) -> None:
    before = data.draw(models(KINDS))
    after = data.draw(changed(before))
    if after.of != "model":
        return
    old, new = contract(before), contract(after)
    for writer, kind, reader in ((old, before, new), (new, after, old)):
        found = refusals(schema_of(writer), schema_of(reader))
        event("refused" if found else "compatible")
        if found:
            continue
        for sent in published(writer, kind):
            try:
                reader.read(sent)
            except ValidationError as error:
                raise AssertionError(f"called compatible, but {sent} is refused: {error}") from error
