"""The desk in the local cloud, in its own role: who is stamped, who is heard, who sees what."""

from __future__ import annotations

import getpass
import gzip
import json

import pytest

from tests.desk.visitors import ADA, BEA, Visitors
from troupe.local.front_door import TurnedAway
from troupe.runtime.envelope import Envelope


def types(visitors: Visitors, story: str) -> list[str]:
    return [event.type for event in visitors.cloud.events(story)]


def test_whoever_sits_here_is_who_asks(visitors: Visitors) -> None:
    from contracts.query import QueryReceived
    from troupe import Person

    everything = {"tenant": "all"}
    for named, expected in (("", getpass.getuser()), ("the king", "the king")):
        story = visitors.cloud.say(QueryReceived(question="who?", asked_by=Person(id=named, claims=everything)))
        visitors.cloud.run_until_idle()
        asked, answered = visitors.cloud.events(story)
        assert (asked.source, asked.data["asked_by"]) == ("troupe.platform.desk", {"id": expected, "claims": {}})
        assert answered.data == {"html": f"<p>{expected}", "told": ""}
    with pytest.raises(TurnedAway, match="no story"):
        visitors.cloud.say(QueryReceived(question="on?"), "c-unknown")


def test_what_is_put_on_the_bus_in_a_person_s_name_is_stored_and_not_heard(visitors: Visitors) -> None:
    from contracts.query import ClarificationProvided, QueryReceived
    from troupe import Person

    app = visitors.cloud.names.app
    forged = Envelope.root(QueryReceived(question="who?", asked_by=Person(id=ADA)), f"{app}.cli")
    story = visitors.ask(ADA, "doubt")
    said = ClarificationProvided(request=f"r-{ADA}", question="x", provided_by=Person(id=ADA))
    joined = Envelope.root(said, f"{app}.query.answerer", correlation_id=story)
    for event in (forged, joined):
        # As the command line, which may do anything: what keeps it from being heard are the rules.
        put = visitors.cloud.publish_raw(Source=event.source, DetailType=event.type, Detail=json.dumps(event.detail))
        assert "ErrorCode" not in put
    visitors.cloud.run_until_idle()
    assert types(visitors, forged.metadata.id) == ["QueryReceived"]
    assert sorted(types(visitors, story)) == ["ClarificationProvided", "ClarificationRequested", "QueryReceived"]
    assert visitors.look(ADA, f"/stories/{story}")["outcome"] == "waiting", "and it has answered nothing"
    assert visitors.http(ADA, "GET", f"/stories/{forged.metadata.id}")[0] == 404


def test_claims_come_from_the_stage_and_reach_the_agents(visitors: Visitors) -> None:
    names = visitors.cloud.names
    visitors.cloud.parameters.put(
        names.parameter("claims"), json.dumps({"arn:aws:iam::*:user/ada": {"tenant": "north"}})
    )
    story = visitors.ask(ADA, "who?")
    assert visitors.look(ADA, f"/stories/{story}")["end"]["data"] == {"told": "north"}
    assert visitors.look(ADA, "/")["claims"] == {"tenant": "north"}
    visitors.cloud.parameters.put(names.parameter("claims"), "{}")


def test_the_same_key_twice_is_one_event_for_everybody(visitors: Visitors) -> None:
    first, second = (visitors.say(ADA, "QueryReceived", {"question": "who?"}, idempotency_key="k-1") for _ in range(2))
    assert first == second and first[0] == 202
    told = visitors.cloud.events()
    assert [event.type for event in told] == ["QueryReceived", "ViewRendered"] and not any(e.divergent for e in told)
    status, other = visitors.say(ADA, "QueryReceived", {"question": "what else?"}, idempotency_key="k-1")
    assert status == 409 and "Idempotency-Key" in other["error"]


def test_an_answer_leads_on_and_only_somebody_else_approves(visitors: Visitors) -> None:
    story = visitors.ask(ADA, "doubt")
    (request,) = visitors.look(BEA, "/requests?since=1h")["requests"]
    assert (request["request"], request["correlation_id"], request["data"]["reason"]) == (f"r-{ADA}", story, "Of what?")
    where, data = f"?correlation={story}", {"request": request["request"]}
    status, said = visitors.say(ADA, "LeaveGiven", data, where)
    assert status == 403 and said["error"].startswith("Nobody approves their own request")
    assert visitors.say(BEA, "LeaveGiven", data, where)[0] == 202
    assert types(visitors, story)[-1] == "ViewRendered"
    assert visitors.say(BEA, "LeaveGiven", data, where)[0] == 409
    assert visitors.look(BEA, "/requests?since=1h")["requests"] == []
    assert visitors.http(BEA, "GET", f"/stories/{story}")[0] == 404, "an approver sees the request, not the answer"


def test_a_long_page_comes_from_the_bucket_and_fits_through(visitors: Visitors) -> None:
    story = visitors.ask(ADA, "long")
    status, headers, page = visitors.http(ADA, "GET", f"/stories/{story}/view")
    assert status == 200 and page.startswith(b"<p>long ") and len(page) == 250_003
    assert visitors.cloud.events(story)[-1].metadata.payload is not None
    status, headers, zipped = visitors.http(ADA, "GET", f"/stories/{story}/view", accept_encoding="gzip, br")
    assert headers["content-encoding"] == "gzip" and gzip.decompress(zipped) == page and len(zipped) < 10_000
    assert "sandbox" in headers["content-security-policy"]
    assert "html" not in visitors.look(ADA, f"/stories/{story}/events")["events"][-1]["detail"]["data"]


def test_a_fault_says_nothing_to_strangers_and_everything_to_the_log(visitors: Visitors) -> None:
    claims = visitors.cloud.names.parameter("claims")
    visitors.cloud.parameters.put(claims, "not JSON")
    status, _, body = visitors.http(ADA, "GET", "/")
    assert status == 500 and b"JSON" not in body and b"log" in body
    assert any("JSONDecodeError" in line for line in visitors.cloud.logs("platform.desk"))
    visitors.cloud.parameters.put(claims, "{}")
