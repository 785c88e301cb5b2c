"""The smallest project and account that show a behaviour: templates by hand, handlers that are plain functions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from troupe.local import backends
from troupe.local.cloud import LocalCloud

ACCOUNT, REGION = "123456789012", "us-east-1"
BUS = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/tiny-test"

PLAIN = '''"""What the tests' functions do; `seen` is what they were called with."""
seen = []
answers = []
prints = []


def handle(event, context):
    seen.append((event, context))
    for line in prints:
        print(line)
    answer = answers.pop(0) if answers else {"batchItemFailures": []}
    return answer(event, context) if callable(answer) else answer
'''


def queue_arn(name: str) -> str:
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"


def rule_arn(name: str, bus: str = "tiny-test") -> str:
    return (
        f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{bus}/{name}"
        if bus
        else (f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{name}")
    )


def allow(actions: str | list[str], resource: str | list[str], **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resource, **more}


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


class Account:
    """A template under construction: what is not given is what a sensible stack would have."""

    def __init__(self) -> None:
        self.resources: dict[str, dict[str, Any]] = {}
        self.add("Bus", "AWS::Events::EventBus", Name="tiny-test")

    def add(self, id: str, type_: str, **properties: Any) -> Account:
        self.resources[id] = {"Type": type_, "Properties": properties}
        return self

    def queue(self, name: str, *, open: bool = True, **properties: Any) -> Account:
        """A queue; `open` lets EventBridge send to it."""
        self.add(name, "AWS::SQS::Queue", QueueName=name, **properties)
        if open:
            statement = {
                "Effect": "Allow",
                "Principal": {"Service": "events.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": queue_arn(name),
            }
            self.add(f"{name}Policy", "AWS::SQS::QueuePolicy", Queues=[{"Ref": name}], PolicyDocument=policy(statement))
        return self

    def rule(self, name: str, pattern: Any, *targets: dict[str, Any], **properties: Any) -> Account:
        if pattern is not None:
            properties |= {"EventPattern": pattern, "EventBusName": {"Ref": "Bus"}}
        return self.add(name, "AWS::Events::Rule", Name=name, Targets=list(targets), **properties)

    def function(
        self,
        queue: str,
        *,
        statements: list[dict[str, Any]] | None = None,
        mapping: dict[str, Any] | None = None,
        **properties: Any,
    ) -> Account:
        """A function that is fed from a queue, in a role that may poll it and write its log."""
        own = [
            allow(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], queue_arn(queue)),
            allow(
                ["logs:CreateLogStream", "logs:PutLogEvents"],
                f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/lambda/{queue}:*",
            ),
        ]
        document = policy(*(own if statements is None else statements))
        self.add(
            f"{queue}Role",
            "AWS::IAM::Role",
            RoleName=f"{queue}-role",
            AssumeRolePolicyDocument=policy(),
            Policies=[{"PolicyName": "own", "PolicyDocument": document}],
        )
        self.add(
            f"{queue}Function",
            "AWS::Lambda::Function",
            **{
                "FunctionName": queue,
                "Handler": "functions/tiny/plain.handle",
                "Role": {"Fn::GetAtt": [f"{queue}Role", "Arn"]},
                "Timeout": 10,
                "Environment": {"Variables": {"COLOUR": "green"}},
                "Code": {"S3Bucket": "none", "S3Key": "none"},
                **properties,
            },
        )
        return self.add(
            f"{queue}Mapping",
            "AWS::Lambda::EventSourceMapping",
            **{
                "EventSourceArn": {"Fn::GetAtt": [queue, "Arn"]},
                "FunctionName": {"Ref": f"{queue}Function"},
                "FunctionResponseTypes": ["ReportBatchItemFailures"],
                **(mapping or {}),
            },
        )

    def template(self) -> dict[str, Any]:
        return {"Resources": self.resources}


def write_assembly(folder: Path, **templates: dict[str, Any]) -> Path:
    """A cloud assembly of these stacks; each depends on those before it."""
    folder.mkdir(parents=True, exist_ok=True)
    artifacts: dict[str, Any] = {}
    for name, template in templates.items():
        (folder / f"{name}.json").write_text(json.dumps(template))
        artifacts[name] = {
            "type": "aws:cloudformation:stack",
            "properties": {"templateFile": f"{name}.json", "stackName": name},
            "dependencies": list(artifacts),
        }
    # The last first: the order of the manifest is not the order of deployment.
    (folder / "manifest.json").write_text(json.dumps({"artifacts": dict(reversed(artifacts.items()))}))
    return folder


def write_project(root: Path) -> Path:
    (root / "functions" / "tiny").mkdir(parents=True)
    (root / "functions" / "tiny" / "plain.py").write_text(PLAIN)
    (root / "cdk.json").write_text(json.dumps({"context": {"app": "tiny", "stage": "test"}}))
    return root


@contextmanager
def booted(root: Path, account: Account, **options: Any) -> Iterator[LocalCloud]:
    """The account, open."""
    if not (root / "cdk.json").exists():
        write_project(root)
    assembly = write_assembly(root / "assembly", tiny=account.template())
    with LocalCloud.boot(root, assembly=assembly, **options) as cloud:
        yield cloud


def bodies(queue: str) -> list[str]:
    """What lies in a queue, read from behind."""
    return [message.body for message in backends.queues()[queue]._messages]


def attributes(queue: str) -> list[dict[str, str]]:
    return [
        {name: value["StringValue"] for name, value in message.message_attributes.items()}
        for message in backends.queues()[queue]._messages
    ]


def plain() -> Any:
    """The module of the tests' functions, as the cloud that is open has loaded it."""
    import functions.tiny.plain as module

    return module
