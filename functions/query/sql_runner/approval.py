"""People and a statement: whose rows it shows, whether somebody has to approve it, whether an approval counts."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.query import ApprovalDenied, ApprovalGranted, ApprovalRequested, SQLGenerated
from troupe import Person
from troupe.adapters.warehouse import Plan
from troupe.runtime.person import are_one

from .policy import Policy

Pursued = SQLGenerated | ApprovalRequested
APPROVAL = "approval"
"""The rule named when an approval is missing, was denied, or is for another statement."""


def shared_claims(event: Pursued) -> dict[str, str]:
    """What is known alike about the asker and about everybody who said the question in other words since.

    The answer goes to the asker, so nobody else's claims may widen it; and the words may be those of somebody who
    sees the answer, too, so the asker's alone may show them more than they may see.
    """
    others = [person.claims for person in event.reworded_by]
    return {
        name: value
        for name, value in event.asked_by.claims.items()
        if all(claims.get(name) == value for claims in others)
    }


def approval_wanted(tables: Iterable[str], plan: Plan | None, policy: Policy) -> tuple[str, str] | None:
    """The rule that wants an approval, and all the reasons there are; None: it may run at once."""
    limits = policy.limits
    wanted = [
        ("approve-table", f"Reading {table} needs somebody's approval.")
        for table in tables
        if policy.tables[table].approve
    ]
    if plan and limits.approve_above_cost is not None and plan.cost > limits.approve_above_cost:
        above = f"above {limits.approve_above_cost:,.0f} somebody has to approve it"
        wanted.append(("approve-cost", f"By the database's own estimate this costs {plan.cost:,.0f}; {above}."))
    if plan and limits.approve_above_rows is not None and plan.rows > limits.approve_above_rows:
        above = f"above {limits.approve_above_rows:,} somebody has to approve it"
        wanted.append(("approve-rows", f"The answer may have {plan.rows:,} rows; {above}."))
    return (wanted[0][0], " ".join(reason for _, reason in wanted)) if wanted else None


def why_not_counted(asked: ApprovalRequested, granted: ApprovalGranted) -> str:
    """Why this approval does not count; empty: it does. Nobody approves their own request."""
    by = granted.approved_by.id
    if not by:
        return "Nobody knows who approved it, so the approval does not count."
    if any(are_one(by, person.id) for person in (asked.asked_by, *asked.reworded_by)):
        return f"The approval by {by} does not count: nobody approves what they asked themselves."
    return ""


def who(person: Person) -> str:
    """A person's name in a sentence."""
    return person.id or "somebody unknown"


def said_no(denied: ApprovalDenied) -> str:
    """The end in one sentence: who, and why."""
    return f"{who(denied.denied_by)} denied the approval: {' '.join(denied.why.split())}"
