"""The editorial agents together in the local cloud: without a model, with one, and with one that is not there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from contracts.editorial import STAND_IN, ArticleCommissioned, Source
from tests.model.bedrock import decided
from troupe.event_store.read import StoredEvent
from troupe.local.backends import Response
from troupe.local.calls import Call
from troupe.local.cloud import LocalCloud
from troupe.runtime.settings import project_root

MODEL = "eu.anthropic.claude-sonnet-4-5-20250929-v1:0"
COMMISSION = ArticleCommissioned.model_validate(ArticleCommissioned.example)
ASKED_BACK = ["RevisionRequested", "DraftWritten"]


@dataclass
class Office:
    """The agents in their cloud, and a model that answers as told while it has answers."""

    cloud: LocalCloud
    answers: list[dict[str, Any]] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, call: Call, proceed: Callable[[], Response]) -> Response:
        if call.service != "bedrock" or not self.answers:
            return proceed()
        self.asked.append(dict(call.parameters))
        return 200, {"Content-Type": "application/json"}, json.dumps(self.answers.pop(0))

    def write(self, event: ArticleCommissioned = COMMISSION) -> list[StoredEvent]:
        correlation = self.cloud.publish(event)
        self.cloud.run_until_idle()
        return self.cloud.events(correlation)


@pytest.fixture(scope="module")
def building() -> Iterator[Office]:
    with LocalCloud.boot(project_root()) as cloud:
        office = Office(cloud)
        cloud.endpoint.interceptor = office
        yield office


@pytest.fixture
def office(building: Office) -> Office:
    building.cloud.reset()
    building.answers, building.asked = [], []
    building.cloud.parameters.put(building.cloud.names.parameter("model"), "{}")
    return building


def with_a_model(office: Office) -> None:
    office.cloud.parameters.put(office.cloud.names.parameter("model"), json.dumps({"id": MODEL}))


def test_without_a_model_the_example_is_sent_back_twice_and_published(office: Office) -> None:
    story = office.write()
    assert [event.type for event in story] == [
        "ArticleCommissioned", "ResearchCompleted", "DraftWritten", *ASKED_BACK, *ASKED_BACK, "DraftApproved",
        "ArticlePublished",
    ]  # fmt: skip
    rules = [[o["rule"] for o in e.data["objections"]] for e in story if e.type == "RevisionRequested"]
    assert rules == [["duplicate"], ["uncovered"]]
    article = story[-1].data
    assert (article["written_by"], article["drafts"], article["remarks"]) == (STAND_IN, 3, [])
    texts = [source.text for source in COMMISSION.sources]
    assert all(any(s["text"] in text for text in texts) for s in article["statements"]) and STAND_IN in article["html"]


def test_a_model_works_in_every_chair(office: Office) -> None:
    with_a_model(office)
    note = {"text": "The mill makes electricity for 240 homes.", "source": 0}
    claim = {"text": "It feeds 500 homes.", "notes": [0]}
    right = {"text": "It feeds 240 homes.", "notes": [0]}
    office.answers = [
        decided("ResearchCompleted", notes=[note]),
        decided("DraftWritten", statements=[claim]),
        decided("DraftWritten", statements=[right]),
        decided("DraftApproved"),
        decided("ArticlePublished", title="240 homes"),
    ]
    story = office.write()
    assert [event.type for event in story][3:] == [*ASKED_BACK, "DraftApproved", "ArticlePublished"]
    (objection,) = next(e for e in story if e.type == "RevisionRequested").data["objections"]
    assert objection["rule"] == "unsupported" and "500" in objection["says"], "a rule found it; no model was asked"
    article = story[-1].data
    assert (article["title"], article["written_by"]) == ("240 homes", MODEL) and MODEL in article["html"]
    systems = [asked["system"][0]["text"].split(". ")[0] for asked in office.asked]
    assert systems == [
        f"You are the {who} of an editorial office" for who in ("researcher", "writer", "writer", "editor", "publisher")
    ]
    said = json.loads(office.asked[2]["messages"][0]["content"][0]["text"])["RevisionRequested"]
    assert said["objections"] == [objection] and said["statements"] == [claim]


def test_an_outage_is_waited_for_and_then_the_stand_in_goes_on(office: Office) -> None:
    with_a_model(office)  # which is not on this machine
    story = office.write(COMMISSION.model_copy(update={"sources": COMMISSION.sources[2:]}))
    assert story[-1].type == "ArticlePublished" and story[-1].data["written_by"] == STAND_IN
    assert not [event for event in story if event.type == "AgentFailed"]
    waited = [line for line in office.cloud.logs("editorial.research") if MODEL in line]
    assert len(waited) == 2, "it asked to be called again, twice"


def test_sources_too_large_to_travel_go_through_the_bucket(office: Office) -> None:
    text = "The tide mill of Elmouth turns. " + "x" * 90_000
    sources = [Source(title=f"Source {n}", text=text.replace("turns", f"turns {n} wheels")) for n in range(6)]
    story = office.write(COMMISSION.model_copy(update={"sources": sources}))
    assert story[0].metadata.payload is not None and story[-1].type == "ArticlePublished"
    assert [len(story[-1].data["statements"]), story[-1].data["remarks"]] == [6, []]


def test_a_topic_that_no_source_knows_ends_so(office: Office) -> None:
    story = office.write(COMMISSION.model_copy(update={"topic": "Submarines"}))
    assert [event.type for event in story] == ["ArticleCommissioned", "TopicNotCovered"]
    assert story[-1].metadata.terminal and story[-1].metadata.failure
