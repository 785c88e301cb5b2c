"""Lambda in this process: environment and role from the template, code from the source tree."""

from __future__ import annotations

import importlib
import io
import json
import os
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from moto.moto_api._internal import mock_random

from troupe.choreography.discovery import discover
from troupe.local.accesses import Arns, log_access
from troupe.local.authorization import ADMIN_KEY, Authorizer
from troupe.local.backends import ACCOUNT, REGION
from troupe.local.clock import Clock, Deadline
from troupe.local.errors import LocalCloudError
from troupe.local.world import Function

_PREFIXES = ("AWS_", "TROUPE_", "POWERTOOLS_", "LAMBDA_")
"""Variables of these families come from the template alone, never from the shell that started us."""


class FunctionFailed(Exception):
    """The invocation ended with an error or a time-out; whoever invoked it decides what that means."""


@dataclass(frozen=True, slots=True)
class LambdaContext:
    """What Lambda hands to a handler beside the event."""

    function_name: str
    memory_limit_in_mb: int
    invoked_function_arn: str
    aws_request_id: str
    log_group_name: str
    log_stream_name: str
    _clock: Clock
    _deadline: float
    function_version: str = "$LATEST"

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the function would be stopped."""
        return max(0, int((self._deadline - self._clock.now) * 1000))


class Functions:
    """The functions of an account, each loaded at its first invocation (its cold start)."""

    def __init__(self, root: Path, authorizer: Authorizer, arns: Arns, clock: Clock) -> None:
        self._authorizer = authorizer
        self._arns = arns
        self._clock = clock
        self._handlers: dict[str, Any] = {}
        self._environment_of: dict[int, str] = {}
        self._may_log: dict[str, bool] = {}
        self.logs: dict[str, list[str]] = {}
        """Lines by log group."""
        discover(root)

    def invoke(self, function: Function, event: dict[str, Any]) -> Any:
        """Calls the function as Lambda would; returns its answer, as JSON has it. Raises FunctionFailed."""
        handler = self._handler(function)
        context = self._context(function)
        self._clock.deadline = context._deadline
        try:
            with environment(variables(function)), _output.into(self._lines(function)):
                answer = handler(event, context)
            self._clock.check_deadline()
            return json.loads(json.dumps(answer))
        except Deadline:
            raise FunctionFailed(f"Task timed out after {function.timeout_s}.00 seconds") from None
        except Exception as error:
            self._lines(function).extend(traceback.format_exc().splitlines())
            raise FunctionFailed(f"{type(error).__name__}: {error}") from error
        finally:
            self._clock.deadline = None

    def forget(self) -> None:
        """Ends all execution environments: the next invocation of each function is a cold start."""
        for handler in self._handlers.values():
            if hasattr(handler, "forget"):
                handler.forget()
        self._handlers.clear()

    def _handler(self, function: Function) -> Any:
        if function.name not in self._handlers:
            module, _, attribute = function.handler.rpartition(".")
            try:
                loaded = getattr(importlib.import_module(module.replace("/", ".")), attribute)
            except (ImportError, AttributeError) as error:
                raise LocalCloudError(
                    f"{function.name}: its handler {function.handler} cannot be loaded: {error}."
                ) from error
            if hasattr(loaded, "forget"):
                loaded.forget()
            self._handlers[function.name] = loaded
        handler = self._handlers[function.name]
        # An agent and its twin are one module here; on Lambda each has an execution environment of its own.
        if hasattr(handler, "forget") and self._environment_of.setdefault(id(handler), function.name) != function.name:
            handler.forget()
            self._environment_of[id(handler)] = function.name
        return handler

    def _context(self, function: Function) -> LambdaContext:
        return LambdaContext(
            function_name=function.name,
            memory_limit_in_mb=function.memory_mb,
            invoked_function_arn=function.arn,
            aws_request_id=str(mock_random.uuid4()),
            log_group_name=function.log_group,
            log_stream_name="local",
            _clock=self._clock,
            _deadline=self._clock.now + function.timeout_s,
        )

    def _lines(self, function: Function) -> list[str]:
        """Where the function's output goes: to its log group, if its role may write there, else nowhere."""
        if function.name not in self._may_log:
            self._may_log[function.name] = all(
                self._authorizer.role_may(
                    function.role, log_access(self._arns, action, function.log_group, "local")
                ).allowed
                for action in ("CreateLogStream", "PutLogEvents")
            )
        return self.logs.setdefault(function.log_group, []) if self._may_log[function.name] else []


def variables(function: Function) -> dict[str, str]:
    """The environment that Lambda gives a function, beside what any process has."""
    return {
        **_account(function.role.access_key),
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_LOG_GROUP_NAME": function.log_group,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_python{sys.version_info.major}.{sys.version_info.minor}",
        **function.environment,
    }


def administrator() -> dict[str, str]:
    """The environment of the command line: it may do anything in the local cloud."""
    return _account(ADMIN_KEY)


def _account(access_key: str) -> dict[str, str]:
    return {
        "AWS_ACCESS_KEY_ID": access_key,
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_SESSION_TOKEN": "local",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCOUNT_ID": ACCOUNT,
        "AWS_EC2_METADATA_DISABLED": "true",
        # The files of whoever sits here name other accounts and endpoints.
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


def inherited() -> dict[str, str]:
    """This process's environment without what only the template may say."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_PREFIXES)}


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Sets these variables, and of the families that matter to Lambda only these, for as long as it is open."""
    before = {name: value for name, value in os.environ.items() if name.startswith(_PREFIXES)}
    overridden = {name: os.environ[name] for name in variables if name in os.environ and name not in before}
    for name in before:
        del os.environ[name]
    os.environ.update(variables)
    try:
        yield
    finally:
        for name in [n for n in os.environ if n.startswith(_PREFIXES) or n in variables]:
            del os.environ[name]
        os.environ.update(before | overridden)


class _Output(io.TextIOBase):
    """Standard output as functions see it. One per process, because loggers keep the stream they began with."""

    def __init__(self) -> None:
        self._lines: list[str] | None = None
        self._open = ""

    @contextmanager
    def into(self, lines: list[str]) -> Iterator[None]:
        """Collects what is printed while this is open, line by line."""
        before, self._lines = self._lines, lines
        out, err, sys.stdout, sys.stderr = sys.stdout, sys.stderr, self, self
        try:
            yield
        finally:
            if self._open:
                lines.append(self._open)
            self._open = ""
            self._lines, sys.stdout, sys.stderr = before, out, err

    def write(self, text: str) -> int:
        if self._lines is None:
            (sys.__stdout__ or io.StringIO()).write(text)
            return len(text)
        *whole, self._open = (self._open + text).split("\n")
        self._lines.extend(whole)
        return len(text)

    def writable(self) -> bool:
        return True


_output = _Output()
