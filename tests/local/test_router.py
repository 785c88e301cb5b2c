"""The local EventBridge: what is delivered, in which form, and what becomes of what cannot be delivered."""

from __future__ import annotations

import json
import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local.tiny import ACCOUNT, BUS, REGION, Account, attributes, bodies, booted, policy, queue_arn, rule_arn
from troupe.local.errors import LocalCloudError

INBOX = {"Id": "inbox", "Arn": queue_arn("inbox")}
ANY = {"source": [{"prefix": ""}]}


def account(pattern: Any = ANY, **target: Any) -> Account:
    return Account().queue("inbox").queue("dead").rule("all", pattern, INBOX | target)


def put(cloud: Any, detail: Any = "{}", **entry: Any) -> dict[str, Any]:
    entry = {"Source": "s", "DetailType": "T", "Detail": detail, **entry}
    return dict(cloud.publish_raw(**entry))


def test_the_envelope_is_complete_and_the_detail_exact(tmp_path: Path) -> None:
    # Text that moto would substitute, numbers that JSON libraries like to rewrite, spaces, and escapes.
    detail = '{ "text": "<id> <source> <time> é \\u00e9", "n": 1.0, "big": 12345678901234567890, "e": 1e2 }'
    with booted(tmp_path, account()) as cloud:
        sent = put(cloud, detail, Time=datetime(2031, 2, 3, 4, 5, 6, 789000, UTC), Resources=["arn:a"])
        (body,) = bodies("inbox")
    assert detail in body
    envelope = json.loads(body)
    assert envelope.pop("detail") == json.loads(detail)
    assert envelope == {
        "version": "0",
        "id": sent["EventId"],
        "detail-type": "T",
        "source": "s",
        "account": ACCOUNT,
        "time": "2031-02-03T04:05:06Z",
        "region": REGION,
        "resources": ["arn:a"],
    }


def test_without_a_time_the_event_has_the_clock_s(tmp_path: Path) -> None:
    with booted(tmp_path, account(), start=datetime(2031, 1, 1, tzinfo=UTC)) as cloud:
        put(cloud)
        assert json.loads(bodies("inbox")[0])["time"] == "2031-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("pattern", "detail", "delivered"),
    [
        ({"detail": {"n": [1]}}, {"n": 1}, True),
        ({"detail": {"n": [1]}}, {"n": True}, False),
        ({"detail": {"n": [1]}}, {"n": "1"}, False),
        ({"detail": {"items": {"kind": ["x"]}}}, {"items": [{"kind": "y"}, {"kind": "x"}]}, True),
        ({"detail": {"n": [{"numeric": [">", 3]}]}}, {"n": 3}, False),
        ({"account": [ACCOUNT]}, {}, True),
        ({"replay-name": [{"exists": False}]}, {}, True),
    ],
)
def test_rules_match_as_strictly_as_aws(tmp_path: Path, pattern: Any, detail: Any, delivered: bool) -> None:
    with booted(tmp_path, account(pattern)) as cloud:
        put(cloud, json.dumps(detail))
        assert len(bodies("inbox")) == delivered


def test_an_invalid_pattern_is_an_error_at_load(tmp_path: Path) -> None:
    with (
        pytest.raises(LocalCloudError, match="rule all cannot be loaded"),
        booted(tmp_path, account({"source": [{"begins-with": "s"}]})),
    ):
        pass


def test_a_disabled_rule_does_not_deliver_until_it_is_enabled(tmp_path: Path) -> None:
    disabled = Account().queue("inbox").rule("all", ANY, INBOX, State="DISABLED")
    with booted(tmp_path, disabled) as cloud:
        put(cloud)
        assert bodies("inbox") == []
        cloud.client("events").enable_rule(Name="all", EventBusName="tiny-test")
        put(cloud)
        assert len(bodies("inbox")) == 1


def test_every_matching_rule_delivers_and_only_on_its_own_bus(tmp_path: Path) -> None:
    both = account().queue("second").rule("more", ANY, {"Id": "s", "Arn": queue_arn("second")})
    with booted(tmp_path, both) as cloud:
        put(cloud)
        put(cloud, EventBusName="default")
        put(cloud, EventBusName=BUS)
        assert (len(bodies("inbox")), len(bodies("second"))) == (2, 2)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"Input": '{"constant": 1}'}, {"constant": 1}),
        ({"InputPath": "$.detail.a"}, {"b": "<x>"}),
        ({"InputPath": "$.detail.none"}, None),
        (
            {
                "InputTransformer": {
                    "InputPathsMap": {"b": "$.detail.a.b", "o": "$.detail.a"},
                    "InputTemplate": '{"bare": <b>, "quoted": "is <b>", "all": <o>, "r": "<aws.events.rule-name>"}',
                }
            },
            {"bare": "<x>", "quoted": "is <x>", "all": {"b": "<x>"}, "r": "all"},
        ),
        (
            {"InputTransformer": {"InputPathsMap": {"q": "$.detail.quote"}, "InputTemplate": '{"quoted": "<q>"}'}},
            {"quoted": 'say "hi"\n'},
        ),
        (
            {
                "InputTransformer": {
                    "InputPathsMap": {"i": "$.detail.list[1]", "t": "$['detail-type']"},
                    "InputTemplate": '["<t>", <i>]',
                }
            },
            ["T", 20],
        ),
    ],
)
def test_input_settings(tmp_path: Path, settings: dict[str, Any], expected: Any) -> None:
    detail = {"a": {"b": "<x>"}, "quote": 'say "hi"\n', "list": [10, 20]}
    with booted(tmp_path, account(**settings)) as cloud:
        put(cloud, json.dumps(detail))
        assert json.loads(bodies("inbox")[0]) == expected


def test_a_template_that_yields_no_json_goes_to_the_dead_letters(tmp_path: Path) -> None:
    broken = {"InputPathsMap": {"x": "$.detail.none"}, "InputTemplate": '{"x": <x>}'}
    with booted(tmp_path, account(InputTransformer=broken, DeadLetterConfig={"Arn": queue_arn("dead")})) as cloud:
        put(cloud)
        assert bodies("inbox") == []
        assert attributes("dead")[0]["ERROR_CODE"] == "INVALID_JSON"


@pytest.mark.parametrize(
    ("target", "problem"),
    [
        ({"Arn": "arn:aws:lambda:us-east-1:1:function:f"}, "no queue"),
        ({"SqsParameters": {"MessageGroupId": "g"}}, "SqsParameters"),
        ({"Input": "1", "InputPath": "$"}, "one of Input"),
        ({"InputPath": "detail"}, "does not start"),
        ({"InputPath": "$.a[*]"}, "not one that"),
        ({"InputTransformer": {"InputPathsMap": {}, "InputTemplate": "<who>"}}, "<who>"),
    ],
)
def test_targets_that_are_not_carried_out_fail_loudly(tmp_path: Path, target: dict[str, Any], problem: str) -> None:
    with pytest.raises(LocalCloudError, match=problem), booted(tmp_path, account(**target)):
        pass


def test_without_permission_the_event_goes_to_the_dead_letters(tmp_path: Path) -> None:
    shut = Account().queue("inbox", open=False).queue("dead")
    shut.rule("all", ANY, INBOX | {"DeadLetterConfig": {"Arn": queue_arn("dead")}})
    with booted(tmp_path, shut) as cloud:
        assert "EventId" in put(cloud, '{"a": 1}')
        assert bodies("inbox") == []
        assert json.loads(bodies("dead")[0])["detail"] == {"a": 1}
        (said,) = attributes("dead")
        assert (said["RULE_ARN"], said["TARGET_ARN"]) == (rule_arn("all"), queue_arn("inbox"))
        assert said["ERROR_CODE"] == "NO_PERMISSIONS"
        assert "inbox" in said["ERROR_MESSAGE"]
        assert cloud.lost() == []


@pytest.mark.parametrize("arn", [queue_arn("gone"), queue_arn("inbox").replace(REGION, "eu-west-1")])
def test_a_missing_queue_is_no_error_of_the_publisher_s(tmp_path: Path, arn: str) -> None:
    gone = account(Arn=arn, DeadLetterConfig={"Arn": queue_arn("dead")})
    with booted(tmp_path, gone) as cloud:
        assert "EventId" in put(cloud)
        assert attributes("dead")[0]["ERROR_CODE"] == "NO_RESOURCE"


def test_what_nobody_can_take_is_listed_as_lost(tmp_path: Path) -> None:
    shut = Account().queue("inbox", open=False).rule("all", ANY, INBOX)
    with booted(tmp_path, shut) as cloud:
        put(cloud, '{"a": 1}')
        put(cloud, EventBusName="nowhere")
        assert [lost.rule for lost in cloud.lost()] == ["all", ""]
        assert json.loads(cloud.lost()[0].body)["detail"] == {"a": 1}


@pytest.mark.parametrize(
    ("source", "delivered"), [(rule_arn("all"), True), (rule_arn("other"), False), (rule_arn("*"), True)]
)
def test_the_queue_s_policy_says_which_rule_may_send(tmp_path: Path, source: str, delivered: bool) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue_arn("inbox"),
        "Condition": {"ArnLike": {"aws:SourceArn": source}},
    }
    picky = Account().queue("inbox", open=False).rule("all", ANY, INBOX)
    picky.add("Picky", "AWS::SQS::QueuePolicy", Queues=[{"Ref": "inbox"}], PolicyDocument=policy(statement))
    with booted(tmp_path, picky) as cloud:
        put(cloud)
        assert len(bodies("inbox")) == delivered


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ({"Detail": "no json"}, "MalformedDetail"),
        ({"Detail": "[]"}, "MalformedDetail"),
        ({"Detail": '{"n": NaN}'}, "MalformedDetail"),
        ({"Detail": '{"a":' * 100_000}, "MalformedDetail"),
        ({"Detail": ""}, "InvalidArgument"),
        ({"Source": ""}, "InvalidArgument"),
        ({"DetailType": ""}, "InvalidArgument"),
        ({"Source": "aws.mine"}, "NotAuthorizedForSourceException"),
    ],
)
def test_a_bad_entry_fails_alone(tmp_path: Path, entry: dict[str, str], code: str) -> None:
    good = {"Source": "s", "DetailType": "T", "Detail": "{}", "EventBusName": "tiny-test"}
    with booted(tmp_path, account()) as cloud:
        answer = cloud.client("events").put_events(Entries=[good, good | entry, good])
        assert answer["FailedEntryCount"] == 1
        assert [result.get("ErrorCode") for result in answer["Entries"]] == [None, code, None]
        assert len(bodies("inbox")) == 2


def test_a_request_holds_ten_entries_and_one_megabyte(tmp_path: Path) -> None:
    entry = {"Source": "s", "DetailType": "T", "Detail": "{}", "EventBusName": "tiny-test"}
    with booted(tmp_path, account()) as cloud:
        events = cloud.client("events")
        with pytest.raises(ClientError, match="ValidationException"):
            events.put_events(Entries=[entry] * 11)
        half = json.dumps({"x": "é" * 262_200}, ensure_ascii=False)
        with pytest.raises(ClientError, match="over the limit"):
            events.put_events(Entries=[entry | {"Detail": half}] * 2)
        assert bodies("inbox") == []
        assert events.put_events(Entries=[entry | {"Detail": half}])["FailedEntryCount"] == 0


def test_the_archive_keeps_what_its_pattern_takes(tmp_path: Path) -> None:
    archived = account()
    archived.add(
        "Archive", "AWS::Events::Archive", ArchiveName="all", SourceArn=BUS, EventPattern={"detail-type": ["T"]}
    )
    with booted(tmp_path, archived) as cloud:
        put(cloud)
        put(cloud, DetailType="U")
        assert cloud.client("events").describe_archive(ArchiveName="all")["EventCount"] == 1
        # The archive's own rule is not one that delivers.
        assert len(bodies("inbox")) == 2


def test_a_replay_of_the_archive_is_refused_rather_than_done_wrong(tmp_path: Path) -> None:
    archived = account()
    archived.add("Archive", "AWS::Events::Archive", ArchiveName="all", SourceArn=BUS)
    with booted(tmp_path, archived) as cloud, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        put(cloud)
        with pytest.raises(ClientError, match="troupe replay"):
            cloud.client("events").start_replay(
                ReplayName="r",
                EventSourceArn=f"arn:aws:events:{REGION}:{ACCOUNT}:archive/all",
                EventStartTime=datetime(2029, 1, 1, tzinfo=UTC),
                EventEndTime=datetime(2031, 1, 1, tzinfo=UTC),
                Destination={"Arn": BUS},
            )
        assert len(bodies("inbox")) == 1
