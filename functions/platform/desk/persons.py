"""Who a caller is: the person, from the ARN of their credentials, and what the stage claims of them.

What a caller can choose must decide nothing. Whoever may assume a role also chooses the session's name, unless its
trust policy says otherwise; so the role alone decides about claims.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from troupe import Person, Refused
from troupe.runtime.person import principal


def person(caller: str, claims: Mapping[str, Mapping[str, str]]) -> Person:
    """The person behind this ARN. Raises Refused when the stage claims two different things of them."""
    known = principal(caller)
    found: dict[str, str] = {}
    for pattern, said in claims.items():
        if not _matches(pattern, known):
            continue
        for name, value in said.items():
            if found.setdefault(name, value) != value:
                raise Refused(403, f"The stage claims two different things of {known}: {name} cannot be decided.")
    return Person(id=caller, claims=found)


def may_see(viewer: Person, asker: Person) -> bool:
    """Whether a request that somebody's question led to concerns the viewer: all that is claimed of the asker must be
    claimed of the viewer, too; of whom nothing is claimed, only others of whom nothing is.
    """
    if not asker.claims:
        return not viewer.claims
    return asker.claims.items() <= viewer.claims.items()


def _matches(pattern: str, arn: str) -> bool:
    """`*` and `?` stand for what is within one part of the ARN, never for a colon."""
    wild = {"*": "[^:]*", "?": "[^:]"}
    return re.fullmatch("".join(wild.get(letter, re.escape(letter)) for letter in pattern), arn) is not None
