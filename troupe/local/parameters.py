"""SSM's parameter store, as far as agents and the command line use it. moto's costs 0.8 s to import: it brings EC2."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from troupe.local.accesses import Arns
from troupe.local.calls import Call

Response = tuple[int, dict[str, str], str | bytes]


class Parameters:
    """Parameters by name.

    `wanted` holds what is only made when it is first read, such as a database that has to be started: by name, the
    function that makes the value.
    """

    def __init__(self, arns: Arns) -> None:
        self._arns = arns
        self._values: dict[str, tuple[str, str, int]] = {}
        self.wanted: dict[str, Callable[[], str]] = {}
        self._declared: set[str] = set()

    def declare(self, name: str, value: str) -> None:
        """What a template says; what is wanted goes before it, because this machine has its own."""
        self.put(name, value)
        self._declared.add(name)

    def put(self, name: str, value: str, type_: str = "String") -> int:
        """Writes a parameter; returns its version."""
        version = self._values[name][2] + 1 if name in self._values else 1
        self._values[name] = (value, type_, version)
        self._declared.discard(name)
        return version

    def get(self, name: str) -> dict[str, Any] | None:
        """A parameter as the API shows it, made now if it was only wanted so far."""
        if name in self.wanted and (name not in self._values or name in self._declared):
            self.put(name, self.wanted[name]())
        if name not in self._values:
            return None
        value, type_, version = self._values[name]
        return {
            "Name": name,
            "Type": type_,
            "Value": value,
            "Version": version,
            "LastModifiedDate": time.time(),
            "ARN": self._arns.of("ssm", f"parameter/{name.removeprefix('/')}"),
            "DataType": "text",
        }

    def answer(self, call: Call) -> Response:
        """What SSM answers."""
        asked = call.parameters
        if call.operation == "GetParameter":
            found = self.get(asked["Name"])
            return (
                _json({"Parameter": found}) if found else _error("ParameterNotFound", f"No parameter {asked['Name']}.")
            )
        if call.operation == "GetParameters":
            pairs = [(name, self.get(name)) for name in asked["Names"]]
            invalid = [name for name, found in pairs if not found]
            return _json({"Parameters": [found for _, found in pairs if found], "InvalidParameters": invalid})
        if call.operation == "GetParametersByPath":
            return self._by_path(asked)
        if call.operation == "PutParameter":
            if asked["Name"] in self._values and not asked.get("Overwrite"):
                return _error("ParameterAlreadyExists", "The parameter already exists; overwrite it to change it.")
            return _json({"Version": self.put(asked["Name"], asked["Value"], asked.get("Type", "String"))})
        return _error("InvalidAction", f"The local cloud's parameter store does not know {call.operation}.")

    def _by_path(self, asked: Mapping[str, Any]) -> Response:
        """A page of the parameters right beneath a path, or anywhere beneath it; ten unless told, as on AWS."""
        folder = asked["Path"].rstrip("/") + "/"
        below = sorted(
            name
            for name in {*self._values, *self.wanted}
            if name.startswith(folder) and (asked.get("Recursive") or "/" not in name.removeprefix(folder))
        )
        start = int(asked.get("NextToken") or 0)
        end = start + int(asked.get("MaxResults") or 10)
        more = {"NextToken": str(end)} if end < len(below) else {}
        return _json({"Parameters": [self.get(name) for name in below[start:end]], **more})


def _json(answer: dict[str, Any]) -> Response:
    return 200, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(answer)


def _error(name: str, message: str) -> Response:
    body = json.dumps({"__type": name, "message": message})
    return 400, {"Content-Type": "application/x-amz-json-1.1"}, body
