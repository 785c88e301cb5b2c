"""What people say comes in through one door: its URL, its role, and the rules that hear nobody else."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from stacks.errors import BuildError
from stacks.settings import read_settings
from tests.templates.deployed import ACCOUNT, REGION, Deployed, arn
from tests.templates.sample import REPOSITORY, sample_project
from tests.templates.synthesis import Synthesize
from troupe.choreography.patterns import matches
from troupe.runtime.sayings import from_text
from troupe.runtime.signature import SignatureError

TABLES = '''
from troupe import Event, Person


class TableWanted(Event, root=True):
    """Somebody wants to sit down."""

    seats: int
    wanted_by: Person


class TableTaken(Event):
    """Another table was free."""

    wish: str


class TableGranted(Event, root=True):
    """The landlord says yes."""

    wish: str
    approved_by: Person | None = None


class DoorOpened(Event, root=True):
    """A sensor says so, no person."""


class Seated(Event, terminal=True):
    """Somebody sits."""
'''
WAITER = '''
"""Seats people."""

from contracts.tables import DoorOpened, Seated, TableGranted, TableTaken, TableWanted
from troupe import Agent

agent = Agent()


@agent.on
def want(event: TableWanted) -> TableTaken:
    return TableTaken(wish="w")


@agent.on
def enter(event: DoorOpened) -> Seated | None:
    return None


@agent.on(join_on="wish")
def seat(taken: TableTaken, granted: TableGranted) -> Seated:
    return Seated()
'''
GREETER = (
    WAITER.partition("@agent.on")[0]
    + """@agent.on
def greet(event: TableWanted | DoorOpened) -> None:
    return None
"""
)


def project(root: Path, *, desk: bool = True, waiter: str = WAITER) -> Path:
    sample_project(root)
    for path, text in {"contracts/tables.py": TABLES, "functions/hall/waiter/agent.py": waiter}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text.lstrip())
    (root / "functions/hall/greeter").mkdir()
    (root / "functions/hall/greeter/agent.py").write_text(GREETER.lstrip())
    if desk:
        shutil.copytree(
            REPOSITORY / "functions/platform/desk",
            root / "functions/platform/desk",
            ignore=shutil.ignore_patterns("__pycache__", "test_*"),
        )
    return root


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory, synthesize: Synthesize) -> Deployed:
    return synthesize(project(tmp_path_factory.mktemp("hall")))


def patterns(hall: Deployed, agent: str) -> dict[str, dict[str, Any]]:
    rules = hall.template(f"troupe-dev-hall-{agent}").of_type("AWS::Events::Rule").values()
    return {rule["Name"].rpartition("-")[2]: rule["EventPattern"] for rule in rules}


def heard(pattern: dict[str, Any], type_: str, source: str) -> bool:
    return matches(pattern, {"source": source, "detail-type": type_, "detail": {}})


@pytest.mark.parametrize(
    ("agent", "handler", "type_", "by_the_desk", "by_others"),
    [
        ("waiter", "want", "TableWanted", True, False),
        ("waiter", "seat", "TableGranted", True, False),
        ("waiter", "seat", "TableTaken", True, True),
        ("waiter", "enter", "DoorOpened", True, True),
        ("greeter", "greet", "TableWanted", True, False),
        ("greeter", "greet", "DoorOpened", True, True),
        ("greeter", "greet", "TableGranted", False, False),
    ],
)
def test_what_a_person_says_is_heard_from_the_desk_alone(
    hall: Deployed, agent: str, handler: str, type_: str, by_the_desk: bool, by_others: bool
) -> None:
    pattern = patterns(hall, agent)[handler]
    assert heard(pattern, type_, "troupe.platform.desk") is by_the_desk
    for other in ("troupe.cli", "troupe.platform.desks", "troupe.hall.waiter", "aws.platform.desk"):
        assert heard(pattern, type_, other) is by_others, other


def test_only_the_desk_may_publish_what_people_say(hall: Deployed) -> None:
    said = {"TableGranted", "TableWanted"}
    speakers = {}
    for stack, template in hall.all.items():
        for role in template.of_type("AWS::IAM::Role").values():
            for statement in role["Policies"][0]["PolicyDocument"]["Statement"]:
                if statement["Action"] == "events:PutEvents":
                    strings = statement["Condition"]["ForAllValues:StringEquals"]
                    speakers[stack] = strings["events:source"], set(strings["events:detail-type"])
    assert speakers.pop("troupe-dev-platform-desk") == (["troupe.platform.desk"], said)
    assert speakers and not any(types & said for _, types in speakers.values())


def test_the_url_wants_a_signature_and_the_callers_policy_is_the_only_way_in(hall: Deployed) -> None:
    desk = hall.template("troupe-dev-platform-desk")
    function = arn("lambda", "function:troupe-dev-platform-desk")
    assert desk.one("AWS::Lambda::Url") == {"AuthType": "AWS_IAM", "TargetFunctionArn": function}
    found = [
        (stack, type_, statement)
        for stack, template in hall.all.items()
        for type_ in ("AWS::IAM::ManagedPolicy", "AWS::IAM::Policy", "AWS::IAM::Role")
        for one in template.of_type(type_).values()
        for document in [one.get("PolicyDocument"), *(p["PolicyDocument"] for p in one.get("Policies", []))]
        for statement in (document or {"Statement": []})["Statement"]
        if "lambda:" in json.dumps(statement["Action"])
    ]
    assert [(stack, type_) for stack, type_, _ in found] == [
        ("troupe-dev-platform-desk", "AWS::IAM::ManagedPolicy")
    ] * 2
    by_url, by_the_url_only = (statement for *_, statement in found)
    assert (by_url["Action"], by_url["Resource"]) == ("lambda:InvokeFunctionUrl", function)
    assert by_url["Condition"] == {"StringEquals": {"lambda:FunctionUrlAuthType": "AWS_IAM"}}
    assert (by_the_url_only["Action"], by_the_url_only["Resource"]) == ("lambda:InvokeFunction", function)
    assert by_the_url_only["Condition"] == {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}
    types = {r["Type"] for template in hall.all.values() for r in template.raw["Resources"].values()}
    assert "AWS::Lambda::Permission" not in types, "a resource policy would let in whom no identity policy does"


def test_the_desk_has_neither_queue_nor_rule_but_a_place_a_log_and_alarms(hall: Deployed) -> None:
    desk = hall.template("troupe-dev-platform-desk")
    for type_ in ("AWS::SQS::Queue", "AWS::Events::Rule", "AWS::Lambda::EventSourceMapping"):
        assert not desk.of_type(type_)
    named = {p["Name"]: p["Value"] for p in desk.of_type("AWS::SSM::Parameter").values()}
    assert named["/troupe/dev/desk"] == "Url.FunctionUrl"
    part = json.loads(named["/troupe/dev/agents/platform.desk"])
    assert part["serves"] and part["handlers"][0]["publishes"] == ["TableGranted", "TableWanted"]
    alarms = {a["MetricName"]: a for a in desk.of_type("AWS::CloudWatch::Alarm").values()}
    assert alarms.keys() == {"Url5xxCount", "Throttles"}
    for alarm in alarms.values():
        assert alarm["Dimensions"] == [{"Name": "FunctionName", "Value": "troupe-dev-platform-desk"}]
        assert (alarm["Namespace"], alarm["Statistic"], alarm["Threshold"]) == ("AWS/Lambda", "Sum", 0)
    assert desk.one("AWS::Logs::LogGroup")["RetentionInDays"] == 14


def test_the_desk_may_read_stories_and_claims_and_write_its_own_decisions(hall: Deployed) -> None:
    role = hall.template("troupe-dev-platform-desk").one("AWS::IAM::Role")
    grants = {
        (action, resource)
        for statement in role["Policies"][0]["PolicyDocument"]["Statement"]
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
        for resource in ([statement["Resource"]] if isinstance(statement["Resource"], str) else statement["Resource"])
    }
    events, decisions = arn("dynamodb", "table/troupe-dev-events"), arn("dynamodb", "table/troupe-dev-decisions")
    log = arn("logs", "log-group:/aws/lambda/troupe-dev-platform-desk:*")
    assert grants == {
        ("events:PutEvents", arn("events", "event-bus/troupe-dev")),
        ("dynamodb:Query", events),
        ("dynamodb:Query", f"{events}/index/window"),
        ("dynamodb:BatchGetItem", decisions),
        ("dynamodb:PutItem", decisions),
        ("s3:GetObject", f"arn:aws:s3:::troupe-dev-payloads-{ACCOUNT}-{REGION}/payload/*"),
        ("ssm:GetParameter", arn("ssm", "parameter/troupe/dev/claims")),
        ("logs:CreateLogStream", log),
        ("logs:PutLogEvents", log),
    }


def test_the_desk_is_told_what_people_say_and_ships_those_contracts(hall: Deployed) -> None:
    function = hall.template("troupe-dev-platform-desk").one("AWS::Lambda::Function")
    said = from_text(function["Environment"]["Variables"]["TROUPE_SAYINGS"])
    assert said["TableWanted"].model_dump() == {
        "type": "TableWanted", "module": "contracts.tables", "begins": True, "answers": (), "on": "",
    }  # fmt: skip
    granted = said["TableGranted"]
    assert (granted.begins, granted.answers, granted.on) == (False, ("TableTaken",), "wish")
    assert said.keys() == {"TableWanted", "TableGranted"}
    from stacks.contents import Packer

    (desk,) = [agent for agent in hall.agents if agent.serves]
    files = Packer(hall.root).contents(desk, more=["contracts.tables"]).files
    assert "contracts/tables.py" in files and "contracts/bakery.py" not in files
    assert "contracts/tables.py" not in Packer(hall.root).contents(desk).files


def test_without_a_desk_nobody_could_say_it(tmp_path: Path, synthesize: Synthesize) -> None:
    with pytest.raises(BuildError) as error:
        synthesize(project(tmp_path, desk=False))
    assert str(error.value) == (
        "contracts.tables: TableGranted is said by a person, and without platform.desk nobody can say it: keep "
        "functions/platform/desk, or take root=True or the Person off it."
    )


def test_an_agent_does_not_speak_for_a_person(tmp_path: Path, synthesize: Synthesize) -> None:
    with pytest.raises(SignatureError, match="want may return TableGranted, which is said by a person"):
        synthesize(project(tmp_path, waiter=WAITER.replace("-> TableTaken:", "-> TableGranted:")))


def test_claims_are_the_core_s_to_note(hall: Deployed) -> None:
    named = {p["Name"]: p["Value"] for p in hall.core.of_type("AWS::SSM::Parameter").values()}
    assert named["/troupe/dev/claims"] == "{}"


@pytest.mark.parametrize("pattern", ["arn:aws:iam::*:role/north-*", "arn:aws:iam::1:user/team/ada", "ada"])
def test_claims_are_about_roles_users_and_whoever_sits_here(pattern: str) -> None:
    context = {"app": "troupe", "stage": "dev", "stages": {"dev": {"claims": {pattern: {"tenant": "north"}}}}}
    assert read_settings(context).stage.claims == {pattern: {"tenant": "north"}}


@pytest.mark.parametrize(
    "pattern", ["arn:aws:iam::1:role/team/north", "arn:aws:sts::1:assumed-role/north/ada", "*:*", "role/north"]
)
def test_claims_about_what_a_caller_could_choose_stop_synth(pattern: str) -> None:
    context = {"app": "troupe", "stage": "dev", "stages": {"dev": {"claims": {pattern: {"tenant": "north"}}}}}
    with pytest.raises(BuildError, match="is no person: write arn:aws:iam"):
        read_settings(context)
