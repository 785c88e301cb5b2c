"""Invariant 7: no role can do what its agent's signature does not say."""

from __future__ import annotations

from typing import Any

from tests.templates.deployed import ACCOUNT, REGION, Deployed, arn
from troupe.runtime.agent import Agent

Grant = tuple[str, str, str]
"""Action, resource, condition."""


def _there(resources: tuple[str, ...]) -> list[str]:
    """Without those of a warehouse in the cloud: neither project has one (test_warehouse_stack.py has)."""
    return [resource for resource in resources if not resource.startswith("{warehouse_")]


def expected(agent: Agent) -> set[Grant]:
    """What the signature says, one action on one resource at a time."""
    deciding = [h for h in agent.handlers if h.envelope_parameter is None]
    emits = {t.__name__ for h in deciding for t in h.publishes}
    hears = {t.__name__ for h in deciding for t in h.subscriptions} - {"Tick"}
    expiring = any(len(h.hears) > 1 and h.within_s for h in deciding)
    speaks = emits | {"AgentFailed"}
    speaks |= {"ChoreographyHalted"} if deciding else set()
    speaks |= {"JoinExpired"} if expiring else set()
    name = f"troupe-dev-{agent.id.replace('.', '-')}"
    queue, dead_letters = arn("sqs", name), arn("sqs", f"{name}-dlq")
    log = arn("logs", f"log-group:/aws/lambda/{name}:*")
    payload = f"arn:aws:s3:::troupe-dev-payloads-{ACCOUNT}-{REGION}/payload"
    decisions = arn("dynamodb", "table/troupe-dev-decisions")

    grants = {
        (
            "events:PutEvents",
            arn("events", "event-bus/troupe-dev"),
            only(**{"events:source": [f"troupe.{agent.id}"], "events:detail-type": sorted(speaks)}),
        ),
        ("sqs:SendMessage", dead_letters, ""),
        ("sqs:GetQueueUrl", dead_letters, ""),
        ("logs:CreateLogStream", log, ""),
        ("logs:PutLogEvents", log, ""),
    }
    grants |= {
        (f"sqs:{action}", queue, "")
        for action in (
            "ReceiveMessage",
            "DeleteMessage",
            "ChangeMessageVisibility",
            "GetQueueAttributes",
            "GetQueueUrl",
        )
    }
    grants |= {("sqs:SendMessage", queue, "")} if expiring else set()
    grants |= {("s3:PutObject", f"{payload}/{type_}/*", "") for type_ in emits}
    grants |= {("s3:GetObject", f"{payload}/{type_}/*", "") for type_ in hears}
    if deciding:
        own = f"{agent.id}#*"
        grants |= {("dynamodb:BatchGetItem", decisions, like(**{"dynamodb:LeadingKeys": [own, "H#*"]}))}
        grants |= {
            (f"dynamodb:{action}", decisions, like(**{"dynamodb:LeadingKeys": [own]}))
            for action in (["PutItem", "UpdateItem"] if any(h.is_join for h in deciding) else ["PutItem"])
        }
    places = {"partition": "aws", "region": REGION, "account": ACCOUNT, "app": "troupe", "stage": "dev"}
    for need in {need for handler in agent.handlers for need in handler.needs.values()}:
        for grant in need.grants:
            condition = like(**{"dynamodb:LeadingKeys": [*grant.leading_keys]}) if grant.leading_keys else ""
            grants |= {(a, r.format(**places), condition) for a in grant.actions for r in _there(grant.resources)}
    return grants


def only(**keys: list[str]) -> str:
    return _condition("ForAllValues:StringEquals", keys)


def like(**keys: list[str]) -> str:
    return _condition("ForAllValues:StringLike", keys)


def _condition(operator: str, keys: dict[str, list[str]]) -> str:
    """ForAllValues is true of a request without the key; with Null beside it, the key has to be there."""
    return repr({operator: dict(sorted(keys.items())), "Null": dict.fromkeys(sorted(keys), "false")})


def actual(role: dict[str, Any]) -> set[Grant]:
    found = set()
    for policy in role["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            assert statement["Effect"] == "Allow" and not {"NotAction", "NotResource"} & statement.keys()
            condition = {
                operator: dict(sorted(keys.items()))
                for operator, keys in sorted(statement.get("Condition", {}).items())
            }
            for action in _list(statement["Action"]):
                for resource in _list(statement["Resource"]):
                    found.add((action, resource, repr(condition) if condition else ""))
    return found


def _list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def test_a_role_says_what_the_signature_says_and_nothing_else(deployed: Deployed) -> None:
    for agent in deployed.hearing:
        role = deployed.of(agent).one("AWS::IAM::Role")
        assert actual(role) == expected(agent), agent.id
        assert not {"ManagedPolicyArns", "PermissionsBoundary"} & role.keys()
        (trusted,) = role["AssumeRolePolicyDocument"]["Statement"]
        assert trusted["Principal"] == {"Service": "lambda.amazonaws.com"}


def test_there_is_one_role_per_agent_and_no_policy_beside_it(deployed: Deployed) -> None:
    for agent in deployed.hearing:
        template = deployed.of(agent)
        (role,) = template.of_type("AWS::IAM::Role")
        assert template.one("AWS::Lambda::Function")["Role"] == f"{role}.Arn"
        assert not template.of_type("AWS::IAM::Policy") and not template.of_type("AWS::IAM::ManagedPolicy")


def test_the_expectation_itself_tells_agents_apart(sample: Deployed) -> None:
    roles = {agent.id: expected(agent) for agent in sample.agents}
    assert not any(action.startswith("s3:") for action, _, _ in roles["platform.scribe"])
    assert {resource for action, resource, _ in roles["bakery.baker"] if action == "ssm:GetParameter"} == {
        arn("ssm", "parameter/troupe/dev/flour")
    }
    assert any("JoinExpired" in condition for _, _, condition in roles["bakery.oven-watch"])


def test_no_template_allows_a_wildcard_resource_or_publishing_without_conditions(deployed: Deployed) -> None:
    for name, template in deployed.all.items():
        for role in template.of_type("AWS::IAM::Role").values():
            for action, resource, condition in actual(role):
                assert resource != "*" and "*" not in action, (name, action)
                assert action != "events:PutEvents" or ("events:source" in condition and "Null" in condition), name
