"""Policies, and what they decide: an explicit Deny wins, then any Allow, and silence denies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from troupe.local.conditions import Context, UnknownCondition, holds, like, like_ignoring_case


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: a role, or a service such as events.amazonaws.com."""

    arn: str = ""
    service: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class Access:
    """One action on one resource, with what the request says about itself."""

    action: str
    resource: str
    context: Context


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the access is allowed, and why not."""

    allowed: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a policy, its lists made lists."""

    allows: bool
    actions: tuple[str, ...]
    but_actions: tuple[str, ...]
    resources: tuple[str, ...]
    but_resources: tuple[str, ...]
    principals: Mapping[str, tuple[str, ...]] | None
    condition: Mapping[str, Mapping[str, Any]]
    strange: str = ""
    """What the local cloud cannot judge about this statement; it then never allows, and always denies."""

    def concerns(self, access: Access) -> bool:
        """Whether action and resource are meant. The context is not looked at yet."""
        if self.but_actions:
            acts = not any(like_ignoring_case(access.action, a) for a in self.but_actions)
        else:
            acts = any(like_ignoring_case(access.action, a) for a in self.actions)
        if not acts or self.strange:
            return acts
        if self.but_resources:
            return not any(like(access.resource, r) for r in self.but_resources)
        return any(like(access.resource, r) for r in self.resources)

    def means(self, principal: Principal) -> bool:
        """Whether a resource's policy speaks of this principal."""
        if self.principals is None:
            return True
        if "*" in self.principals.get("*", ()) or "*" in self.principals.get("AWS", ()):
            return True
        if principal.service:
            return principal.service in self.principals.get("Service", ())
        own = {principal.arn, principal.account, f"arn:aws:iam::{principal.account}:root"}
        return bool(own & set(self.principals.get("AWS", ())))


Policy = tuple[Statement, ...]


def read(document: Mapping[str, Any]) -> Policy:
    """The statements of a policy document."""
    statements = document.get("Statement", [])
    return tuple(_statement(s) for s in (statements if isinstance(statements, list) else [statements]))


def decide(
    access: Access, principal: Principal, identity: Iterable[Statement], resource: Iterable[Statement]
) -> Verdict:
    """The verdict on an access within one account, from the principal's own policies and the resource's.

    For a service, which has no policies of its own, the resource's policy alone decides.
    """
    allowed = False
    unknown = ""
    concerned = [s for s in identity if s.concerns(access)]
    concerned += [s for s in resource if s.concerns(access) and s.means(principal)]
    for statement in concerned:
        try:
            if statement.strange:
                raise UnknownCondition(statement.strange)
            applies = holds(statement.condition, access.context)
        except (UnknownCondition, ValueError) as error:
            unknown = f"; the local cloud cannot judge {error} in one of its statements"
            applies = not statement.allows
        if applies and not statement.allows:
            return Verdict(False, f"with an explicit deny{unknown}")
        allowed = allowed or applies
    if allowed:
        return Verdict(True)
    return Verdict(False, f"because no policy allows the {access.action} action on it under these conditions{unknown}")


def _statement(statement: Mapping[str, Any]) -> Statement:
    resources = _list(statement.get("Resource")) + _list(statement.get("NotResource"))
    principals = statement.get("Principal")
    strange = ""
    if "NotPrincipal" in statement:
        strange = "NotPrincipal"
    elif any("${" in r for r in resources):
        strange = "a policy variable in a resource"
    return Statement(
        allows=statement["Effect"] == "Allow",
        actions=_list(statement.get("Action")),
        but_actions=_list(statement.get("NotAction")),
        resources=_list(statement.get("Resource")),
        but_resources=_list(statement.get("NotResource")),
        principals=None if principals is None else _principals(principals),
        condition=statement.get("Condition", {}),
        strange=strange,
    )


def _principals(principal: Any) -> dict[str, tuple[str, ...]]:
    if principal == "*":
        return {"*": ("*",)}
    return {kind: _list(names) for kind, names in principal.items()}


def _list(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list) else (value,)
