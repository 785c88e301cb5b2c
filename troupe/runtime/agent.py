"""`Agent` and `@agent.on`: a performer, and the parts it knows."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, overload

from troupe.runtime.contract import Event
from troupe.runtime.serving import Response, serve
from troupe.runtime.signature import EventType, Handler, SignatureError, read_signature

if TYPE_CHECKING:
    from troupe.runtime.services import Services

Published = Event | tuple[Event, ...] | list[Any] | None
F = TypeVar("F", bound=Callable[..., Published])
S = TypeVar("S", bound=Callable[..., Response])

MARGIN_S = 10
"""Seconds of a function's timeout kept for recording, publishing and reporting after the last turn."""
_LAMBDA_MAX_S = 900


class Agent:
    """One agent: a function, its queue and its rules, all derived from its handlers' signatures.

    timeout_s: what one turn (one event) may take; the function's timeout follows from it and the batch size.
    memory_mb, concurrency: of the function; concurrency is the mapping's MaximumConcurrency (2 to 1,000).
    batch_size: events per invocation; by default 10, or 1 where a need is slow (a model, a warehouse).
    id: `<domain>.<name>`; by default taken from the folder, `functions/query/sql_agent` → `query.sql-agent`.
    """

    def __init__(
        self,
        *,
        timeout_s: int = 10,
        memory_mb: int = 512,
        concurrency: int = 10,
        batch_size: int | None = None,
        id: str = "",
    ) -> None:
        caller = sys._getframe(1).f_globals
        self.module: str = caller["__name__"]
        self.doc: str = (caller.get("__doc__") or "").strip()
        self.id = id or _id_of(self.module)
        self.timeout_s = timeout_s
        self.memory_mb = memory_mb
        self.concurrency = concurrency
        self.handlers: list[Handler] = []
        self._batch_size = batch_size
        self._services: Services | None = None

    @property
    def domain(self) -> str:
        return self.id.split(".")[0]

    @property
    def name(self) -> str:
        return self.id.split(".")[1]

    @property
    def batch_size(self) -> int:
        slow = any(need.slow for handler in self.handlers for need in handler.needs.values())
        return self._batch_size or (1 if slow else 10)

    @property
    def function_timeout_s(self) -> int:
        """Batch × turn + margin, or the one turn of a request; raises SignatureError beyond Lambda's 15 minutes."""
        if self.serves:
            return self.timeout_s
        total = self.batch_size * self.timeout_s + MARGIN_S
        if total > _LAMBDA_MAX_S:
            raise SignatureError(
                f"{self.id}: {self.batch_size} turns of {self.timeout_s} s and {MARGIN_S} s margin are {total} s; "
                f"Lambda allows {_LAMBDA_MAX_S} s. Lower timeout_s or batch_size."
            )
        return total

    @overload
    def on(self, function: F, /) -> F: ...
    @overload
    def on(
        self,
        *,
        where: dict[str, Any] | None = None,
        every: str | None = None,
        join_on: str | None = None,
        within_s: int | None = None,
        at_most: int | None = None,
    ) -> Callable[[F], F]: ...
    def on(self, function: Any = None, **terms: Any) -> Any:
        """Registers a handler and returns it unchanged, so that tests call the plain function.

        where: an EventBridge content filter on the event's data, such as `{"total": [{"numeric": [">", 1000]}]}`.
        every: a schedule such as `5 minutes`, for a handler that takes a Tick.
        join_on: for a join, the field whose value must agree beside the correlation.
        within_s: for a join, the seconds after which waiting ends in a JoinExpired.
        at_most: for a handler whose answers may lead back to it, the times that it may act along one causal path,
        counted since somebody outside last spoke. Once more is answered with ChoreographyHalted; `context.is_last` says
        when to end it honestly instead.
        """

        def register(function: F) -> F:
            handler = read_signature(function, **terms)
            if self.serves:
                raise SignatureError(f"{handler.file}:{handler.line}: {self.id} serves requests; it hears no events.")
            for other in self.handlers:
                twice = set(other.subscriptions) & set(handler.subscriptions)
                if twice or other.name == handler.name:
                    what = f"the event {twice.pop().__name__}" if twice else f"the name {handler.name}"
                    raise SignatureError(
                        f"{handler.file}:{handler.line}: {self.id} already has a handler for {what} "
                        f"({other.file}:{other.line}); an agent has one handler per event type."
                    )
            self.handlers.append(handler)
            return function

        return register if function is None else register(function)

    def serve(self, function: S, /) -> S:
        """Registers the one handler of an agent that answers HTTP requests instead of hearing events.

        It takes a Request and what it needs, and returns a Response. Its stack gives it a URL for which callers sign
        with their AWS credentials, and no queue and no rule. What people say it may publish (troupe/runtime/person.py).
        """
        handler = read_signature(function, serves=True)
        if self.handlers:
            raise SignatureError(
                f"{handler.file}:{handler.line}: {self.id} has another handler ({self.handlers[0].name}); an agent "
                "that serves does nothing else."
            )
        self.handlers.append(handler)
        return function

    @property
    def serves(self) -> bool:
        """Whether it answers HTTP requests, and has no queue."""
        return any(handler.request_parameter for handler in self.handlers)

    def handler_for(self, type_name: str) -> tuple[Handler, EventType | None] | None:
        """The handler that hears this detail-type, with the contract; no contract for a plain handler."""
        for handler in self.handlers:
            if handler.envelope_parameter:
                return handler, None
            for contract in handler.subscriptions:
                if contract.type_name() == type_name:
                    return handler, contract
        return None

    def __call__(self, event: dict[str, Any], lambda_context: Any) -> dict[str, Any]:
        """Lambda's entry point: a batch from SQS and its partial batch response, or a request and its answer."""
        from troupe.runtime.services import Services
        from troupe.runtime.turn import take

        if self._services is None:
            self._services = Services.open()
        if self.serves:
            return serve(self, self._services, event)
        return take(self, self._services, event, lambda_context)

    def forget(self) -> None:
        """Forgets what was opened, as a new execution environment would."""
        self._services = None


def _id_of(module: str) -> str:
    parts = module.split(".")
    if len(parts) == 4 and parts[0] == "functions" and parts[3] == "agent":
        return f"{parts[1]}.{parts[2]}".replace("_", "-")
    raise SignatureError(f"{module} is not functions.<domain>.<agent>.agent; move it there or name the agent's id.")
