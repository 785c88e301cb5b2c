"""The people outside: they begin stories, and answer when an agent waits for somebody's word."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial

from troupe.local.simulation.record import Record
from troupe.runtime.agent import Agent
from troupe.runtime.contract import Event

Publish = Callable[[Event, str], object]
"""Publishes an event into a correlation."""
_MOST_ANSWERS = 20


@dataclass(slots=True)
class People:
    """What they can say, read off the signatures.

    A root that some handler hears by itself begins a story. A root that is heard only together with another event
    answers that event: it takes over the field on which the two are joined.
    """

    beginnings: list[type[Event]]
    answers: dict[str, tuple[type[Event], str]] = field(default_factory=dict)
    """Type of the event that asks → what answers it, and the field that both share (empty: the correlation alone)."""
    answered: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, agents: Iterable[Agent], roots: Iterable[type[Event]]) -> People:
        handlers = [handler for agent in agents for handler in agent.handlers]
        alone = {t for h in handlers if not h.is_join for t in h.subscriptions}
        people = cls([root for root in roots if root.example and root in alone])
        for handler in (h for h in handlers if h.is_join):
            for contract in handler.subscriptions:
                if contract.terms.root and contract.example and contract not in alone:
                    for asked in handler.subscriptions:
                        if asked is not contract:
                            people.answers[asked.type_name()] = contract, handler.join_on or ""
        return people

    def reply(self, record: Record, publish: Publish) -> list[Callable[[], object]]:
        """An answer to everything that was asked since last time, ready to be published."""
        replies: list[Callable[[], object]] = []
        for id, versions in list(record.accepted.items()):
            if id in self.answered or versions[0].type not in self.answers or len(self.answered) >= _MOST_ANSWERS:
                continue
            self.answered.add(id)
            contract, on = self.answers[versions[0].type]
            asked = json.loads(versions[0].detail)
            if asked["metadata"].get("namespace"):
                continue  # an agent asks again in a replay; people have given their answer
            shared = {on: asked["data"][on]} if on else {}
            said = contract.model_validate({**contract.example, **shared})
            correlation = str(asked["metadata"]["correlation_id"])
            replies.append(partial(publish, said, correlation))
        return replies
