"""Refusals by whom, loops, denied publications, and events that are not what they say."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from troupe.adapters.history import Happening

from .signs import signs
from .truth import untrue

Make = Callable[..., Happening]


class Past:
    """Stories by their correlation."""

    def __init__(self, *happenings: Happening) -> None:
        self.happenings = happenings
        self.asked = 0

    def story(self, correlation_id: str) -> list[Happening]:
        self.asked += 1
        return [h for h in self.happenings if h.event.metadata.correlation_id == correlation_id]


def refused(happened: Make, person: Any, times: int = 1, rule: str = "allowed-tables") -> list[Happening]:
    """Root, refusal and an end that repeats it, each time a story of its own."""
    told = []
    for _ in range(times):
        root = happened("Asked", {"text": "?", "by": person}, ago=100)
        first = happened("QueryError", {"rule": rule}, root, failure=True)
        told += [root, first, happened("QuestionFailed", {"rule": rule}, first, failure=True, terminal=True)]
    return told


def failed(happenings: list[Happening]) -> list[Happening]:
    return [h for h in happenings if h.event.metadata.failure]


@pytest.mark.parametrize(("times", "severity"), [(2, None), (3, "warning"), (9, "warning"), (10, "critical")])
def test_who_is_refused_again_and_again_is_named(happened: Make, times: int, severity: str | None) -> None:
    told = [*refused(happened, {"id": "ada", "claims": {}}, times), *refused(happened, {"id": "ben"}, 1)]
    seen = signs(failed(told), Past(*told))
    assert [(s.kind, s.subject, s.severity, s.count) for s in seen] == (
        [("refusals", "ada", severity, times)] if severity else []
    )


def test_a_few_refusals_cost_no_look_at_any_story(happened: Make) -> None:
    told = refused(happened, {"id": "ada"}, 2)
    past = Past(*told)
    assert signs(failed(told), past) == []
    assert past.asked == 0


@pytest.mark.parametrize("person", [None, "ada", {"id": ""}, {"id": 7}, {"id": "x", "color": "red"}])
def test_refusals_of_nobody_known_are_counted_by_their_story(happened: Make, person: Any) -> None:
    told = refused(happened, person, 3)
    assert signs(failed(told), Past(*told)) == []
    again = [happened("Refused", {"rule": rule}, told[0], failure=True) for rule in ("a", "b")]
    (seen,) = signs(failed([*told, *again]), Past(*told))
    assert seen.subject == f"story {told[0].event.metadata.correlation_id}"
    assert seen.summary.endswith("the rules: a, allowed-tables, b.")


def test_loops_and_denied_publications_are_signs(happened: Make) -> None:
    halt = happened("ChoreographyHalted", {"agent": "a.b", "reason": "It went round."}, failure=True)
    denied = happened("AgentFailed", {"agent": "a.c", "error": "AccessDeniedException: not for you"}, failure=True)
    broken = happened("AgentFailed", {"agent": "a.d", "error": "It broke."}, failure=True)
    strange = happened("AgentFailed", failure=True)
    seen = signs([halt, denied, broken, strange], Past())
    assert [(s.kind, s.subject) for s in seen] == [("loop", "a.b"), ("denied-publication", "a.c")]
    assert seen[0].summary == "A guard halted: It went round."


def test_two_events_under_one_id_and_words_that_the_digest_does_not_cover(happened: Make) -> None:
    true = happened("Said", {"n": 1})
    twin = happened("Said", {"n": 2}, divergent=True)
    forged = happened("Said", {"n": 3}, source="shop.desk")
    forged = replace(forged, event=replace(forged.event, data={"n": 4}))
    seen = untrue([true, twin, forged], lambda source: source.removeprefix("troupe."))
    assert [(s.kind, s.subject, s.count) for s in seen] == [
        ("forged-event", "shop.desk", 1),
        ("forged-event", "shop.till", 1),
    ]
    assert "0 have an id that was taken and 1 a digest that does not cover" in seen[0].summary
    assert untrue([true], str) == []
