"""A policy that shows each asker their own rows, end to end: by claims, whoever words the question."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from contracts.query import ClarificationProvided
from tests.people.conftest import Theatre
from troupe import Person
from troupe.local.answer import read_answer
from warehouse.sample import STORES

POLICY = """
schema: shop
tables:
  stores:
    columns: [store_id, region_id, name, city]
    rows: {column: COLUMN, claim: tenant}
  orders:
"""
SQL = "SELECT COUNT(*) AS stores FROM stores"
BAD = "SELECT COUNT(nosuch) AS stores FROM stores"


def of(tenant: str, id: str = "ada") -> Person:
    return Person(id=id, claims={"tenant": tenant})


@pytest.fixture(autouse=True)
def filtered(theatre: Theatre, under: Callable[[str], None]) -> None:
    theatre.reset("offline")
    under(POLICY.replace("COLUMN", "region_id"))


@pytest.mark.parametrize(("tenant", "region"), [("1", "North"), ("2", "South")])
def test_everybody_sees_their_own_rows(theatre: Theatre, tenant: str, region: str) -> None:
    story = theatre.ask("Show all stores", by=of(tenant))
    found = theatre.last(story, "QuerySuccess")
    names = next(i for i, column in enumerate(found["columns"]) if column["name"] == "name")
    own = [name for in_, name, *_ in STORES if in_ == region]
    assert own and sorted(row[names] for row in found["rows"]) == sorted(own)


@pytest.mark.parametrize("by", [Person(id="ada"), of("")], ids=["none", "empty"])
def test_without_the_claim_nothing_is_shown(theatre: Theatre, by: Person) -> None:
    story = theatre.ask(by=by)
    assert theatre.types(story)[-2:] == ["QueryError", "QuestionFailed"]
    answer = read_answer(theatre.cloud.reader.story(story), None)
    assert answer.outcome == "refused" and "(rule: claims)" in answer.reason


def test_tables_without_the_rule_are_for_everybody(theatre: Theatre) -> None:
    assert theatre.types(theatre.ask("How many orders are there?"))[-1] == "ViewRendered"


@pytest.mark.parametrize(
    ("column", "tenant", "shown"),
    [
        ("region_id", "1 OR 1=1", None),
        ("city", "x' OR 'a'='a", [[0]]),
        ("city", "$$)) OR true --", [[0]]),
        ("city", "\x00", None),
    ],
)
def test_a_hostile_claim_is_a_value_like_any_other(
    theatre: Theatre, under: Callable[[str], None], column: str, tenant: str, shown: list[list[int]] | None
) -> None:
    under(POLICY.replace("COLUMN", column))
    story = theatre.ask(by=of(tenant))
    if shown is None:  # no number, or no text that PostgreSQL knows
        assert theatre.types(story)[-1] == "QuestionFailed" and "QuerySuccess" not in theatre.types(story)
    else:
        assert theatre.last(story, "QuerySuccess")["rows"] == shown


def test_a_revision_does_not_lose_the_asker(theatre: Theatre) -> None:
    theatre.reset("model")
    theatre.translates(BAD, SQL)
    story = theatre.ask(by=of("1"))
    assert theatre.types(story).count("SQLRevisionRequested") == 1
    ((found,),) = theatre.last(story, "QuerySuccess")["rows"]
    assert 0 < found < 14
    assert "tenant" not in str(theatre.asked), "the model is not told of persons"


@pytest.mark.parametrize("by", [of("1", "ben"), of("2", "ben"), Person(id="ben")], ids=["same", "other", "none"])
def test_whoever_words_it_the_answer_shows_what_both_may_see(theatre: Theatre, by: Person) -> None:
    theatre.reset("model")
    theatre.translates(BAD, BAD, BAD)
    story = theatre.ask(by=of("1"))
    request = theatre.last(story, "ClarificationRequested")["request"]
    theatre.translates(SQL)
    theatre.say(ClarificationProvided(request=request, question="Count the stores", provided_by=by), story)
    said = theatre.last(story, "SQLGenerated")
    assert said["asked_by"]["id"] == "ada" and [person["id"] for person in said["reworded_by"]] == ["ben"]
    if by == of("1", "ben"):
        assert "region_id = '1'" in theatre.last(story, "QuerySuccess")["sql"]
    else:
        assert theatre.last(story, "QuestionFailed")["rule"] == "claims"
    assert "tenant" not in str(theatre.asked)
