"""Every call of a role against its synthesized policy, through real clients: each service, each way of naming."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.session import get_session

from tests.local.tiny import ACCOUNT, BUS, REGION, Account, allow, booted, policy, queue_arn
from troupe.local.cloud import LocalCloud
from troupe.local.functions import environment

TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/t"
LOG = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:g"
KEY = {"pk": {"S": "a#1"}, "sk": {"S": "x"}}
ITEM = {**KEY, "w": {"S": "hour"}}
ENTRY = {"Source": "s", "DetailType": "T", "Detail": "{}", "EventBusName": "tiny-test"}
Make = Callable[..., Any]


def account(*statements: dict[str, Any]) -> Account:
    made = Account().queue("inbox").function("inbox")
    made.add(
        "Table",
        "AWS::DynamoDB::Table",
        TableName="t",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("pk", "sk", "w")],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "window",
                "KeySchema": [{"AttributeName": "w", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    made.add("Bucket", "AWS::S3::Bucket", BucketName="tiny-bucket")
    made.add("Topic", "AWS::SNS::Topic", TopicName="topic")
    made.add("Parameter", "AWS::SSM::Parameter", Name="/tiny/p", Type="String", Value="v")
    made.add(
        "More", "AWS::IAM::Policy", PolicyName="m", Roles=[{"Ref": "inboxRole"}], PolicyDocument=policy(*statements)
    )
    return made


def as_role(cloud: LocalCloud) -> Make:
    """Makes clients that sign as the function's role."""
    (function,) = cloud.world.functions.values()
    variables = {"AWS_ACCESS_KEY_ID": function.role.access_key, "AWS_SECRET_ACCESS_KEY": "x"}
    with environment({**variables, "AWS_DEFAULT_REGION": REGION}):
        session = get_session()
        session.get_credentials()
    return lambda service: session.create_client(service, region_name=REGION)


@pytest.fixture
def open_account(tmp_path: Path) -> Iterator[Callable[..., Any]]:
    with ExitStack() as stack:
        yield lambda *statements: stack.enter_context(booted(tmp_path, account(*statements)))


def url(cloud: LocalCloud) -> str:
    return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/inbox"


CALLS: list[tuple[str, str, str, Callable[[Make, str], Any]]] = [
    ("events:PutEvents", BUS, "AccessDeniedException", lambda c, u: c("events").put_events(Entries=[ENTRY])),
    (
        "sqs:SendMessage",
        queue_arn("inbox"),
        "AccessDenied",
        lambda c, u: c("sqs").send_message(QueueUrl=u, MessageBody="x"),
    ),
    (
        "sqs:SendMessage",
        queue_arn("inbox"),
        "AccessDenied",
        lambda c, u: c("sqs").send_message_batch(QueueUrl=u, Entries=[{"Id": "1", "MessageBody": "x"}]),
    ),
    ("sqs:GetQueueUrl", queue_arn("inbox"), "AccessDenied", lambda c, u: c("sqs").get_queue_url(QueueName="inbox")),
    ("sqs:PurgeQueue", queue_arn("inbox"), "AccessDenied", lambda c, u: c("sqs").purge_queue(QueueUrl=u)),
    ("dynamodb:PutItem", TABLE, "AccessDeniedException", lambda c, u: c("dynamodb").put_item(TableName="t", Item=ITEM)),
    ("dynamodb:GetItem", TABLE, "AccessDeniedException", lambda c, u: c("dynamodb").get_item(TableName=TABLE, Key=KEY)),
    (
        "dynamodb:UpdateItem",
        TABLE,
        "AccessDeniedException",
        lambda c, u: c("dynamodb").update_item(TableName="t", Key=KEY, UpdateExpression="REMOVE x"),
    ),
    (
        "dynamodb:DeleteItem",
        TABLE,
        "AccessDeniedException",
        lambda c, u: c("dynamodb").delete_item(TableName="t", Key=KEY),
    ),
    (
        "dynamodb:BatchGetItem",
        TABLE,
        "AccessDeniedException",
        lambda c, u: c("dynamodb").batch_get_item(RequestItems={"t": {"Keys": [KEY]}}),
    ),
    (
        "dynamodb:BatchWriteItem",
        TABLE,
        "AccessDeniedException",
        lambda c, u: c("dynamodb").batch_write_item(RequestItems={"t": [{"PutRequest": {"Item": ITEM}}]}),
    ),
    ("dynamodb:Scan", TABLE, "AccessDeniedException", lambda c, u: c("dynamodb").scan(TableName="t")),
    (
        "dynamodb:DescribeTable",
        TABLE,
        "AccessDeniedException",
        lambda c, u: c("dynamodb").describe_table(TableName="t"),
    ),
    (
        "dynamodb:Query",
        f"{TABLE}/index/window",
        "AccessDeniedException",
        lambda c, u: c("dynamodb").query(
            TableName="t",
            IndexName="window",
            KeyConditionExpression="w = :w",
            ExpressionAttributeValues={":w": {"S": "hour"}},
        ),
    ),
    (
        "dynamodb:ConditionCheckItem",
        TABLE,
        "AccessDeniedException",
        lambda c, u: c("dynamodb").transact_write_items(
            TransactItems=[
                {"ConditionCheck": {"TableName": "t", "Key": KEY, "ConditionExpression": "attribute_not_exists(pk)"}}
            ]
        ),
    ),
    (
        "s3:PutObject",
        "arn:aws:s3:::tiny-bucket/a/b c",
        "AccessDenied",
        lambda c, u: c("s3").put_object(Bucket="tiny-bucket", Key="a/b c", Body=b"x"),
    ),
    (
        "s3:DeleteObject",
        "arn:aws:s3:::tiny-bucket/k",
        "AccessDenied",
        lambda c, u: c("s3").delete_object(Bucket="tiny-bucket", Key="k"),
    ),
    (
        "s3:ListBucket",
        "arn:aws:s3:::tiny-bucket",
        "AccessDenied",
        lambda c, u: c("s3").list_objects_v2(Bucket="tiny-bucket", Prefix="a/"),
    ),
    ("s3:ListBucket", "arn:aws:s3:::tiny-bucket", "403", lambda c, u: c("s3").head_bucket(Bucket="tiny-bucket")),
    (
        "ssm:GetParameter",
        f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/tiny/p",
        "AccessDeniedException",
        lambda c, u: c("ssm").get_parameter(Name="/tiny/p"),
    ),
    (
        "ssm:GetParameters",
        f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/tiny/p",
        "AccessDeniedException",
        lambda c, u: c("ssm").get_parameters(Names=["/tiny/p"]),
    ),
    (
        "sns:Publish",
        f"arn:aws:sns:{REGION}:{ACCOUNT}:topic",
        "AccessDenied",
        lambda c, u: c("sns").publish(TopicArn=f"arn:aws:sns:{REGION}:{ACCOUNT}:topic", Message="x"),
    ),
]


each_call = pytest.mark.parametrize(
    ("action", "resource", "code", "call"), CALLS, ids=[f"{action}-{i}" for i, (action, *_) in enumerate(CALLS)]
)


@each_call
def test_a_call_needs_its_grant(open_account: Any, action: str, resource: str, code: str, call: Any) -> None:
    cloud = open_account()
    with pytest.raises(ClientError) as denied:
        call(as_role(cloud), url(cloud))
    assert denied.value.response["Error"]["Code"] == code
    if code != "403":  # an answer to HEAD has no body
        message = denied.value.response["Error"]["Message"]
        assert all(part in message for part in ("inbox-role", action, resource))


@each_call
def test_the_grant_allows_it(open_account: Any, action: str, resource: str, code: str, call: Any) -> None:
    cloud = open_account(allow(action, resource))
    call(as_role(cloud), url(cloud))


@each_call
def test_the_grant_on_something_else_does_not(
    open_account: Any, action: str, resource: str, code: str, call: Any
) -> None:
    cloud = open_account(allow(action, f"{resource}-2"), allow("iam:*", resource))
    with pytest.raises(ClientError):
        call(as_role(cloud), url(cloud))


@pytest.mark.parametrize(
    ("entries", "allowed"),
    [
        ([{}], True),
        ([{}, {"DetailType": "U"}], True),
        ([{}, {"Source": "forged"}], False),
        ([{}, {"DetailType": "Other"}], False),
        ([{"EventBusName": "default"}], False),
        ([{}, {"EventBusName": "default"}], False),
    ],
)
def test_put_events_is_judged_for_all_entries_at_once(
    open_account: Any, entries: list[dict[str, str]], allowed: bool
) -> None:
    own = {
        "ForAllValues:StringEquals": {"events:source": ["s"], "events:detail-type": ["T", "U"]},
        "Null": {"events:source": "false", "events:detail-type": "false"},
    }
    cloud = open_account(allow("events:PutEvents", BUS, Condition=own))
    events = as_role(cloud)("events")
    if allowed:
        assert events.put_events(Entries=[ENTRY | e for e in entries])["FailedEntryCount"] == 0
    else:
        with pytest.raises(ClientError, match="AccessDenied"):
            events.put_events(Entries=[ENTRY | e for e in entries])


LEADING = {
    "ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["a#*"]},
    "Null": {"dynamodb:LeadingKeys": "false"},
}
FOREIGN = {"pk": {"S": "b#1"}, "sk": {"S": "x"}}


@pytest.mark.parametrize(
    ("call", "allowed"),
    [
        (lambda d: d.put_item(TableName="t", Item=KEY), True),
        (lambda d: d.put_item(TableName="t", Item=FOREIGN), False),
        (lambda d: d.update_item(TableName="t", Key=FOREIGN), False),
        (lambda d: d.batch_get_item(RequestItems={"t": {"Keys": [KEY]}}), True),
        (lambda d: d.batch_get_item(RequestItems={"t": {"Keys": [KEY, FOREIGN]}}), False),
        (lambda d: d.batch_write_item(RequestItems={"t": [{"DeleteRequest": {"Key": FOREIGN}}]}), False),
        (lambda d: d.transact_write_items(TransactItems=[{"Put": {"TableName": "t", "Item": FOREIGN}}]), False),
        (lambda d: d.transact_write_items(TransactItems=[{"Put": {"TableName": "t", "Item": KEY}}]), True),
        (lambda d: d.scan(TableName="t"), False),
        (
            lambda d: d.query(
                TableName="t", KeyConditionExpression="pk = :v", ExpressionAttributeValues={":v": {"S": "a#2"}}
            ),
            True,
        ),
        (
            lambda d: d.query(
                TableName="t",
                KeyConditionExpression="#k = :v",
                ExpressionAttributeNames={"#k": "pk"},
                ExpressionAttributeValues={":v": {"S": "b#2"}},
            ),
            False,
        ),
        (
            lambda d: d.query(
                TableName="t",
                IndexName="window",
                KeyConditionExpression="w = :v",
                ExpressionAttributeValues={":v": {"S": "a#2"}},
            ),
            True,
        ),
        (
            lambda d: d.query(
                TableName="t",
                IndexName="window",
                KeyConditionExpression="w = :v",
                ExpressionAttributeValues={":v": {"S": "hour"}},
            ),
            False,
        ),
    ],
)
def test_leading_keys(open_account: Any, call: Any, allowed: bool) -> None:
    cloud = open_account(allow("dynamodb:*", [TABLE, f"{TABLE}/index/*"], Condition=LEADING))
    if allowed:
        call(as_role(cloud)("dynamodb"))
    else:
        with pytest.raises(ClientError, match="AccessDenied"):
            call(as_role(cloud)("dynamodb"))


def test_what_cannot_be_mapped_is_denied_by_name(open_account: Any) -> None:
    cloud = open_account(allow("*", "*"))
    clients = as_role(cloud)
    with pytest.raises(ClientError, match="does not know what dynamodb:ListTables needs"):
        clients("dynamodb").list_tables()
    with pytest.raises(ClientError, match="AccessDenied"):
        clients("s3").get_bucket_acl(Bucket="tiny-bucket")
    with pytest.raises(ClientError, match="does not know the service kms"):
        clients("kms").list_keys()


def test_who_am_i_needs_no_grant(open_account: Any) -> None:
    assert as_role(open_account())("sts").get_caller_identity()["Account"] == ACCOUNT


def test_the_command_line_may_do_anything(open_account: Any) -> None:
    cloud = open_account()
    assert cloud.client("dynamodb").list_tables()["TableNames"] == ["t"]


def test_nobody_else_may_do_anything_and_nothing_leaves_the_machine(open_account: Any) -> None:
    open_account(allow("*", "*"))
    session = get_session()
    session.set_credentials("AKIASOMEBODY", "x")
    with pytest.raises(ClientError, match="AKIASOMEBODY belongs to no role"):
        session.create_client("sqs", region_name=REGION).list_queues()


def test_a_resource_s_policy_denies_too(open_account: Any, tmp_path: Path) -> None:
    guarded = account(allow("sqs:SendMessage", "*"), allow("s3:PutObject", "*"))
    everybody = {"Effect": "Deny", "Principal": {"AWS": "*"}, "Resource": "*"}
    guarded.add(
        "Q",
        "AWS::SQS::QueuePolicy",
        Queues=[{"Ref": "inbox"}],
        PolicyDocument=policy(everybody | {"Action": "sqs:SendMessage"}),
    )
    guarded.add(
        "B", "AWS::S3::BucketPolicy", Bucket={"Ref": "Bucket"}, PolicyDocument=policy(everybody | {"Action": "s3:*"})
    )
    with booted(tmp_path, guarded) as cloud:
        clients = as_role(cloud)
        with pytest.raises(ClientError, match="explicit deny"):
            clients("sqs").send_message(QueueUrl=url(cloud), MessageBody="x")
        with pytest.raises(ClientError, match="explicit deny"):
            clients("s3").put_object(Bucket="tiny-bucket", Key="k", Body=b"")


def test_reading_an_object_and_copying_one(open_account: Any) -> None:
    cloud = open_account(allow("s3:GetObject", "arn:aws:s3:::tiny-bucket/a"), allow("s3:PutObject", "*"))
    cloud.client("s3").put_object(Bucket="tiny-bucket", Key="a", Body=b"A")
    cloud.client("s3").put_object(Bucket="tiny-bucket", Key="b", Body=b"B")
    s3 = as_role(cloud)("s3")
    assert s3.get_object(Bucket="tiny-bucket", Key="a")["Body"].read() == b"A"
    assert s3.head_object(Bucket="tiny-bucket", Key="a")["ContentLength"] == 1
    s3.copy_object(Bucket="tiny-bucket", Key="c", CopySource="tiny-bucket/a")
    for denied in (
        lambda: s3.get_object(Bucket="tiny-bucket", Key="b"),
        lambda: s3.copy_object(Bucket="tiny-bucket", Key="c", CopySource="tiny-bucket/b"),
    ):
        with pytest.raises(ClientError, match="AccessDenied"):
            denied()


def test_log_streams(open_account: Any) -> None:
    cloud = open_account(allow("logs:PutLogEvents", f"{LOG}:*"))
    logs = as_role(cloud)("logs")
    with pytest.raises(ClientError, match="logs:CreateLogStream"):
        logs.create_log_stream(logGroupName="g", logStreamName="s")
    with pytest.raises(ClientError, match=r"not authorized.*log-group:other"):
        logs.put_log_events(logGroupName="other", logStreamName="s", logEvents=[{"timestamp": 1, "message": "x"}])
