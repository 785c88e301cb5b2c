"""What the desk reads off a story: who began it, and what waits in it for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from troupe import Person
from troupe.event_store.read import StoredEvent, Story
from troupe.runtime.person import fields_of
from troupe.runtime.sayings import Saying

APPROVES = "approved_by"
"""A field of this name says that its event approves: for that it takes two persons."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that agents ask of people, answered or not."""

    event: StoredEvent
    answers: tuple[str, ...]
    """The types that answer it."""
    on: str
    answered: bool

    @property
    def id(self) -> str:
        """What an answer refers to; the event's own id where the correlation alone says it."""
        return str(_value(self.event.data, self.on)) if self.on else self.event.metadata.id

    def as_json(self) -> dict[str, Any]:
        """As people and their tools get it."""
        return {
            "request": self.id,
            "type": self.event.type,
            "correlation_id": self.event.metadata.correlation_id,
            "asked_at": self.event.metadata.model_dump(mode="json")["occurred_at"],
            "answers": list(self.answers),
            "data": self.event.data,
        }


def asker(story: Story, sayings: Mapping[str, Saying], source: str) -> Person:
    """Who began the story; somebody without id and claims when no person did. Only what the desk itself has published
    counts, and in it only the fields that it fills in.
    """
    for event, person in _said(story, sayings, source):
        if event.metadata.id == story.correlation_id:
            return person
    return Person()


def behind(story: Story, sayings: Mapping[str, Saying], source: str) -> set[str]:
    """The ids of those whose story it is: who began it, and who has said anything in it but approvals."""
    said = _said(story, sayings, source)
    return {person.id for event, person in said if APPROVES not in sayings[event.type].contract.model_fields}


def _said(story: Story, sayings: Mapping[str, Saying], source: str) -> Iterator[tuple[StoredEvent, Person]]:
    for event in story.events:
        if event.source == source and event.type in sayings and not event.divergent and not event.metadata.namespace:
            field = next(fields_of(sayings[event.type].contract, Person))
            yield event, Person.model_validate(event.data[field], extra="ignore")


def waiting(story: Story, sayings: Mapping[str, Saying], source: str) -> list[Waiting]:
    """Everything that was asked of people in the story, in its order. Of an ended story nothing is open any more."""
    answers: dict[str, list[Saying]] = {}
    for saying in sayings.values():
        for asked in saying.answers:
            answers.setdefault(asked, []).append(saying)
    told = [event for event in story.events if not event.divergent and not event.metadata.namespace]
    return [
        Waiting(
            event=event,
            answers=tuple(saying.type for saying in answers[event.type]),
            on=answers[event.type][0].on,
            answered=any(_answers(later, event, answers[event.type], source) for later in told),
        )
        for event in told
        if event.type in answers
    ]


def _answers(later: StoredEvent, event: StoredEvent, by: list[Saying], source: str) -> bool:
    saying = next((saying for saying in by if saying.type == later.type), None)
    if saying is None or later.source != source:
        return False
    return not saying.on or _value(later.data, saying.on) == _value(event.data, saying.on)


def _value(data: Any, field: str) -> Any:
    return data.get(field) if isinstance(data, dict) else None
