"""A synthesized stage as plain values: what CloudFormation would make of the templates, without CloudFormation."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from troupe.runtime.agent import Agent

ACCOUNT, REGION = "111122223333", "eu-central-1"

_PSEUDO = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Region": REGION,
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackName": "the-stack",
}

_NAMES = {
    "AWS::SQS::Queue": ("QueueName", "arn:aws:sqs:{r}:{a}:{name}"),
    "AWS::Lambda::Function": ("FunctionName", "arn:aws:lambda:{r}:{a}:function:{name}"),
    "AWS::Logs::LogGroup": ("LogGroupName", "arn:aws:logs:{r}:{a}:log-group:{name}:*"),
    "AWS::Events::EventBus": ("Name", "arn:aws:events:{r}:{a}:event-bus/{name}"),
    "AWS::S3::Bucket": ("BucketName", "arn:aws:s3:::{name}"),
    "AWS::DynamoDB::Table": ("TableName", "arn:aws:dynamodb:{r}:{a}:table/{name}"),
    "AWS::SNS::Topic": ("TopicName", "arn:aws:sns:{r}:{a}:{name}"),
}


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


class Template:
    """One stack's template, with every intrinsic function replaced by its value."""

    def __init__(self, path: Path) -> None:
        self.raw: dict[str, Any] = json.loads(path.read_text())
        self._resources = self.raw["Resources"]

    def of_type(self, type_: str) -> dict[str, dict[str, Any]]:
        """Logical id → properties."""
        return {
            id: self._value(resource.get("Properties", {}))
            for id, resource in self._resources.items()
            if resource["Type"] == type_
        }

    def one(self, type_: str) -> dict[str, Any]:
        (found,) = self.of_type(type_).values()
        return found

    def named(self, type_: str, name: str) -> dict[str, Any]:
        """The properties of the resource with this physical name."""
        key = _NAMES[type_][0]
        (found,) = [p for p in self.of_type(type_).values() if p.get(key) == name]
        return found

    def depends_on(self, id: str) -> set[str]:
        return set(self._resources[id].get("DependsOn", []))

    def _value(self, node: Any) -> Any:
        if isinstance(node, list):
            return [self._value(one) for one in node]
        if not isinstance(node, dict):
            return node
        if node.keys() == {"Ref"}:
            return _PSEUDO[node["Ref"]] if node["Ref"].startswith("AWS::") else self._physical(node["Ref"], "Ref")
        if node.keys() == {"Fn::GetAtt"}:
            return self._physical(*node["Fn::GetAtt"])
        if node.keys() == {"Fn::Join"}:
            separator, parts = node["Fn::Join"]
            return separator.join(self._value(parts))
        if node.keys() == {"Fn::Sub"}:
            return re.sub(r"\$\{([^}]+)\}", lambda m: _PSEUDO[m[1]], node["Fn::Sub"])
        return {key: self._value(value) for key, value in node.items()}

    def _physical(self, id: str, attribute: str) -> str:
        resource = self._resources[id]
        if resource["Type"] not in _NAMES:
            return f"{id}.{attribute}"
        key, form = _NAMES[resource["Type"]]
        name = self._value(resource["Properties"][key])
        as_name = attribute == "Ref" and resource["Type"] not in ("AWS::SNS::Topic",)
        return name if as_name else form.format(r=REGION, a=ACCOUNT, name=name)


@dataclass(frozen=True)
class Deployed:
    """A project's stage as synthesized."""

    root: Path
    outdir: Path
    agents: tuple[Agent, ...]

    @property
    def hearing(self) -> tuple[Agent, ...]:
        """The agents that have a queue: all but the one that answers requests (test_serving_stack.py)."""
        return tuple(agent for agent in self.agents if not agent.serves)

    def template(self, stack: str) -> Template:
        return Template(self.outdir / f"{stack}.template.json")

    def of(self, agent: Agent) -> Template:
        return self.template(f"troupe-dev-{agent.id.replace('.', '-')}")

    @property
    def core(self) -> Template:
        return self.template("troupe-dev-core")

    @property
    def all(self) -> dict[str, Template]:
        return {
            path.name.removesuffix(".template.json"): Template(path) for path in self.outdir.glob("*.template.json")
        }

    @property
    def manifest(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.outdir / "manifest.json").read_text())
        return found
