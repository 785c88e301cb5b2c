"""What a rule's target gets to see of an event: all of it, a part, a constant, or a text put together from parts.

After the EventBridge User Guide, "Amazon EventBridge input transformation".
"""

from __future__ import annotations

import json
import re
from typing import Any

from troupe.local.entries import Sent

CARRIED_OUT = {"Arn", "Id", "Input", "InputPath", "InputTransformer", "DeadLetterConfig"}
WITHOUT_EFFECT = {"RetryPolicy"}
"""Deliveries on this machine succeed or fail for good; there is nothing to retry."""

_VARIABLE = re.compile(r"<([A-Za-z0-9._-]+)>")
_STEP = re.compile(r"\.([A-Za-z0-9_-]+)|\['([^']+)'\]|\[\"([^\"]+)\"\]|\[(\d+)\]")
_ABSENT = object()


class InvalidInput(ValueError):
    """A target's input settings that EventBridge would refuse, or whose outcome is no JSON."""


def check(target: dict[str, Any]) -> None:
    """Raises InvalidInput for settings that the local cloud does not carry out, or that cannot work."""
    strange = set(target) - CARRIED_OUT - WITHOUT_EFFECT
    if strange:
        raise InvalidInput(f"the target property {min(strange)} is not carried out by the local cloud")
    if ":sqs:" not in target["Arn"]:
        raise InvalidInput(f"the target {target['Arn']} is no queue; the local cloud delivers to SQS only")
    if len({"Input", "InputPath", "InputTransformer"} & set(target)) > 1:
        raise InvalidInput("a target has one of Input, InputPath and InputTransformer")
    transformer = target.get("InputTransformer", {})
    for path in (*transformer.get("InputPathsMap", {}).values(), target.get("InputPath", "$")):
        _steps(path)
    for name in _VARIABLE.findall(transformer.get("InputTemplate", "")):
        if name not in transformer.get("InputPathsMap", {}) and not name.startswith("aws.events."):
            raise InvalidInput(f"the input template uses <{name}>, which InputPathsMap does not define")


def body(target: dict[str, Any], sent: Sent, rule_name: str, rule_arn: str) -> str:
    """The body of the message that the target gets. Raises InvalidInput when a template does not yield JSON."""
    if "Input" in target:
        return str(target["Input"])
    if "InputPath" in target:
        found = _at(sent.event, target["InputPath"])
        return sent.text if target["InputPath"] == "$" else json.dumps(None if found is _ABSENT else found)
    if "InputTransformer" in target:
        return _transformed(target["InputTransformer"], sent, rule_name, rule_arn)
    return sent.text


def _transformed(transformer: dict[str, Any], sent: Sent, rule_name: str, rule_arn: str) -> str:
    template: str = transformer["InputTemplate"]
    values: dict[str, Any] = {
        "aws.events.rule-name": rule_name,
        "aws.events.rule-arn": rule_arn,
        "aws.events.event.ingestion-time": sent.event["time"],
        "aws.events.event": {name: value for name, value in sent.event.items() if name != "detail"},
        "aws.events.event.json": sent.event,
    }
    for name, path in transformer.get("InputPathsMap", {}).items():
        values[name] = _at(sent.event, path)
    quoted = _inside_quotes(template)

    def put(match: re.Match[str]) -> str:
        value = values.get(match[1], _ABSENT)
        if match[1] == "aws.events.event.json" and not quoted[match.start()]:
            return sent.text
        if value is _ABSENT:
            return ""
        if quoted[match.start()]:
            # Within a string of the template: as text, escaped so that it stays within.
            text = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
            return json.dumps(text, ensure_ascii=False)[1:-1]
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    filled = _VARIABLE.sub(put, template)
    if template.lstrip()[:1] in ("{", "["):
        try:
            json.loads(filled)
        except ValueError:
            raise InvalidInput("the input template did not yield JSON") from None
    return filled


def _inside_quotes(template: str) -> list[bool]:
    """For every position, whether it lies inside a JSON string."""
    inside, escaped, found = False, False, []
    for character in template:
        if character == '"' and not escaped:
            inside = not inside
        escaped = character == "\\" and not escaped
        found.append(inside)
    return found


def _at(value: Any, path: str) -> Any:
    for step in _steps(path):
        if isinstance(step, int):
            if not isinstance(value, list) or step >= len(value):
                return _ABSENT
        elif not isinstance(value, dict) or step not in value:
            return _ABSENT
        value = value[step]
    return value


def _steps(path: str) -> list[str | int]:
    steps: list[str | int] = []
    position = 1
    if not path.startswith("$"):
        raise InvalidInput(f"the path {path} does not start with $")
    while position < len(path):
        match = _STEP.match(path, position)
        if match is None:
            raise InvalidInput(f"the path {path} is not one that EventBridge takes, or more than the local cloud knows")
        steps.append(int(match[4]) if match[4] else next(part for part in match.groups() if part))
        position = match.end()
    return steps
