"""The local run follows the synthesized templates: change one there, and the run changes or fails accordingly."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.wiring.project import edited, play
from troupe.local.cloud import LocalCloud
from troupe.local.errors import LocalCloudError
from troupe.local.synth import synth

AGENTS = ("baker", "clerk", "archivist")


def test_the_evening_as_it_should_be(root: Path) -> None:
    with LocalCloud.boot(root) as cloud:
        seen = play(cloud)
    happy = ["BreadBaked", "BreadOrdered", "BreadServed", "ReceiptFiled", "ReceiptWritten"]
    assert seen["stories"] == [happy, happy]
    assert seen["all"].count("AgentFailed") == 2  # baker and clerk: "many" is no number of loaves
    assert {name.removeprefix("troupe-dev-bakery-"): dead for name, (_, _, dead) in seen["queues"].items() if dead} == {
        "baker": 1,
        "clerk": 1,
    }


def test_a_changed_rule_pattern_changes_who_hears_what(root: Path, tmp_path: Path) -> None:
    def narrow(template: dict[str, Any]) -> None:
        (rule,) = (r for r in template["Resources"].values() if r["Type"] == "AWS::Events::Rule")
        rule["Properties"]["EventPattern"]["detail-type"] = ["SomethingElse"]

    with LocalCloud.boot(root, assembly=edited(root, "troupe-dev-bakery-waiter", narrow, tmp_path / "out")) as cloud:
        seen = play(cloud)
    assert seen["stories"][0] == ["BreadBaked", "BreadOrdered", "ReceiptFiled", "ReceiptWritten"]


@pytest.mark.thorough
def test_without_any_one_grant_the_run_is_another(root: Path, tmp_path: Path) -> None:
    with LocalCloud.boot(root) as cloud:
        intact = play(cloud)
    missed: set[tuple[str, str]] = set()
    for agent in AGENTS:
        for sid, action in grants(root, agent):
            assembly = edited(
                root,
                f"troupe-dev-bakery-{agent}",
                lambda template, sid=sid, action=action: withdraw(template, sid, action),
                tmp_path / f"{agent}-{sid}-{action.replace(':', '-')}",
            )
            if evening(root, assembly) != intact:
                missed.add((sid, action))
    # Not every agent uses each of its grants on this evening (only the baker retries, only the clerk's receipts are
    # long), but every grant is missed somewhere.
    assert {grant for agent in AGENTS for grant in grants(root, agent)} == missed


def evening(root: Path, assembly: Path) -> Any:
    """What is seen of the evening, or why it could not begin: Lambda refuses a mapping whose role may not poll."""
    try:
        with LocalCloud.boot(root, assembly=assembly) as cloud:
            return play(cloud)
    except LocalCloudError as error:
        return str(error)


def grants(root: Path, agent: str) -> list[tuple[str, str]]:
    """Each statement and action of an agent's role."""
    template = json.loads((synth(root) / f"troupe-dev-bakery-{agent}.template.json").read_text())
    return [(s["Sid"], action) for s in statements(template) for action in as_list(s["Action"])]


def withdraw(template: dict[str, Any], sid: str, action: str) -> None:
    """Takes one action out of one statement of the role."""
    for role in (r for r in template["Resources"].values() if r["Type"] == "AWS::IAM::Role"):
        for policy in role["Properties"]["Policies"]:
            kept = []
            for statement in policy["PolicyDocument"]["Statement"]:
                actions = [a for a in as_list(statement["Action"]) if (statement["Sid"], a) != (sid, action)]
                if actions:
                    kept.append(statement | {"Action": actions})
            policy["PolicyDocument"]["Statement"] = kept


def statements(template: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        statement
        for role in template["Resources"].values()
        if role["Type"] == "AWS::IAM::Role"
        for policy in role["Properties"]["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
    ]


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
