"""Who said something: the person behind an event from outside."""

from __future__ import annotations

import re
import typing
from collections.abc import Iterator

from pydantic import Field

from troupe.runtime.contract import Event, Value

DESK = "platform.desk"
"""The agent through which people speak; what they say carries its source, `<app>.platform.desk`."""
_SESSION = re.compile(r"arn:(?P<partition>[^:]+):sts::(?P<account>\d+):assumed-role/(?P<role>[^/]+)/.+")
_FEDERATED = re.compile(r"arn:[^:]+:sts::(?P<account>\d+):federated-user/.+")
_IDENTITY_CENTER = "AWSReservedSSO_"


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


def are_one(first: str, second: str) -> bool:
    """Whether the persons of these two ids may be one human being.

    Whoever may assume a role chooses the session's name, unless its trust policy says otherwise: two sessions of one
    role are one person. The names of IAM Identity Center's sessions are its users': it sets them itself.
    """
    return _human(first) == _human(second)


def principal(id: str) -> str:
    """The ARN that can be told apart by rights: of the role for a session, whose path it does not tell."""
    session = _SESSION.fullmatch(id)
    return "arn:{partition}:iam::{account}:role/{role}".format_map(session.groupdict()) if session else id


def _human(id: str) -> str:
    session, federated = _SESSION.fullmatch(id), _FEDERATED.fullmatch(id)
    if session and not session["role"].startswith(_IDENTITY_CENTER):
        return principal(id)
    return f"federated users of {federated['account']}" if federated else id
