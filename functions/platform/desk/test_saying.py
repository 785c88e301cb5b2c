from __future__ import annotations

from typing import Any

import pytest

from troupe import Refused

from .conftest import FeastAllowed, HouseFull, Inn, OtherTableOffered, OtherTableTaken, TableWanted
from .saying import MAX_BODY
from .stories import asker

ADA, BEA = "arn:aws:iam::1:user/ada", "arn:aws:iam::1:user/bea"


def refusal(
    inn: Inn, caller: str, path: str, body: Any = None, *, method: str = "POST", **more: str
) -> tuple[int, str]:
    with pytest.raises(Refused) as refused:
        inn.ask(caller, method, path, body, **more)
    return refused.value.status, str(refused.value)


def test_a_person_begins_a_story_under_their_own_name(inn: Inn) -> None:
    answer = inn.ask(ADA, "POST", "/events/TableWanted", {"seats": 2})
    (said,) = inn.published
    assert answer.status == 202 and isinstance(answer.body, dict)
    assert answer.body["correlation_id"] == said.metadata.id == said.metadata.correlation_id
    assert answer.headers["location"] == answer.body["story"] == f"/stories/{said.metadata.id}"
    assert (said.type, said.source, said.data["wanted_by"]) == (
        "TableWanted", "inn.platform.desk", {"id": ADA, "claims": {}},
    )  # fmt: skip


@pytest.mark.parametrize("forged", [{"id": BEA, "claims": {"tenant": "all"}}, {"id": BEA, "admin": True}, "bea", None])
def test_whom_the_body_names_counts_for_nothing(inn: Inn, forged: Any) -> None:
    inn.said_of = {"arn:aws:iam::1:user/*": {"tenant": "north"}}
    inn.begin(ADA, wanted_by=forged)
    assert inn.published[0].data["wanted_by"] == {"id": ADA, "claims": {"tenant": "north"}}


def test_a_person_in_a_field_that_anybody_may_fill_in_is_nobody(inn: Inn) -> None:
    id = inn.begin(ADA, note={"id": BEA, "claims": {}})
    assert asker(inn.story(id), inn.sayings, inn.source).id == ADA


def test_what_did_not_come_through_the_desk_was_said_by_nobody(inn: Inn) -> None:
    inn.add(TableWanted.model_validate({"seats": 1, "wanted_by": {"id": ADA}}), "c-1", "inn.cli", id="c-1")
    assert asker(inn.story("c-1"), inn.sayings, inn.source).id == ""
    assert refusal(inn, ADA, "/stories/c-1", method="GET")[0] == 404


@pytest.mark.parametrize(
    ("path", "body", "status", "sentence"),
    [
        ("/events/Nonsense", {}, 404, "People do not say Nonsense here; they say TableWanted, OtherTableTaken, Fea"),
        ("/events/Seated", {}, 404, "People do not say Seated here"),
        ("/events/TableWanted", {"seats": "many"}, 422, "The data breaks the contract TableWanted: seats: "),
        ("/events/TableWanted", {"seats": 1, "vip": True}, 422, "vip: Extra inputs are not permitted"),
        ("/events/TableWanted", b"{", 400, "The body is not JSON"),
        ("/events/TableWanted", b'{"seats": NaN}', 400, "The body is not JSON"),
        ("/events/TableWanted", b'{"note": {"a": "\\ud800"}, "seats": 1}', 400, "The body is not JSON"),
        ("/events/TableWanted", b"[" * 60_000, 400, "The body is not JSON"),
        ("/events/TableWanted", b"\xff", 400, "The body is not JSON"),
        ("/events/TableWanted", [], 400, "The body is not an object"),
        ("/events/TableWanted", None, 400, "The body is not JSON"),
        ("/events/TableWanted", b" " * (MAX_BODY + 1), 413, "The body has 65,537 bytes; 65,536 are taken."),
        ("/events/OtherTableTaken", {"wish": "w"}, 400, "OtherTableTaken answers a request; say in which story"),
        ("/nowhere", {}, 404, "There is nothing here"),
        ("/stories", {}, 404, "There is nothing here"),
        ("/stories/c-1", {}, 405, "POST is not for this address; it takes GET."),
        ("/", {}, 405, "it takes GET"),
    ],
)
def test_what_cannot_be_said_is_one_sentence_and_nothing_is_published(
    inn: Inn, path: str, body: Any, status: int, sentence: str
) -> None:
    said = refusal(inn, ADA, path, body)
    assert said[0] == status and sentence in said[1] and "\n" not in said[1]
    assert not inn.published


def test_under_the_same_key_it_is_the_same_event(inn: Inn) -> None:
    first, second = (inn.ask(ADA, "POST", "/events/TableWanted", {"seats": 2}, idempotency_key="k") for _ in "ab")
    assert first.body == second.body
    assert inn.published[0] == inn.published[1], "published again, and the recorder knows it already"
    assert refusal(inn, ADA, "/events/TableWanted", {"seats": 3}, idempotency_key="k")[0] == 409
    other = inn.ask(BEA, "POST", "/events/TableWanted", {"seats": 2}, idempotency_key="k")
    assert other.body != first.body, "a key is its owner's"
    assert refusal(inn, ADA, "/events/TableWanted", {"seats": 3}, idempotency_key="k" * 201)[0] == 400


def offered(inn: Inn, caller: str = ADA) -> str:
    id = inn.begin(caller)
    inn.add(OtherTableOffered(wish="w-1"), id)
    return id


def answer(inn: Inn, caller: str, story: str, type_: str = "OtherTableTaken", wish: str = "w-1", **more: str) -> int:
    return inn.ask(caller, "POST", f"/events/{type_}", {"wish": wish}, f"correlation={story}", **more).status


def test_an_answer_meets_its_request_once(inn: Inn) -> None:
    story = offered(inn)
    with pytest.raises(Refused, match="no such request was made"):
        answer(inn, ADA, story, wish="w-2")
    assert answer(inn, ADA, story, idempotency_key="k") == 202
    assert inn.published[-1].metadata.correlation_id == story and not inn.published[-1].metadata.causes
    assert answer(inn, ADA, story, idempotency_key="k") == 202, "a repetition is no second answer"
    with pytest.raises(Refused, match="has been answered") as refused:
        answer(inn, ADA, story)
    assert refused.value.status == 409


def test_what_others_say_in_the_bus_s_own_name_answers_nothing(inn: Inn) -> None:
    story = offered(inn)
    inn.add(OtherTableTaken.model_validate({"wish": "w-1", "taken_by": {"id": BEA}}), story, "inn.cli")
    assert answer(inn, ADA, story) == 202


def test_nobody_approves_their_own_request(inn: Inn) -> None:
    session = "arn:aws:sts::1:assumed-role/sales/{}"
    story = offered(inn, session.format("ada"))
    for name in ("ada", "somebody-else"):
        with pytest.raises(Refused, match="Nobody approves their own request") as refused:
            answer(inn, session.format(name), story, FeastAllowed.__name__)
        assert refused.value.status == 403
    assert answer(inn, "arn:aws:sts::1:assumed-role/boss/ada", story, FeastAllowed.__name__) == 202


def test_who_has_worded_a_request_does_not_approve_it_and_who_has_approved_one_may_approve_another(inn: Inn) -> None:
    story = offered(inn)
    assert answer(inn, BEA, story) == 202
    inn.add(OtherTableOffered(wish="w-2"), story)
    with pytest.raises(Refused, match="Nobody approves their own request"):
        answer(inn, BEA, story, FeastAllowed.__name__, wish="w-2")
    boss = "arn:aws:iam::1:user/boss"
    assert answer(inn, boss, story, FeastAllowed.__name__, wish="w-2") == 202
    inn.add(OtherTableOffered(wish="w-3"), story)
    assert answer(inn, boss, story, FeastAllowed.__name__, wish="w-3") == 202


def test_only_whom_it_concerns_answers(inn: Inn) -> None:
    inn.said_of = {ADA: {"tenant": "north"}}
    story = offered(inn)
    with pytest.raises(Refused, match=r"no story .* that you may speak in") as refused:
        answer(inn, BEA, story)
    assert refused.value.status == 404
    with pytest.raises(Refused, match="no story unknown that you may speak in"):
        answer(inn, ADA, "unknown")
    with pytest.raises(Refused, match="no story"):
        inn.ask(BEA, "POST", "/events/TableWanted", {"seats": 1}, f"correlation={story}")


def test_an_ended_story_hears_nothing_more(inn: Inn) -> None:
    story = offered(inn)
    inn.add(HouseFull(), story)
    with pytest.raises(Refused, match="The story has ended with HouseFull") as refused:
        answer(inn, ADA, story)
    assert refused.value.status == 409
