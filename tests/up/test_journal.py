"""What is accepted is on the disk before it is answered, and comes back as it was."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.local.tiny import Account, booted
from troupe.local import backends, queues
from troupe.local.calls import Call, read
from troupe.local.cloud import LocalCloud
from troupe.local.errors import LocalCloudError
from troupe.local.up import journal
from troupe.local.up.journal import Journal, Record
from troupe.local.up.state import State, put_back, received

RECORDS: list[Record] = [["gone", "a", ["1"]], ["object", "b", "k", b"\x00\xff"], ["sent", "c", {"body": "\ud800 é"}]]


def test_what_was_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    opened = Journal(path, RECORDS[:1])
    opened.write(RECORDS[1:])
    assert opened.size == path.stat().st_size
    opened.close()
    assert journal.read(path)[:2] == RECORDS[:2]
    assert len(journal.read(path)) == 3


@given(cut=st.integers(min_value=1, max_value=60))
def test_a_last_line_that_was_cut_short_was_never_accepted(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    path = tmp_path_factory.getbasetemp() / "cut"
    Journal(path, [["gone", "a", ["x" * 40]], ["gone", "b", ["y" * 60]]]).close()
    path.write_bytes(path.read_bytes()[:-cut])
    assert journal.read(path) == [["gone", "a", ["x" * 40]]]


def test_damage_is_said_and_not_skipped(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    path.write_bytes(b'["gone","a",[]]\n{"dam\n["gone","a",[]]\n')
    with pytest.raises(LocalCloudError, match=r"journal:2 is damaged.*--fresh"):
        journal.read(path)


def test_no_journal_is_an_empty_one(tmp_path: Path) -> None:
    assert journal.read(tmp_path / "none") == []


def test_beginning_anew_keeps_only_what_there_is(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    opened = Journal(path, RECORDS)
    opened.begin(RECORDS[:1])
    opened.write(RECORDS[1:2])
    opened.close()
    assert journal.read(path) == RECORDS[:2]


def test_many_share_one_round_to_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Journal(tmp_path / "journal", [])
    first_is_in, let_it_go = threading.Event(), threading.Event()
    rounds = []

    def force(_: int) -> None:
        rounds.append(opened.written)
        first_is_in.set()
        let_it_go.wait(60)

    monkeypatch.setattr("troupe.local.up.journal.os.fsync", force)
    threads = []
    for n in range(1, 11):
        opened.write([["gone", "a", [str(n)]]])
        threads.append(threading.Thread(target=opened.commit, args=(n,)))
        threads[-1].start()
        first_is_in.wait(60)
    let_it_go.set()
    for thread in threads:
        thread.join(60)
    assert rounds == [1, 10]
    opened.commit(10)
    assert rounds == [1, 10]


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[LocalCloud]:
    account = (
        Account()
        .queue("line-dlq")
        .queue("line", RedrivePolicy={"deadLetterTargetArn": {"Fn::GetAtt": ["line-dlq", "Arn"]}, "maxReceiveCount": 1})
    )
    account.rule("all", {"source": ["test"]}, {"Id": "1", "Arn": {"Fn::GetAtt": ["line", "Arn"]}})
    account.add(
        "Table",
        "AWS::DynamoDB::Table",
        TableName="table",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    account.add("Bucket", "AWS::S3::Bucket", BucketName="bucket")
    with booted(tmp_path, account) as cloud:
        yield cloud


def drawn_up(cloud: LocalCloud) -> list[Record]:
    """Lets every call of this cloud leave its records, as they come back from a file."""
    records: list[Record] = []
    state = State()

    def note(call: Call, proceed):  # type: ignore[no-untyped-def]
        answer = proceed()
        if answer[0] < 300:
            records.extend(state.after(call))
        return answer

    cloud.endpoint.interceptor = note
    return records


def held() -> object:
    """All that outlives a restart, as plain values."""
    messages = {
        name: [(m.id, m.body, m.message_attributes, m.approximate_receive_count, m.sent_timestamp) for m in q._messages]
        for name, q in backends.queues().items()
    }
    items = {name: {k.value: v.to_json() for k, v in t.items.items()} for name, t in backends.tables().items()}
    objects = {name: {k: v.value for k, v in b.keys.items()} for name, b in backends.buckets().items()}
    return messages, items, objects


def test_every_kind_of_change_comes_back(cloud: LocalCloud, tmp_path: Path) -> None:
    records = drawn_up(cloud)
    sqs, dynamodb, s3 = cloud.client("sqs"), cloud.client("dynamodb"), cloud.client("s3")
    url = sqs.get_queue_url(QueueName="line")["QueueUrl"]
    cloud.publish_raw(Source="test", DetailType="A", Detail='{"é": 1}')
    attributes = {"reason": {"DataType": "String", "StringValue": "why"}}
    for text in ("one", "two", "three"):
        sqs.send_message(QueueUrl=url, MessageBody=text, MessageAttributes=attributes)
    sqs.delete_message(QueueUrl=url, ReceiptHandle=sqs.receive_message(QueueUrl=url)["Messages"][0]["ReceiptHandle"])
    for n in "abc":
        dynamodb.put_item(TableName="table", Item={"pk": {"S": n}, "raw": {"B": b"\x00" + n.encode()}})
    dynamodb.delete_item(TableName="table", Key={"pk": {"S": "a"}})
    dynamodb.update_item(
        TableName="table",
        Key={"pk": {"S": "b"}},
        UpdateExpression="SET n = :n",
        ExpressionAttributeValues={":n": {"N": "1"}},
    )
    dynamodb.batch_write_item(RequestItems={"table": [{"PutRequest": {"Item": {"pk": {"S": "d"}}}}]})
    put = {"TableName": "table", "Item": {"pk": {"S": "e"}, "map": {"M": {"base64": {"S": "x"}}}}}
    delete = {"TableName": "table", "Key": {"pk": {"S": "c"}}}
    dynamodb.transact_write_items(TransactItems=[{"Put": put}, {"Delete": delete}])
    for name in ("kept", "gone"):
        s3.put_object(Bucket="bucket", Key=f"payload/{name}", Body=b"\x00\xff")
    s3.delete_object(Bucket="bucket", Key="payload/gone")

    before = held()
    Journal(tmp_path / "journal", records).close()
    cloud.reset()
    assert held() != before
    assert put_back(journal.read(tmp_path / "journal"), in_flight=False) == []
    assert held() == before

    # And all of it at once, as when the journal is begun anew.
    Journal(tmp_path / "journal", State().everything()).close()
    cloud.reset()
    put_back(journal.read(tmp_path / "journal"), in_flight=False)
    assert held() == before


def test_attempts_count_across_a_restart_and_a_last_one_ends_in_the_dead_letters(cloud: LocalCloud) -> None:
    state = State()
    line = backends.queues()["line"]
    queues.send(line, "hopeless")
    records = [*state.queues(), received("line", queues.receive(line, 10, cloud.clock.now_ms))]
    cloud.reset()
    put_back(records, in_flight=False)
    assert queues.receive(line, 10, cloud.clock.now_ms) == []
    assert [m.body for m in backends.queues()["line-dlq"]._messages] == ["hopeless"]
    state = State()
    moved = state.queues()
    assert [record[:2] for record in moved] == [["sent", "line-dlq"]]


def test_a_message_that_moves_is_written_to_its_new_place_first(cloud: LocalCloud) -> None:
    state = State()
    line = backends.queues()["line"]
    queues.send(line, "hopeless")
    state.queues()
    queues.receive(line, 10, cloud.clock.now_ms)
    queues.receive(line, 10, cloud.clock.now_ms + 60_000)
    assert [record[:2] for record in state.queues()] == [["sent", "line-dlq"], ["gone", "line"]]


def test_what_is_worked_on_stays_so_only_while_its_worker_is_there(cloud: LocalCloud) -> None:
    line = backends.queues()["line"]
    queues.send(line, "x")
    (taken,) = queues.receive(line, 10, cloud.clock.now_ms)
    everything = list(State().everything())
    for in_flight, due in ((True, False), (False, True)):
        cloud.reset()
        put_back(everything, in_flight=in_flight)
        assert queues.is_due(line, cloud.clock.now_ms) is due
        assert (line._messages[0].receipt_handle == taken.receipt_handle) is in_flight


def test_what_has_no_place_any_more_is_said(cloud: LocalCloud) -> None:
    kept = [["sent", "old", {"id": "1"}], ["sent", "old", {"id": "2"}], ["gone", "old", ["2"]]]
    (told,) = put_back(kept, in_flight=False)
    assert told == "old is not there any more; what it held (1) is gone."


def test_a_call_that_failed_leaves_nothing(cloud: LocalCloud) -> None:
    records = drawn_up(cloud)
    dynamodb = cloud.client("dynamodb")
    item = {"TableName": "table", "Item": {"pk": {"S": "a"}}, "ConditionExpression": "attribute_not_exists(pk)"}
    dynamodb.put_item(**item)
    with pytest.raises(dynamodb.exceptions.ConditionalCheckFailedException):
        dynamodb.put_item(**item)
    assert len(records) == 1


def test_reading_changes_nothing(cloud: LocalCloud) -> None:
    body = json.dumps({"TableName": "table", "Key": {"pk": {"S": "a"}}}).encode()
    headers = {"X-Amz-Target": "DynamoDB_20120810.GetItem", "Authorization": ""}
    call = read("POST", "https://dynamodb.us-east-1.amazonaws.com/", headers, body)
    assert State().after(Call(call.access_key, "dynamodb", call.operation, call.parameters)) == []
