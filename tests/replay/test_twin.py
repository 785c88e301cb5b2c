"""The twin in the templates: there where the stage asks for it, able to do all that its agent does but speak."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.templates.deployed import Deployed, Template, arn
from tests.templates.sample import sample_project
from tests.templates.synthesis import Synthesize, synthesize
from tests.templates.test_role import actual, expected

__all__ = ["synthesize"]


@pytest.fixture(scope="session")
def rehearsing(tmp_path_factory: pytest.TempPathFactory, synthesize: Synthesize) -> Deployed:
    root = sample_project(tmp_path_factory.mktemp("rehearsing"))
    edit(root)
    return synthesize(root)


def edit(root: Path) -> None:
    settings = json.loads((root / "cdk.json").read_text())
    settings["context"]["stages"]["dev"]["whatif"] = True
    (root / "cdk.json").write_text(json.dumps(settings))


def twins(template: Template, type_: str) -> list[dict[str, object]]:
    return [properties for id, properties in template.of_type(type_).items() if id.startswith("Twin")]


def test_every_agent_that_hears_what_is_stored_has_a_twin(rehearsing: Deployed) -> None:
    with_twin = {a.id for a in rehearsing.agents if twins(rehearsing.of(a), "AWS::Lambda::Function")}
    assert with_twin == {"bakery.baker", "bakery.oven-watch"}, "not the scribe, who decides nothing"


def test_a_twin_is_the_same_code_in_a_role_that_cannot_publish(rehearsing: Deployed) -> None:
    for agent in rehearsing.agents:
        template = rehearsing.of(agent)
        for twin in twins(template, "AWS::Lambda::Function"):
            name = f"troupe-dev-{agent.id.replace('.', '-')}"
            own = template.named("AWS::Lambda::Function", name)
            for key in ("Code", "Handler", "Runtime", "Timeout", "MemorySize", "Architectures"):
                assert twin[key] == own[key]
            assert twin["Environment"]["Variables"] == own["Environment"]["Variables"] | {"TROUPE_TWIN": "whatif"}  # type: ignore[index]
            (role,) = twins(template, "AWS::IAM::Role")
            own_queues = {arn("sqs", name), arn("sqs", f"{name}-dlq")}
            log = arn("logs", f"log-group:/aws/lambda/{name}:*")
            shared = {g for g in expected(agent) if g[1] not in {*own_queues, log} and g[0] != "events:PutEvents"}
            grants = actual(role)
            assert shared <= grants
            assert not {g for g in grants if g[0].startswith("events:")}
            assert {g[1] for g in grants - shared} == {
                arn("sqs", f"{name}-whatif"),
                arn("sqs", f"{name}-whatif-dlq"),
                arn("logs", f"log-group:/aws/lambda/{name}-whatif:*"),
            }


def test_nobody_but_a_replay_feeds_a_twin(rehearsing: Deployed) -> None:
    for agent in rehearsing.agents:
        template = rehearsing.of(agent)
        name = f"troupe-dev-{agent.id.replace('.', '-')}-whatif"
        for mapping in twins(template, "AWS::Lambda::EventSourceMapping"):
            assert (mapping["EventSourceArn"], mapping["FunctionName"]) == (arn("sqs", name), name)
        for rule in template.of_type("AWS::Events::Rule").values():
            assert "whatif" not in json.dumps(rule["Targets"])
        for policy in twins(template, "AWS::SQS::QueuePolicy"):
            assert {s["Effect"] for s in policy["PolicyDocument"]["Statement"]} == {"Deny"}  # type: ignore[index]


def test_a_name_too_long_for_a_twin_is_refused(tmp_path: Path, synthesize: Synthesize) -> None:
    from stacks.errors import BuildError

    root = sample_project(tmp_path)
    edit(root)
    long = "b" * 40
    (root / "functions/bakery/baker").rename(root / f"functions/bakery/{long}")
    with pytest.raises(BuildError, match=r"called troupe-dev-bakery-b+-whatif, \d+ characters"):
        synthesize(root)
