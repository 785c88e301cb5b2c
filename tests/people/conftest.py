"""The shipped agents in a local cloud over the sample warehouse, with a model that answers as told."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from contracts.query import QueryReceived
from functions.query.sql_runner import agent as sql_runner
from functions.query.sql_runner.policy import parse_policy
from tests.model.bedrock import decided
from troupe import Person
from troupe.event_store.read import StoredEvent
from troupe.local.backends import Response
from troupe.local.calls import Call
from troupe.local.cloud import LocalCloud
from troupe.runtime.contract import Event
from troupe.runtime.settings import project_root

ADA = Person(id="ada")
MODEL = "eu.anthropic.claude-sonnet-4-5-20250929-v1:0"


@dataclass
class Theatre:
    """One cloud and its model."""

    cloud: LocalCloud
    answers: list[dict[str, Any]] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)

    def reset(self, translator: str = "model") -> None:
        self.cloud.reset()
        self.answers, self.asked = [], []
        parameters, names = self.cloud.parameters, self.cloud.names
        parameters.put(names.parameter("translator"), translator)
        parameters.put(names.parameter("model"), json.dumps({"id": MODEL}))

    def translates(self, *statements: str) -> None:
        self.answers += [decided("SQLGenerated", sql=sql, reading="stores") for sql in statements]

    def ask(self, question: str = "How many stores are there?", by: Person = ADA) -> str:
        return self.say(QueryReceived(question=question, asked_by=by))

    def say(self, event: Event, correlation_id: str = "") -> str:
        correlation_id = self.cloud.publish(event, correlation_id)
        self.cloud.run_until_idle()
        return correlation_id

    def told(self, correlation_id: str) -> list[StoredEvent]:
        return self.cloud.events(correlation_id)

    def types(self, correlation_id: str) -> list[str]:
        return [event.type for event in self.told(correlation_id)]

    def last(self, correlation_id: str, type_: str) -> Any:
        return next(event.data for event in reversed(self.told(correlation_id)) if event.type == type_)

    def __call__(self, call: Call, proceed: Callable[[], Response]) -> Response:
        if call.service != "bedrock" or not self.answers:
            return proceed()
        self.asked.append(dict(call.parameters))
        return 200, {"Content-Type": "application/json"}, json.dumps(self.answers.pop(0))


@pytest.fixture(scope="module")
def stage() -> Iterator[Theatre]:
    with LocalCloud.boot(project_root()) as cloud:
        theatre = Theatre(cloud)
        cloud.endpoint.interceptor = theatre
        yield theatre


@pytest.fixture
def theatre(stage: Theatre) -> Theatre:
    stage.reset()
    return stage


@pytest.fixture
def under(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Puts another policy in the place of the sample's, for one test."""

    def put(text: str) -> None:
        policy = parse_policy(text, "the test's policy")
        monkeypatch.setattr(sql_runner, "load_policy", lambda path: policy)

    return put
