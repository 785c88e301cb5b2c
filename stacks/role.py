"""What an agent's role allows: exactly what its signature says, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aws_cdk import aws_iam as iam

from stacks.arns import Arns
from stacks.errors import BuildError
from troupe.runtime.agent import Agent
from troupe.runtime.context import Tick
from troupe.runtime.incidents import AgentFailed, ChoreographyHalted, JoinExpired
from troupe.runtime.needs import Need
from troupe.runtime.settings import Names
from troupe.runtime.signature import EventType, Handler


@dataclass(frozen=True, slots=True)
class Allow:
    """One statement of the role's policy."""

    sid: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: dict[str, Any] = field(default_factory=dict)

    def as_iam(self) -> iam.PolicyStatement:
        """The statement for the CDK."""
        return iam.PolicyStatement(
            sid=self.sid, actions=[*self.actions], resources=[*self.resources], conditions=self.conditions or None
        )


def policy(agent: Agent, names: Names, arns: Arns) -> list[Allow]:
    """The statements of the role, from the agent's handlers and their needs; its log is the stack's to add.

    A plain handler decides nothing and carries no payloads of its own: it brings neither of these grants.
    """
    deciding = [h for h in agent.handlers if not h.envelope_parameter]
    waiting = [h for h in deciding if h.is_join and h.within_s]
    emitted = _type_names(t for h in deciding for t in h.publishes)
    heard = _type_names(t for h in deciding for t in h.subscriptions if t is not Tick)
    spoken = {*emitted, *_type_names(_of_the_runtime(deciding, waiting))}
    found = [
        _publish(agent, spoken, names, arns),
        Allow("OwnQueue", _FROM_QUEUE, (arns.queue(names.agent(agent.id)),)),
        Allow("OwnDeadLetters", ("sqs:SendMessage", "sqs:GetQueueUrl"), (arns.queue(names.dead_letters(agent.id)),)),
    ]
    if waiting:
        # A join that expires reminds itself through its own queue.
        found.append(Allow("RemindItself", ("sqs:SendMessage",), (arns.queue(names.agent(agent.id)),)))
    if deciding:
        found += _decisions(agent, arns)
    if emitted:
        found.append(Allow("WritePayloads", ("s3:PutObject",), tuple(map(arns.payloads, emitted))))
    if heard:
        found.append(Allow("ReadPayloads", ("s3:GetObject",), tuple(map(arns.payloads, heard))))
    return found + _needs(agent, arns)


def serving_policy(agent: Agent, said: Iterable[str], names: Names, arns: Arns) -> list[Allow]:
    """The statements of the role of an agent that answers requests: it publishes what people say, and nothing else.

    Its decisions are what it has published under a key of the caller's, so that the same key is the same event.
    """
    speaking = [_publish(agent, said, names, arns)] if said else []
    return [*speaking, *_decisions(agent, arns), *_needs(agent, arns)]


def twin_policy(agent: Agent, names: Names, arns: Arns) -> list[Allow]:
    """The statements of the role of an agent's twin: it thinks like the agent, from its own queue, and says nothing."""
    twin = names.twin(agent.id)
    silent = ("Publish", "OwnQueue", "OwnDeadLetters", "RemindItself")
    return [
        Allow("OwnQueue", _FROM_QUEUE, (arns.queue(twin),)),
        Allow("OwnDeadLetters", ("sqs:SendMessage", "sqs:GetQueueUrl"), (arns.queue(f"{twin}-dlq"),)),
        *(allow for allow in policy(agent, names, arns) if allow.sid not in silent),
    ]


def wildcards(agent: Agent, names: Names, more: Mapping[str, str]) -> list[tuple[str, str]]:
    """The resources with a wildcard in the agent's role, as cdk-nag spells them, each with the reason for it."""
    spelled = Arns.spelled(names, more)
    statements = _needs(agent, spelled) if agent.serves else policy(agent, names, spelled)
    needs = {need for handler in agent.handlers for need in handler.needs.values()}
    reasons = {"WritePayloads": _PAYLOADS, "ReadPayloads": _PAYLOADS}
    reasons |= {f"{need.__name__}{number}": g.why for need in needs for number, g in enumerate(need.grants, 1) if g.why}
    return [(r, reasons[s.sid]) for s in statements if s.sid in reasons for r in s.resources if "*" in r]


_PAYLOADS = "A payload's key ends in the hash of its content; the role is held to the types of its signature."
_FROM_QUEUE = (
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibility",
    "sqs:GetQueueAttributes",
    "sqs:GetQueueUrl",
)


def _of_the_runtime(deciding: list[Handler], waiting: list[Handler]) -> Iterable[EventType]:
    yield AgentFailed
    if deciding:
        yield ChoreographyHalted
    if waiting:
        yield JoinExpired


def _publish(agent: Agent, types: Iterable[str], names: Names, arns: Arns) -> Allow:
    """Exactly these types, under the agent's own source."""
    conditions = {"events:source": [f"{names.app}.{agent.id}"], "events:detail-type": sorted(types)}
    return Allow(
        "Publish",
        ("events:PutEvents",),
        (arns.bus,),
        {"ForAllValues:StringEquals": conditions, **_present(*conditions)},
    )


def _decisions(agent: Agent, arns: Arns) -> list[Allow]:
    own = f"{agent.id}#*"
    # A decision is written once and never changed; only the item of a waiting join grows.
    joining = any(handler.is_join for handler in agent.handlers)
    writing = ("dynamodb:PutItem", "dynamodb:UpdateItem") if joining else ("dynamodb:PutItem",)
    return [
        # H# marks halted correlations; the recorder writes it and everyone may read it.
        Allow("ReadDecisions", ("dynamodb:BatchGetItem",), (arns.decisions,), _leading_keys(own, "H#*")),
        Allow("WriteDecisions", writing, (arns.decisions,), _leading_keys(own)),
    ]


def _needs(agent: Agent, arns: Arns) -> list[Allow]:
    needs = {need for handler in agent.handlers for need in handler.needs.values()}
    return [allow for need in sorted(needs, key=lambda need: need.__name__) for allow in _need(agent, need, arns)]


def _need(agent: Agent, need: type[Need], arns: Arns) -> Iterable[Allow]:
    for number, grant in enumerate(need.grants, 1):
        try:
            resources = tuple(filter(None, map(arns.fill, grant.resources)))
        except (KeyError, ValueError, IndexError) as error:
            raise BuildError(
                f"{agent.id}: a grant of {need.__name__} has a placeholder that nothing fills: {error}; "
                "troupe/runtime/needs.py lists those there are."
            ) from None
        if not resources:
            continue  # the stage has no such thing
        conditions = _leading_keys(*grant.leading_keys) if grant.leading_keys else {}
        yield Allow(f"{need.__name__}{number}", grant.actions, resources, conditions)


def _leading_keys(*patterns: str) -> dict[str, Any]:
    return {
        "ForAllValues:StringLike": {"dynamodb:LeadingKeys": [*patterns]},
        **_present("dynamodb:LeadingKeys"),
    }


def _present(*keys: str) -> dict[str, Any]:
    """ForAllValues is also true of a request that carries no such key at all; this is not."""
    return {"Null": dict.fromkeys(keys, "false")}


def _type_names(types: Iterable[EventType]) -> list[str]:
    return sorted({t.type_name() for t in types})
