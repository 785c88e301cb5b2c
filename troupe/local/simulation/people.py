"""The people outside: they begin stories, and answer when an agent waits for somebody's word."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from troupe.local.simulation.dice import Dice
from troupe.local.simulation.record import Record
from troupe.runtime.agent import Agent
from troupe.runtime.contract import Event
from troupe.runtime.person import Person, fields_of

Publish = Callable[[Event, str], object]
"""Publishes an event into a correlation."""
_MOST_ANSWERS = 20
_OWN = 4
"""One answer in so many comes from somebody who is behind the request itself, where persons are known."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What may be said to one kind of request."""

    asked: type[Event]
    said: list[type[Event]]
    on: str
    """The field that both share; empty: the correlation alone."""


@dataclass(slots=True)
class People:
    """What they can say, read off the signatures.

    A root that some handler hears by itself begins a story. A root that is heard only together with another event
    answers that event: it takes over the field on which the two are joined.
    """

    beginnings: list[type[Event]]
    answers: dict[str, Answers] = field(default_factory=dict)
    """By the type of the event that asks."""
    answered: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, agents: Iterable[Agent], roots: Iterable[type[Event]]) -> People:
        handlers = [handler for agent in agents for handler in agent.handlers]
        alone = {t for h in handlers if not h.is_join for t in h.subscriptions}
        people = cls([root for root in roots if root.example and root in alone])
        for handler in (h for h in handlers if h.is_join):
            said = [t for t in handler.subscriptions if t.terms.root and t.example and t not in alone]
            for asked in handler.subscriptions if said else ():
                if asked not in said:
                    people.answers[asked.type_name()] = Answers(asked, said, handler.join_on or "")
        return people

    def reply(self, record: Record, publish: Publish, dice: Dice) -> list[Callable[[], object]]:
        """An answer to everything that was asked since last time, ready to be published."""
        replies: list[Callable[[], object]] = []
        for id, versions in list(record.accepted.items()):
            if id in self.answered or versions[0].type not in self.answers or len(self.answered) >= _MOST_ANSWERS:
                continue
            self.answered.add(id)
            asked = json.loads(versions[0].detail)
            if asked["metadata"].get("namespace"):
                continue  # an agent asks again in a replay; people have given their answer
            said = _answer(self.answers[versions[0].type], asked["data"], dice)
            replies.append(partial(publish, said, str(asked["metadata"]["correlation_id"])))
        return replies


def _answer(answers: Answers, asked: dict[str, Any], dice: Dice) -> Event:
    contract = dice.pick(f"answer to {answers.asked.type_name()}", answers.said)
    data = {**contract.example, **({answers.on: asked[answers.on]} if answers.on else {})}
    behind = [asked[name] for name in fields_of(answers.asked, Person) if isinstance(asked.get(name), dict)]
    if behind and not dice.below(f"own {contract.type_name()}", _OWN):
        data |= dict.fromkeys(fields_of(contract, Person), behind[0])
    return contract.model_validate(data)
