from __future__ import annotations

from typing import Any, cast

import pytest

from troupe import AgentFailed, Refused

from .conftest import HouseFull, Inn, OtherTableOffered, Seated

ADA, BEA = "arn:aws:iam::1:user/ada", "arn:aws:iam::1:user/bea"


def look(inn: Inn, path: str, caller: str = ADA, query: str = "") -> dict[str, Any]:
    answer = inn.ask(caller, "GET", path, query=query)
    assert answer.status == 200
    return cast(dict[str, Any], answer.body)


def test_the_desk_says_whom_it_sees(inn: Inn) -> None:
    inn.said_of = {ADA: {"tenant": "north"}}
    assert look(inn, "/") == {
        "person": ADA,
        "claims": {"tenant": "north"},
        "may_say": ["FeastAllowed", "OtherTableTaken", "TableWanted"],
    }


def test_a_story_s_outcome_says_who_has_the_word(inn: Inn) -> None:
    id = inn.begin(ADA)
    assert look(inn, f"/stories/{id}")["outcome"] == "open"
    inn.add(OtherTableOffered(wish="w-1"), id)
    story = look(inn, f"/stories/{id}")
    assert story["outcome"] == "waiting" and story["end"] is None
    (request,) = story["requests"]
    assert (request["request"], request["answers"]) == ("w-1", ["OtherTableTaken", "FeastAllowed"])
    inn.add(AgentFailed.model_validate(AgentFailed.example), id)
    assert [i["data"]["error"] for i in look(inn, f"/stories/{id}")["incidents"]] == [AgentFailed.example["error"]]
    inn.add(Seated(table=7, html="<p>7"), id)
    story = look(inn, f"/stories/{id}")
    assert (story["outcome"], story["requests"], story["page"]) == ("done", [], f"/stories/{id}/view")
    assert story["end"]["data"] == {"table": 7}, "the result, without the page"
    assert [e["type"] for e in story["events"]] == ["TableWanted", "OtherTableOffered", "AgentFailed", "Seated"]


def test_a_failure_is_an_end_too(inn: Inn) -> None:
    id = inn.begin(ADA)
    inn.add(HouseFull(), id)
    assert (look(inn, f"/stories/{id}")["outcome"], look(inn, f"/stories/{id}")["page"]) == ("failed", None)


def test_events_are_told_whole_but_for_the_page(inn: Inn) -> None:
    id = inn.begin(ADA)
    inn.add(Seated(table=7, html="<p>7"), id)
    told = look(inn, f"/stories/{id}/events")
    assert [e["detail"]["data"] for e in told["events"]][-1] == {"table": 7}
    assert [e["detail"]["metadata"]["id"] for e in told["events"]] == [e.metadata.id for e in inn.stored]
    assert told["status"] == {"": {"end": inn.stored[-1].metadata.id}}


def test_the_page_is_locked_in(inn: Inn) -> None:
    id = inn.begin(ADA)
    with pytest.raises(Refused, match="There is no page: the story goes on"):
        inn.ask(ADA, "GET", f"/stories/{id}/view")
    inn.add(Seated(html="<p>7"), id)
    answer = inn.ask(ADA, "GET", f"/stories/{id}/view")
    assert answer.body == "<p>7" and answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "sandbox" in policy and "script" not in policy


@pytest.mark.parametrize("path", ["", "/events", "/view"])
def test_a_story_is_its_asker_s_and_nobody_else_learns_that_it_exists(inn: Inn, path: str) -> None:
    id = inn.begin(ADA)
    inn.add(Seated(html="<p>7"), id)
    said = []
    for story in (id, "c-unknown"):
        with pytest.raises(Refused) as refused:
            inn.ask(BEA, "GET", f"/stories/{story}{path}")
        said.append((refused.value.status, str(refused.value).replace(story, "")))
    assert said[0] == said[1] and said[0][0] == 404


def test_requests_are_shown_to_whom_they_concern(inn: Inn) -> None:
    inn.said_of = {ADA: {"tenant": "north"}, BEA: {"tenant": "north", "boss": "yes"}}
    mine = inn.begin(ADA)
    inn.add(OtherTableOffered(wish="w-1"), mine)
    other = inn.begin("arn:aws:iam::1:user/cat")
    inn.add(OtherTableOffered(wish="w-2"), other)

    def listed(caller: str) -> list[str]:
        return [r["request"] for r in look(inn, "/requests", caller)["requests"]]

    assert (listed(ADA), listed(BEA)) == (["w-1"], ["w-1"])
    assert listed("arn:aws:iam::1:user/dan") == ["w-2"]
    inn.add(Seated(), mine)
    assert listed(BEA) == []
    with pytest.raises(Refused) as refused:
        look(inn, "/requests", query="since=yesterdayish")
    assert refused.value.status == 400
