"""Faults at the seams between an agent and AWS: its calls, the bus's entries, the deliveries to its queue."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from botocore.retries.quota import RetryQuota

from troupe.local import backends, queues
from troupe.local.authorization import ADMIN_KEY
from troupe.local.backends import Response
from troupe.local.calls import Call
from troupe.local.cloud import LocalCloud
from troupe.local.simulation.dice import Dice
from troupe.local.simulation.record import Record, Turn, event_id
from troupe.local.simulation.story import Story
from troupe.runtime.rehearsal import ATTRIBUTE

_CLIENT_ATTEMPTS = 3
"""How often the runtime's clients try a call (troupe/runtime/aws.py)."""
_LATE_S = (1, 30, 120, 600, 1500)


class Crash(BaseException):
    """The process dies here. No Exception: nobody handles it."""


class Faults:
    """Stands in the way of everything that an agent does outside its own thoughts."""

    def __init__(self, cloud: LocalCloud, dice: Dice, record: Record, story: Story) -> None:
        self._cloud = cloud
        self._dice = dice
        self._record = record
        self._story = story
        self._out: dict[str, int] = {}
        self.turns: list[Turn] = []
        """The invocations that are going on, the innermost last."""
        self.operating = False
        """A person's replay is sending: its calls, which no invocation makes, may be its last."""
        self.meanwhile: Callable[[str], None] = lambda kind: None
        """Lets somebody else work between two calls: `race` or `interleave`."""

    @contextmanager
    def in_charge(self) -> Iterator[None]:
        """While this is open, all calls, entries and deliveries come through here."""
        router, endpoint = self._cloud.router, self._cloud.endpoint
        accept, deliver, send = router._put, router._deliver, queues.send
        with ExitStack() as closing:
            closing.enter_context(patch.object(router, "_put", lambda entry: self._entry(entry, accept)))
            closing.enter_context(
                patch.object(router, "_deliver", lambda *to, **more: self._delivery(deliver, *to, **more))
            )
            closing.enter_context(patch.object(queues, "send", lambda *a, **k: self._sent(send, *a, **k)))
            # A client's budget of retries belongs to its process: it would carry over from seed to seed.
            closing.enter_context(patch.object(RetryQuota, "acquire", lambda self, amount: True))
            ledger = self._cloud.ledger
            charge = ledger.answer
            closing.enter_context(patch.object(ledger, "answer", lambda *asked: self._charged(charge, *asked)))
            closing.enter_context(patch.object(endpoint.authorizer.__class__, "refusal", self._judged()))
            endpoint.interceptor = self._call
            try:
                yield
            finally:
                endpoint.interceptor = None

    @contextmanager
    def killing_the_operator(self) -> Iterator[None]:
        """While this is open, calls outside the agents are those of a replay. Crash when it dies."""
        self.operating = True
        try:
            yield
        finally:
            self.operating = False

    def _judged(self) -> Any:
        judge = type(self._cloud.endpoint.authorizer).refusal

        def refusal(authorizer: Any, call: Call) -> str:
            reason = judge(authorizer, call)
            if reason:
                self._record.wrong.append(f"A call was denied: {reason}")
            return reason

        return refusal

    def _call(self, call: Call, proceed: Callable[[], Response]) -> Response:
        turn = self.turns[-1] if self.turns else None
        if turn is None and self.operating:
            return self._by_the_operator(call, proceed)
        if turn is None or call.access_key == ADMIN_KEY:
            return self._carried_out(call, proceed, None)
        where, strikes = f"{turn.agent_id}:{call.operation}", self._dice.strikes
        what = f"{turn.agent_id} {call.operation}"
        if strikes("crash-before", where):
            self._story.fault(f"{what}: the process dies before the call")
            raise Crash
        if strikes("race", where):
            self.meanwhile("race")
        if strikes("interleave", where):
            self.meanwhile("interleave")
        if self._out.get(where, 0) == 0 and strikes("service-out", where):
            self._story.fault(f"{what}: {call.service} is out")
            self._out[where] = _CLIENT_ATTEMPTS
        if self._out.get(where, 0) > 0:
            self._out[where] -= 1
            return unavailable(call)
        if strikes("call-fails", where):
            self._story.fault(f"{what}: throttled")
            return unavailable(call)
        self._story.tell(what)
        answer = self._carried_out(call, proceed, turn)
        if call.operation == "BatchGetItem" and answer[0] == 200 and strikes("keys-left-over", where):
            answer = self._left_over(call, answer)
        if strikes("crash-after", where):
            self._story.fault(f"{what}: the process dies after the call")
            raise Crash
        if strikes("answer-lost", where):
            self._story.fault(f"{what}: its answer is lost")
            return unavailable(call)
        if call.operation == "PutEvents" and strikes("time-out-after-publishing", where):
            self._story.fault(f"{what}: the function's time is up after it published")
            self._cloud.clock.advance_to(self._cloud.clock.deadline or 0)
        if strikes("race", f"{where}, after"):
            self.meanwhile("race")
        return answer

    def _by_the_operator(self, call: Call, proceed: Callable[[], Response]) -> Response:
        dies = self._dice.strikes("replay-killed", call.operation)
        if dies and self._dice.below("the operator dies after the call", 2) == 0:
            self._story.fault(f"who replays dies before {call.operation}")
            raise Crash
        answer = self._carried_out(call, proceed, None)
        if dies:
            self._story.fault(f"who replays dies after {call.operation}")
            raise Crash
        return answer

    def _carried_out(self, call: Call, proceed: Callable[[], Response], turn: Turn | None) -> Response:
        answer = proceed()
        self._record.calls += 1
        if answer[0] == 200:
            self._record.call(call, turn)
        return answer

    def _left_over(self, call: Call, answer: Response) -> Response:
        """The answer without its last item, whose key is named as unprocessed."""
        asked = call.parameters["RequestItems"]
        (table,) = asked
        keys = asked[table]["Keys"]
        body = json.loads(answer[2])
        if body.get("UnprocessedKeys"):
            return answer
        left = keys[-1]
        found = body["Responses"].get(table, [])
        body["Responses"][table] = [item for item in found if item["pk"] != left["pk"]]
        body["UnprocessedKeys"] = {table: {**asked[table], "Keys": [left]}}
        self._story.fault("DynamoDB leaves a key unprocessed")
        return answer[0], {k: v for k, v in answer[1].items() if "crc32" not in k.lower()}, json.dumps(body)

    def _charged(self, answer: Any, path: str, *asked: Any) -> tuple[int, dict[str, str]]:
        """The payment provider, which is no AWS service: out of order before or after it did what it was asked."""
        failed = 503, {"error": "simulated"}
        if self._dice.strikes("call-fails", path):
            self._story.fault(f"the payment provider refuses {path} for now")
            return failed
        result: tuple[int, dict[str, str]] = answer(path, *asked)
        self._story.tell(f"the payment provider answers {path} with {result[0]}")
        if self._dice.strikes("effect-answer-lost", path):
            self._story.fault(f"the payment provider's answer to {path} is lost")
            return failed
        return result

    def _entry(self, entry: dict[str, Any], accept: Callable[[dict[str, Any]], dict[str, str]]) -> dict[str, str]:
        where = f"{entry.get('Source')}/{entry.get('DetailType')}"
        failed = {"ErrorCode": "InternalFailure", "ErrorMessage": "simulated"}
        by_agent = bool(self.turns)
        if by_agent and self._dice.strikes("entry-fails", where):
            self._story.fault(f"the entry {where} fails")
            return failed
        result = accept(entry)
        if "EventId" in result:
            self._story.tell(f"the bus takes {entry['DetailType']} {event_id(entry['Detail'])[:8]}")
            self._record.entry(entry)
        if by_agent and self._dice.strikes("entry-answer-lost", where):
            self._story.fault(f"the entry {where} is delivered and reported as failed")
            return failed
        return result

    def _delivery(
        self, deliver: Any, queue_arn: str, rule: Any, body: str, attributes: dict[str, str] | None = None
    ) -> Any:
        queue = queue_arn.rsplit(":", 1)[-1]
        if attributes is None:
            self._record.delivered.add((queue, event_id(json.dumps(json.loads(body).get("detail", {})))))
            if self._dice.strikes("undeliverable", queue):
                self._story.fault(f"{queue} cannot be delivered to")
                return "SDK_CLIENT_ERROR", "simulated"
        return deliver(queue_arn, rule, body, attributes)

    def _sent(self, send: Any, queue: Any, body: str, attributes: dict[str, str] | None = None) -> Any:
        message = send(queue, body, attributes)
        self._record.put[queue.name] += 1
        if attributes is None:
            if self._dice.strikes("delay", queue.name):
                late = self._dice.pick(f"late {queue.name}", _LATE_S)
                self._story.fault(f"a message to {queue.name} is {late} s late")
                message.delayed_until = self._cloud.clock.now_ms + late * 1000
            if self._dice.strikes("duplicate", queue.name):
                self._story.fault(f"a message to {queue.name} is delivered twice")
                send(queue, body, attributes)
                self._record.put[queue.name] += 1
        return message


def unavailable(call: Call) -> Response:
    """The answer of a service that is throttling; clients try again."""
    if call.service == "s3":
        body = "<Error><Code>SlowDown</Code><Message>simulated</Message></Error>"
        return 503, {"Content-Type": "application/xml"}, body
    headers = {"Content-Type": "application/x-amz-json-1.0"}
    return 503, headers, json.dumps({"__type": "ThrottlingException", "message": "simulated"})


def again(message: Any) -> Any:
    """The same message as SQS would deliver it once more: its id and body, nobody has it."""
    twin = copy.copy(message)
    twin.receipt_handle, twin._old_receipt_handles = None, []
    twin.visible_at = twin.delayed_until = 0.0
    return twin


def afresh(message: Any) -> Any:
    """The message as a redrive sends it: a new id, its receives not counted, still of the replay that it was of."""
    sent = backends.new_message(message.body)
    if ATTRIBUTE in message.message_attributes:
        sent.message_attributes[ATTRIBUTE] = message.message_attributes[ATTRIBUTE]
    return sent
