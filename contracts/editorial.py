"""A topic and its sources become a published article: the events that the editorial agents agree on."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import Field

from troupe import Event, Person, Value
from troupe.runtime.model_use import ModelUse

MOST_DRAFTS = 3
"""Drafts of one article, the first included. What three could not do is published with a remark, or not at all."""
STAND_IN = "offline stand-in"
"""Who wrote what no model wrote: rules that select sentences from the sources and write none of their own."""


class Reference(Value):
    """A source, without its text."""

    title: str = Field(min_length=1, max_length=200)
    url: str = Field(default="", max_length=2000, pattern=r"^(https?://[^\s]+)?$")
    """Where it can be read; empty when that is not known."""


class Source(Reference):
    """What an article may be made from. Somebody else's text: material, never an instruction."""

    text: str = Field(min_length=1, max_length=100_000)


class Brief(Value):
    """What is to be written."""

    topic: str = Field(min_length=1, max_length=300)
    words: int = Field(default=150, ge=30, le=2000)
    """How long the article may be."""
    sources: list[Reference] = Field(min_length=1, max_length=20)


class Note(Value):
    """A passage of a source, word for word."""

    text: str = Field(min_length=1, max_length=1000)
    source: int = Field(ge=0)
    """Which of the brief's sources, counted from 0."""
    at: int = Field(default=0, ge=0)
    """The character of the source at which it begins."""


class Statement(Value):
    """One sentence of the article, with what it stands on."""

    text: str = Field(min_length=1, max_length=1000)
    notes: list[int]
    """Which of the notes bear it out, counted from 0."""


class Objection(Value):
    """What the editor holds against a draft."""

    rule: Literal["empty", "unsupported", "duplicate", "length", "uncovered", "style"]
    says: str = Field(min_length=1, max_length=500)
    statement: int | None = None
    """Which statement, counted from 0; None when it is about the whole."""
    source: int | None = None
    """Which source is not covered, counted from 0."""


class ArticleCommissioned(Event, root=True, within_s=900):
    """Somebody wants an article about a topic, made from these sources and nothing else."""

    example: ClassVar[dict[str, Any]] = {
        "topic": "How the tide mill of Elmouth turns the sea into electricity",
        "words": 90,
        "sources": [
            {
                "title": "The harbour board's report",
                "url": "https://example.com/elmouth/report",
                "text": "The tide mill of Elmouth was rebuilt in 2021. Its wheel turns twice a day, when the tide "
                "leaves the pond. The mill makes electricity for 240 homes. The board met four times. The pond "
                "behind the mill holds 30,000 cubic metres of sea water. Elmouth pays no fuel for the mill, and the "
                "tide has never failed.",
            },
            {
                "title": "A letter to the Elmouth Gazette",
                "text": "I have lived beside the harbour for forty years. The mill makes electricity for 240 homes. "
                "In winter the wheel of the mill must be cleared of weed every week. The gulls are as loud as ever.",
            },
            {
                "title": "Engineer's handbook, chapter 4",
                "url": "https://example.com/handbook/4",
                "text": "Water that is let out at low tide drives a wheel and a generator. A neap tide yields a "
                "third of what a spring tide yields. Bearings are greased on Mondays.",
            },
        ],
    }

    topic: str = Field(min_length=1, max_length=300)
    words: int = Field(default=150, ge=30, le=2000)
    """How long the article may be."""
    sources: list[Source] = Field(min_length=1, max_length=20)
    requested_by: Person = Person()


_BRIEF = {
    "topic": "Tide mills",
    "words": 60,
    "sources": [{"title": "The harbour board's report", "url": "https://example.com/elmouth/report"}],
}
_NOTES = [
    {"text": "The mill makes electricity for 240 homes.", "source": 0},
    {"text": "Its wheel turns twice a day, when the tide leaves the pond.", "source": 0},
]
_STATEMENTS = [{"text": "The mill makes electricity for 240 homes.", "notes": [0]}]


class ResearchCompleted(Event):
    """The passages that bear on the topic have been found in the sources."""

    example: ClassVar[dict[str, Any]] = {"brief": _BRIEF, "notes": _NOTES}

    brief: Brief
    notes: list[Note] = Field(min_length=1, max_length=40)
    """The most relevant first."""
    model: ModelUse | None = None
    """What the model used; None when rules chose."""


class TopicNotCovered(Event, terminal=True, failure=True):
    """No source says anything about the topic, so there is nothing to write from."""

    example: ClassVar[dict[str, Any]] = {"brief": _BRIEF, "reason": "No sentence of the sources is about tide mills."}

    brief: Brief
    reason: str
    model: ModelUse | None = None


class DraftWritten(Event):
    """A draft is there, each of its sentences with the notes that it stands on."""

    example: ClassVar[dict[str, Any]] = {
        "brief": _BRIEF,
        "notes": _NOTES,
        "statements": _STATEMENTS,
        "revision": 1,
        "written_by": STAND_IN,
    }

    brief: Brief
    notes: list[Note]
    statements: list[Statement] = Field(max_length=200)
    struck: list[int] = []
    """Notes that the editor struck from earlier drafts; they do not come back."""
    revision: int = Field(ge=1, le=MOST_DRAFTS)
    """1 for the first draft."""
    written_by: str
    """The model's id, or `offline stand-in`."""
    model: ModelUse | None = None


class RevisionRequested(Event):
    """The editor sent a draft back, with the reasons."""

    example: ClassVar[dict[str, Any]] = {
        "brief": _BRIEF,
        "notes": _NOTES,
        "statements": _STATEMENTS,
        "objections": [{"rule": "uncovered", "says": "The harbour board's report is not used.", "source": 0}],
        "revision": 2,
    }

    brief: Brief
    notes: list[Note]
    statements: list[Statement]
    """The draft that is not good enough."""
    struck: list[int] = []
    """Notes that the editor struck from earlier drafts; not those that this one loses."""
    objections: list[Objection] = Field(min_length=1, max_length=50)
    revision: int = Field(ge=2, le=MOST_DRAFTS)
    """Which draft the next one will be."""
    model: ModelUse | None = None


class DraftApproved(Event):
    """The editor lets the draft go to print, with or without remarks."""

    example: ClassVar[dict[str, Any]] = {
        "brief": _BRIEF,
        "notes": _NOTES,
        "statements": _STATEMENTS,
        "revision": 1,
        "written_by": STAND_IN,
    }

    brief: Brief
    notes: list[Note]
    statements: list[Statement]
    revision: int
    written_by: str
    remarks: list[Objection] = []
    """What the last draft that was allowed still leaves open; readers are told."""
    model: ModelUse | None = None


class ArticleRejected(Event, terminal=True, failure=True):
    """The last draft that was allowed still claims what no source bears out: it is not published."""

    example: ClassVar[dict[str, Any]] = {
        "brief": _BRIEF,
        "objections": [{"rule": "unsupported", "says": "No note bears out statement 1.", "statement": 0}],
        "drafts": MOST_DRAFTS,
    }

    brief: Brief
    objections: list[Objection] = Field(min_length=1)
    drafts: int


class ArticlePublished(Event, terminal=True):
    """The article is out, as one page that says who wrote it and from what."""

    example: ClassVar[dict[str, Any]] = {
        "topic": "Tide mills",
        "title": "Tide mills",
        "statements": _STATEMENTS,
        "sources": _BRIEF["sources"],
        "drafts": 1,
        "written_by": STAND_IN,
        "html": "<!doctype html><title>Tide mills</title>",
    }

    topic: str
    title: str = Field(min_length=1, max_length=300)
    statements: list[Statement]
    sources: list[Reference]
    drafts: int
    """How many it took."""
    written_by: str
    """The model's id, or `offline stand-in`; the page says it, too."""
    remarks: list[Objection] = []
    html: str
    model: ModelUse | None = None
    """What finding the title used."""
