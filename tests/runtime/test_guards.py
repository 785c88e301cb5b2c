"""A loop ends: halted where it says so, where the stage says so, and told beforehand to whoever asks."""

from __future__ import annotations

import json

import pytest

from tests.runtime.stage import stage
from troupe import Agent, Context, Envelope, Event


class Drafted(Event, root=True):
    request: str = "r"


class Objected(Event):
    request: str = "r"


class Answered(Event, root=True):
    request: str = "r"


told: list[tuple[int, bool]] = []
editor = Agent(id="test.editor")


@editor.on(at_most=3)
def review(event: Drafted, context: Context) -> Objected:
    told.append((context.nth, context.is_last))
    return Objected()


@editor.on(join_on="request")
def ask(asked: Objected, said: Answered, context: Context) -> Drafted:
    told.append((context.nth, context.is_last))
    return Drafted()


def worn(event: Event, times: int, **more: int) -> Envelope:
    """An event on whose way `review` has acted so many times."""
    made = Envelope.root(event, "troupe.test", correlation_id="c")
    path = {**({"test.editor/review": times} if times else {}), **more}
    metadata = made.metadata.model_copy(update={"path": path, "depth": 2 * times})
    return Envelope(made.type, made.source, metadata, made.data)


@pytest.mark.parametrize("times", [0, 1, 2])
def test_a_handler_is_told_which_time_it_acts_and_when_it_is_the_last(times: int) -> None:
    told.clear()
    with stage(editor) as here:
        here.deliver(editor, worn(Drafted(), times))
        assert here.types() == ["Objected"]
    assert told == [(times + 1, times == 2)]


def test_once_more_than_a_handler_says_is_halted_before_the_stage_would() -> None:
    told.clear()
    with stage(editor) as here:  # whose own limit is five
        here.deliver(editor, worn(Drafted(), 3))
        assert here.types() == ["ChoreographyHalted"]
        assert "test.editor/review has acted 3 times along one causal path; it says at_most=3." in str(here.published)
    assert not told


def test_counting_begins_anew_where_somebody_outside_has_answered() -> None:
    told.clear()
    with stage(editor) as here:
        answer = Envelope.root(Answered(), "troupe.cli", correlation_id="c")
        here.deliver(editor, worn(Objected(), 3, **{"test.editor/ask": 5}), answer)
        assert here.types() == ["Drafted"]
        assert json.loads(here.published[0]["Detail"])["metadata"]["path"] == {"test.editor/ask": 1}
    assert told == [(1, False)]
