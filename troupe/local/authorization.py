"""Judges every call against the synthesized roles and resource policies: a missing grant fails here already."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape

from troupe.local.accesses import Arns, NotMapped, needed
from troupe.local.calls import Call
from troupe.local.policies import Access, Policy, Principal, Statement, Verdict, decide

ADMIN_KEY = "TROUPELOCALADMIN"
"""Access key of the command line and the tests: they may do anything."""

Response = tuple[int, dict[str, str], str | bytes]


@dataclass(frozen=True, slots=True)
class Role:
    """A role as its template has it."""

    name: str
    arn: str
    statements: Policy

    @property
    def access_key(self) -> str:
        """The key that calls of this role are signed with; a function of the name, so that clients can be kept."""
        return "ASIA" + base64.b32encode(hashlib.sha256(self.name.encode()).digest())[:16].decode()


@dataclass(slots=True)
class Authorizer:
    """The roles and the resource policies of one account, and what they allow."""

    arns: Arns
    roles: Iterable[Role]
    resource_policies: Mapping[str, Policy]
    """By the ARN of the queue or bucket."""
    _by_key: dict[str, Role] = field(init=False)

    def __post_init__(self) -> None:
        self._by_key = {role.access_key: role for role in self.roles}

    def refusal(self, call: Call) -> str:
        """Why the call is denied, naming role, action and resource; empty when it is allowed."""
        if call.access_key == ADMIN_KEY:
            return ""
        role = self._by_key.get(call.access_key)
        if role is None:
            return f"The access key {call.access_key or '(none)'} belongs to no role of the local cloud."
        user = f"User: arn:aws:sts::{self.arns.account}:assumed-role/{role.name}/local"
        try:
            accesses = needed(call, self.arns)
        except (NotMapped, KeyError, AttributeError, TypeError, StopIteration) as error:
            reason = error if isinstance(error, NotMapped) else f"the request cannot be read ({error!r})"
            return f"{user} is not authorized to perform: {call.service}:{call.operation}: {reason}."
        for access in accesses:
            verdict = self.role_may(role, access)
            if not verdict.allowed:
                return (
                    f"{user} is not authorized to perform: {access.action} on resource: {access.resource} "
                    f"{verdict.reason}"
                )
        return ""

    def role_may(self, role: Role, access: Access) -> Verdict:
        """The verdict on a role's access."""
        principal = Principal(arn=role.arn, account=self.arns.account)
        return decide(
            self._with_context(access, {"aws:principalarn": [role.arn], "aws:principaltype": ["AssumedRole"]}),
            principal,
            role.statements,
            self._policy_of(access.resource),
        )

    def service_may(self, service: str, source_arn: str, access: Access) -> Verdict:
        """The verdict on what a service does on behalf of a resource, such as a rule that sends to a queue."""
        own = {
            "aws:sourcearn": [source_arn],
            "aws:sourceaccount": [self.arns.account],
            "aws:principalisawsservice": ["true"],
            "aws:principalservicename": [service],
        }
        return decide(self._with_context(access, own), Principal(service=service), (), self._policy_of(access.resource))

    def _with_context(self, access: Access, own: dict[str, list[str]]) -> Access:
        now = datetime.now(UTC)
        # Every call counts as encrypted: in this process nothing travels, and the loopback is not the network.
        common = {
            "aws:currenttime": [now.isoformat()],
            "aws:epochtime": [str(int(now.timestamp()))],
            "aws:securetransport": ["true"],
            "s3:tlsversion": ["1.3"],
            "aws:viaawsservice": ["false"],
            "aws:requestedregion": [self.arns.region],
            "aws:resourceaccount": [self.arns.account],
            "aws:sourceip": ["127.0.0.1"],
        }
        if "aws:principalservicename" not in own:
            common |= {"aws:principalaccount": [self.arns.account], "aws:principalisawsservice": ["false"]}
        return Access(access.action, access.resource, {**common, **own, **access.context})

    def _policy_of(self, resource: str) -> tuple[Statement, ...]:
        if resource.startswith("arn:aws:s3:::"):
            resource = resource.split("/", 1)[0]
        return self.resource_policies.get(resource, ())


def denied(call: Call, reason: str) -> Response:
    """The answer that the service would give, in its own protocol."""
    if call.operation.startswith("Head"):
        return 403, {}, ""  # an answer to HEAD has no body
    if call.service == "s3":
        return (
            403,
            {"Content-Type": "application/xml"},
            _xml(f"<Error><Code>AccessDenied</Code>{_message(reason)}</Error>"),
        )
    if call.service in ("sts", "sns", "iam"):
        error = f"<Error><Type>Sender</Type><Code>AccessDenied</Code>{_message(reason)}</Error>"
        return 403, {"Content-Type": "text/xml"}, _xml(f"<ErrorResponse>{error}</ErrorResponse>")
    headers = {"Content-Type": "application/x-amz-json-1.0"}
    if call.service == "sqs":
        headers["x-amzn-query-error"] = "AccessDenied;Sender"
        return 403, headers, json.dumps({"__type": "com.amazonaws.sqs#AccessDenied", "message": reason})
    name = "com.amazon.coral.service#AccessDeniedException"
    return 400, headers, json.dumps({"__type": name, "message": reason, "Message": reason})


def _message(reason: str) -> str:
    return f"<Message>{escape(reason)}</Message>"


def _xml(content: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{content}'
