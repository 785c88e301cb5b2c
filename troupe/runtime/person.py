"""Who said something: the person behind an event from outside."""

from __future__ import annotations

import typing
from collections.abc import Iterator

from pydantic import Field

from troupe.runtime.contract import Event, Value

DESK = "platform.desk"
"""The agent through which people speak; what they say carries its source, `<app>.platform.desk`."""


class Person(Value):
    """A person, as the desk knows them; never what they say of themselves.

    A root event with a field of this type is said by a person: the desk fills the field in, from the caller's
    credentials.
    """

    id: str = Field(default="", max_length=400)
    """The ARN of the caller's IAM identity; on one machine the login name; empty: nobody knows."""
    claims: dict[str, str] = Field(default={}, max_length=50)
    """What the stage says of this person, such as `{"tenant": "north"}`; guards decide by it."""


def fields_of(contract: type[Event], kind: type[Value]) -> Iterator[str]:
    """The fields of one kind, or of that kind or None: what a model used, or who a person is."""
    for name, field in contract.model_fields.items():
        if kind in (field.annotation, *typing.get_args(field.annotation)):
            yield name


def is_said_by_a_person(contract: type[Event]) -> bool:
    """Whether this comes from outside and says who said it: then only the desk may publish it."""
    return contract.terms.root and any(fields_of(contract, Person))
