"""Who a caller is: the person, from the ARN of their credentials, and what the stage claims of them.

What a caller can choose must decide nothing. Whoever may assume a role also chooses the session's name, unless its
trust policy says otherwise; so the role alone decides about claims, and two sessions of one role count as one person
where two are asked for. The names of IAM Identity Center's sessions are its users': it sets them itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from troupe import Person, Refused

_SESSION = re.compile(r"arn:(?P<partition>[^:]+):sts::(?P<account>\d+):assumed-role/(?P<role>[^/]+)/.+")
_FEDERATED = re.compile(r"arn:[^:]+:sts::(?P<account>\d+):federated-user/.+")
_IDENTITY_CENTER = "AWSReservedSSO_"


def person(caller: str, claims: Mapping[str, Mapping[str, str]]) -> Person:
    """The person behind this ARN. Raises Refused when the stage claims two different things of them."""
    known = _principal(caller)
    found: dict[str, str] = {}
    for pattern, said in claims.items():
        if not _matches(pattern, known):
            continue
        for name, value in said.items():
            if found.setdefault(name, value) != value:
                raise Refused(403, f"The stage claims two different things of {known}: {name} cannot be decided.")
    return Person(id=caller, claims=found)


def are_one(first: str, second: str) -> bool:
    """Whether these two ids may be one human being."""
    return _human(first) == _human(second)


def may_see(viewer: Person, asker: Person) -> bool:
    """Whether a request that somebody's question led to concerns the viewer: all that is claimed of the asker must be
    claimed of the viewer, too; of whom nothing is claimed, only others of whom nothing is.
    """
    if not asker.claims:
        return not viewer.claims
    return asker.claims.items() <= viewer.claims.items()


def _principal(caller: str) -> str:
    """The ARN that claims are about: of the role for a session, whose path it does not tell."""
    session = _SESSION.fullmatch(caller)
    return "arn:{partition}:iam::{account}:role/{role}".format_map(session.groupdict()) if session else caller


def _human(id: str) -> str:
    session, federated = _SESSION.fullmatch(id), _FEDERATED.fullmatch(id)
    if session and not session["role"].startswith(_IDENTITY_CENTER):
        return _principal(id)
    return f"federated users of {federated['account']}" if federated else id


def _matches(pattern: str, arn: str) -> bool:
    """`*` and `?` stand for what is within one part of the ARN, never for a colon."""
    wild = {"*": "[^:]*", "?": "[^:]"}
    return re.fullmatch("".join(wild.get(letter, re.escape(letter)) for letter in pattern), arn) is not None
