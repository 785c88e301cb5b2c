"""AWS's side of every request: judges it, lets a simulation disturb it, answers it.

In one process it stands behind botocore's `before-send`, which hands over the finished HTTP request; a server calls
`answer` with the same. While it is in charge no request leaves this machine: what it does not know is refused.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import botocore.handlers
from botocore.awsrequest import AWSResponse
from moto.core.botocore_stubber import MockRawResponse

from troupe.local import backends, calls
from troupe.local.authorization import Authorizer, denied
from troupe.local.backends import Response
from troupe.local.calls import Call
from troupe.local.clock import Clock
from troupe.local.errors import LocalCloudError
from troupe.local.outbox import Outbox
from troupe.local.parameters import Parameters

Interceptor = Callable[[Call, Callable[[], Response]], Response]
"""Stands between a call and its answer: may answer itself, call on, raise before or after."""

_in_charge: list[Endpoint] = []


class Endpoint:
    """The services of one account."""

    def __init__(self, authorizer: Authorizer, parameters: Parameters, clock: Clock) -> None:
        self.authorizer = authorizer
        self.parameters = parameters
        self.outbox = Outbox()
        self._clock = clock
        self.interceptor: Interceptor | None = None
        """For faults: called with every call that was allowed."""
        self.calls = 0
        """How many calls were made so far."""
        self.failure: LocalCloudError | None = None
        """Why this machine could not do its part in a call; agents see a failed call, people should see this."""

    @contextmanager
    def in_charge(self) -> Iterator[None]:
        """While this is open, every botocore client of this process talks to it."""
        _in_charge.append(self)
        try:
            yield
        finally:
            _in_charge.remove(self)

    def require_able(self) -> None:
        """Raises what kept this machine from doing its part in a call, once: an agent would retry it in vain."""
        failure, self.failure = self.failure, None
        if failure is not None:
            raise failure

    def answer(self, request: Any) -> Response:
        """The answer to a request (method, url, headers, body): the service's, or a denial in its protocol."""
        self._clock.check_deadline()
        self.calls += 1
        body = request.body if isinstance(request.body, bytes) else str(request.body or "").encode()
        call = calls.read(request.method, request.url, request.headers, body)
        reason = self.authorizer.refusal(call)
        if reason:
            return denied(call, reason)

        def proceed() -> Response:
            if call.service == "bedrock":
                return _no_model(call)
            if call.service == "ses":
                return self.outbox.answer(call)
            return self.parameters.answer(call) if call.service == "ssm" else backends.answer(request)

        try:
            answer = self.interceptor(call, proceed) if self.interceptor else proceed()
        except LocalCloudError as error:
            self.failure = error
            raise
        self._clock.check_deadline()
        return answer


def _no_model(call: Call) -> Response:
    """As Bedrock answers for a model that it does not have: nothing leaves this machine, and none fits on it."""
    reason = f"There is no {call.parameters['modelId']} on this machine; it answers in a deployed stage."
    said = {"__type": "ResourceNotFoundException", "message": reason}
    return 404, {"Content-Type": "application/json"}, json.dumps(said)


def require_nobody_in_charge() -> None:
    """Raises LocalCloudError when a local cloud is open in this process: moto's state is one per process."""
    if _in_charge:
        raise LocalCloudError("Another local cloud is open in this process; close it first.")


def _before_send(request: Any, **_: Any) -> AWSResponse | None:
    if not _in_charge:
        return None
    status, headers, body = _in_charge[-1].answer(request)
    return AWSResponse(request.url, status, headers, MockRawResponse(body))


# Every client made from now on asks here first; moto's own handler stands behind and stays switched off.
botocore.handlers.BUILTIN_HANDLERS.insert(0, ("before-send", _before_send))
