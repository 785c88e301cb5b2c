"""Loading: what is created as the template says, and what is refused because it would not be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.local.tiny import ACCOUNT, REGION, Account, booted, policy, queue_arn, write_assembly, write_project
from troupe.local import assembly, backends, loader
from troupe.local.cloud import LocalCloud
from troupe.local.errors import LocalCloudError


def refused(tmp_path: Path, account: Account, says: str) -> None:
    with pytest.raises(LocalCloudError, match=says), booted(tmp_path, account):
        pass


def test_an_unknown_type_is_refused_by_name(tmp_path: Path) -> None:
    refused(tmp_path, Account().add("Api", "AWS::ApiGatewayV2::Api", Name="x"), r"tiny: Api \(AWS::ApiGatewayV2::Api\)")


@pytest.mark.parametrize("type_", loader.STUBBED)
def test_a_stubbed_type_has_a_reason_and_no_attributes(tmp_path: Path, type_: str) -> None:
    assert len(loader.STUBBED[type_]) > 20
    with booted(tmp_path, Account().add("Stub", type_)):
        pass
    user = Account().add("Stub", type_).queue("q", Tags=[{"Key": "k", "Value": {"Fn::GetAtt": ["Stub", "Arn"]}}])
    refused(tmp_path, user, "has no attribute Arn")


@pytest.mark.parametrize(
    ("kind", "property_"),
    [
        ("mapping", {"FilterCriteria": {"Filters": []}}),
        ("function", {"Layers": ["arn:x"]}),
        ("function", {"VpcConfig": {}}),
    ],
)
def test_a_property_that_would_be_ignored_is_refused(tmp_path: Path, kind: str, property_: dict[str, Any]) -> None:
    account = Account().queue("inbox", VisibilityTimeout=60)
    account.function("inbox", mapping=property_) if kind == "mapping" else account.function("inbox", **property_)
    refused(tmp_path, account, f"the property {next(iter(property_))}")


def test_managed_policies_are_refused(tmp_path: Path) -> None:
    managed = Account().add("R", "AWS::IAM::Role", AssumeRolePolicyDocument=policy(), ManagedPolicyArns=["arn:x"])
    refused(tmp_path, managed, "the property ManagedPolicyArns")


@pytest.mark.parametrize("odd", [{"KmsMasterKeyId": "alias/mine"}, {"FifoQueue": True, "QueueName": "q.fifo"}])
def test_queues_that_would_behave_otherwise_are_refused(tmp_path: Path, odd: dict[str, Any]) -> None:
    refused(tmp_path, Account().add("Q", "AWS::SQS::Queue", **odd), "FIFO queues and customer-managed keys")


def test_a_mapping_whose_function_may_outlive_the_visibility_is_refused(tmp_path: Path) -> None:
    account = Account().queue("inbox", VisibilityTimeout=5).function("inbox", Timeout=10)
    refused(tmp_path, account, "visibility timeout is shorter than the function's 10 s")


def test_a_function_whose_code_is_not_there_fails_by_name(tmp_path: Path) -> None:
    account = Account().queue("inbox").function("inbox", Handler="functions/tiny/gone.handle")
    with booted(tmp_path, account) as cloud:
        cloud.client("sqs").send_message(
            QueueUrl=f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/inbox", MessageBody="x"
        )
        with pytest.raises(LocalCloudError, match=r"inbox: its handler functions/tiny/gone\.handle cannot be loaded"):
            cloud.run_until_idle()


def test_settings_of_queues_arrive(tmp_path: Path) -> None:
    redrive = {"deadLetterTargetArn": {"Fn::GetAtt": ["dead", "Arn"]}, "maxReceiveCount": 4}
    account = Account().queue("inbox", VisibilityTimeout=77, DelaySeconds=3, RedrivePolicy=redrive)
    with booted(tmp_path, account.queue("dead", MessageRetentionPeriod=1_209_600)) as cloud:
        sqs = cloud.client("sqs")
        url = sqs.get_queue_url(QueueName="inbox")["QueueUrl"]
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert (found["VisibilityTimeout"], found["DelaySeconds"]) == ("77", "3")
    assert json.loads(found["RedrivePolicy"]) == {"deadLetterTargetArn": queue_arn("dead"), "maxReceiveCount": 4}
    assert "events.amazonaws.com" in found["Policy"]


def test_what_moto_drops_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forgetful(type_: str, name: str, properties: dict[str, Any]) -> Any:
        properties.pop("VisibilityTimeout", None)
        return original(type_, name, properties)

    original = backends.create
    monkeypatch.setattr(backends, "create", forgetful)
    refused(tmp_path, Account().queue("inbox", VisibilityTimeout=77), "visibility_timeout 30 of 77")


def test_stacks_are_created_in_the_order_of_their_dependencies(tmp_path: Path) -> None:
    core, agent = Account(), Account()
    del agent.resources["Bus"]
    agent.queue("inbox").add("Rule", "AWS::Events::Rule", EventBusName="tiny-test", EventPattern={"source": ["s"]})
    folder = write_assembly(tmp_path / "a", core=core.template(), agent=agent.template())
    assert [stack.name for stack in assembly.read(folder)] == ["core", "agent"]
    with LocalCloud.boot(write_project(tmp_path), assembly=folder) as cloud:
        assert cloud.client("events").list_rules(EventBusName="tiny-test")["Rules"][0]["State"] == "ENABLED"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"Fn::Join": ["-", ["a", {"Ref": "AWS::Region"}, 1]]}, f"a-{REGION}-1"),
        ({"Fn::Sub": "${AWS::Partition}:${!literal}:${inbox.Arn}"}, f"aws:${{literal}}:{queue_arn('inbox')}"),
        ({"Fn::Sub": ["${x}-${AWS::StackName}", {"x": {"Ref": "AWS::AccountId"}}]}, f"{ACCOUNT}-tiny"),
        ({"Fn::Select": [1, {"Fn::Split": ["/", "a/b/c"]}]}, "b"),
        ({"Fn::FindInMap": ["M", "k", {"Ref": "P"}]}, "mapped"),
        ({"Fn::If": ["IsLocal", "yes", "no"]}, "yes"),
        ({"Fn::If": ["IsNot", "yes", {"Ref": "P"}]}, "v"),
        ({"Ref": "inbox"}, f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/inbox"),
    ],
)
def test_intrinsic_functions(tmp_path: Path, value: Any, expected: str) -> None:
    account = Account().queue("inbox").add("Parameter", "AWS::SSM::Parameter", Name="/p", Type="String", Value=value)
    template = account.template() | {
        "Parameters": {"P": {"Type": "String", "Default": "v"}},
        "Mappings": {"M": {"k": {"v": "mapped"}}},
        "Conditions": {
            "IsLocal": {"Fn::And": [{"Fn::Equals": [{"Ref": "P"}, "v"]}, {"Fn::Not": [{"Condition": "IsNot"}]}]},
            "IsNot": {"Fn::Or": [{"Fn::Equals": ["a", "b"]}, {"Fn::Equals": ["a", "c"]}]},
        },
    }
    folder = write_assembly(tmp_path / "a", tiny=template)
    with LocalCloud.boot(write_project(tmp_path), assembly=folder) as cloud:
        assert cloud.client("ssm").get_parameter(Name="/p")["Parameter"]["Value"] == expected


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ({"Fn::ImportValue": "x"}, "Fn::ImportValue, which the local cloud does not know"),
        ({"Ref": "Nobody"}, "'Nobody', which is not there"),
        ({"Fn::GetAtt": ["Bus", "Colour"]}, "'Colour', which is not there"),
        ({"Ref": "Parameter"}, "refers to itself"),
    ],
)
def test_references_that_lead_nowhere(tmp_path: Path, value: Any, says: str) -> None:
    refused(tmp_path, Account().add("Parameter", "AWS::SSM::Parameter", Name="/p", Type="String", Value=value), says)


def test_a_false_condition_creates_nothing(tmp_path: Path) -> None:
    account = Account().queue("inbox", open=False)
    account.resources["inbox"]["Condition"] = "Never"
    template = account.template() | {"Conditions": {"Never": {"Fn::Equals": [1, 2]}}}
    with LocalCloud.boot(write_project(tmp_path), assembly=write_assembly(tmp_path / "a", tiny=template)):
        assert backends.queues() == {}


@pytest.mark.parametrize(("content", "says"), [(None, "is missing"), ("{", "is not JSON"), ("{}", "holds no stacks")])
def test_what_is_no_assembly(tmp_path: Path, content: str | None, says: str) -> None:
    if content is not None:
        (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(LocalCloudError, match=says):
        assembly.read(tmp_path)
