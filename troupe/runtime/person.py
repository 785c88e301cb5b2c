"""Who said something: the person behind an event from outside."""

from __future__ import annotations

from pydantic import Field

from troupe.runtime.contract import Value


class Person(Value):
    """A person, as the desk knows them; never what they say of themselves.

    A root event with a field of this type is said by a person: the desk fills the field in, from the caller's
    credentials.
    """

    id: str = Field(default="", max_length=400)
    """The ARN of the caller's IAM identity; on one machine the login name; empty: nobody knows."""
    claims: dict[str, str] = Field(default={}, max_length=50)
    """What the stage says of this person, such as `{"tenant": "north"}`; guards decide by it."""
