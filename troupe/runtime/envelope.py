"""The event as it travels: EventBridge's envelope around `{"metadata": …, "data": …}`."""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, ValidationError

from troupe.runtime.contract import Event

_IDS = uuid.UUID("5f1e2a52-0d5c-5b0e-9e6b-8a1f3c5d7e90")
_MAX_EXACT = 2**53 - 1
"""Beyond this, integers are not exact as doubles (RFC 8785, section 3.2.2.3; I-JSON, RFC 7493)."""


class MalformedEvent(ValueError):
    """A message that can never become an event, however often it is delivered."""


Count = Annotated[int, Field(ge=0, le=1_000_000_000)]
"""Bounded, so that what follows from a forged event still has a canonical form."""


class _Part(BaseModel):
    # What a newer runtime added is carried along unread, so that the digest still holds; text is bounded so that
    # forged metadata cannot swell the store.
    model_config = ConfigDict(frozen=True, extra="allow", str_max_length=400)


class Cause(_Part):
    """An event that led to this one."""

    id: str
    correlation_id: str
    depth: Count
    digest: str


class Payload(_Part):
    """Where the data lies when it is too large to travel."""

    key: str
    sha256: str
    bytes: Count


class Metadata(_Part):
    """What an event says about itself; docs/events.md has the table."""

    id: str = Field(min_length=1)
    correlation_id: str = Field(min_length=1)
    causes: tuple[Cause, ...] = Field(default=(), max_length=100)
    depth: Count
    path: dict[str, Count] = Field(default={}, max_length=200)
    namespace: str = ""
    occurred_at: datetime
    schema_version: Count
    agent_version: str
    traceparent: str
    terminal: bool = False
    failure: bool = False
    within_s: FiniteFloat | None = None
    """The contract's terms when the event was made, so that whoever reads the store need not know the contract."""
    payload: Payload | None = None
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Envelope:
    """One event. `data` is what was sent, not yet held against its contract."""

    type: str
    source: str
    metadata: Metadata
    data: Any

    @property
    def as_cause(self) -> Cause:
        m = self.metadata
        return Cause(id=m.id, correlation_id=m.correlation_id, depth=m.depth, digest=m.digest)

    @property
    def detail(self) -> dict[str, Any]:
        """The `detail` member of EventBridge's envelope."""
        metadata = self.metadata.model_dump(mode="json", exclude_none=True)
        return {"metadata": metadata, "data": self.data}

    def digest(self) -> str:
        """What the digest in the metadata must be; raises MalformedEvent when the event has no canonical form."""
        return digest_of(self.type, self.source, self.detail)

    def sealed(self) -> Envelope:
        """The same event with its digest in place."""
        return replace(self, metadata=self.metadata.model_copy(update={"digest": self.digest()}))

    def as_delivered(self) -> str:
        """The body of a message as an EventBridge rule would have delivered this event; `parse` reads it back."""
        outer = {
            "version": "0",
            "id": self.metadata.id,
            "detail-type": self.type,
            "source": self.source,
            "time": self.metadata.occurred_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "resources": [],
            "detail": self.detail,
        }
        return json.dumps(outer, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def root(cls, event: Event, source: str, *, id: str = "", correlation_id: str = "") -> Envelope:
        """An event from outside, such as a question: without causes, starting its own correlation unless told."""
        id = id or str(uuid.uuid4())
        metadata = Metadata(
            id=id,
            correlation_id=correlation_id or id,
            depth=0,
            occurred_at=datetime.now(UTC),
            agent_version="",
            traceparent=new_traceparent(),
            **terms_of(event),
        )
        return cls(event.type_name(), source, metadata, wire(event)).sealed()

    @classmethod
    def parse(cls, body: str | bytes) -> Envelope:
        """Reads the body of a message that an EventBridge rule delivered; raises MalformedEvent.

        An event without metadata comes from somebody who does not know Troupe: id and correlation are the
        envelope's, and the digest is over what was sent.
        """
        try:
            outer = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise MalformedEvent(f"The message is not JSON: {error}.") from error
        _check_text(body)
        if not isinstance(outer, dict) or not all(isinstance(outer.get(k), str) for k in ("detail-type", "source")):
            raise MalformedEvent("The message is not an EventBridge event: detail-type and source are missing.")
        detail = outer.get("detail")
        if not isinstance(detail, dict):
            raise MalformedEvent("The event's detail is not an object.")
        try:
            if "metadata" in detail and "data" in detail:
                metadata = Metadata.model_validate(detail["metadata"])
                return cls(outer["detail-type"], outer["source"], metadata, detail["data"])
            metadata = Metadata(
                id=outer.get("id", ""),
                correlation_id=outer.get("id", ""),
                depth=0,
                occurred_at=outer.get("time", ""),
                schema_version=0,
                agent_version="",
                traceparent=new_traceparent(),
            )
        except ValidationError as error:
            raise MalformedEvent(f"{outer['detail-type'][:200]}: {first_fault(error)}") from error
        return cls(outer["detail-type"], outer["source"], metadata, detail).sealed()


def _check_text(body: str | bytes) -> None:
    """Raises MalformedEvent for half a surrogate pair: JSON can spell it, but nothing can store or publish it."""
    text = body if isinstance(body, str) else body.decode("utf-8", "surrogatepass")
    if "\\ud" in text or "\\uD" in text:  # cheap to see, and rare
        try:
            json.dumps(json.loads(text), ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            raise MalformedEvent(
                f"The message has no canonical form: it holds text that is no Unicode ({error.reason})."
            ) from error


def digest_of(type_: str, source: str, detail: dict[str, Any]) -> str:
    """SHA-256 over the RFC 8785 form of an event without digest and traceparent; its causes carry theirs in it."""
    import rfc8785

    metadata = {k: v for k, v in detail["metadata"].items() if k not in ("digest", "traceparent")}
    form = {"type": type_, "source": source, "metadata": metadata, "data": detail["data"]}
    try:
        return hashlib.sha256(rfc8785.dumps(form)).hexdigest()
    except (rfc8785.CanonicalizationError, RecursionError, UnicodeEncodeError) as error:
        raise MalformedEvent(f"{type_} has no canonical form: {error}") from error


def event_id(causes: tuple[Cause, ...], agent_id: str, handler: str, type_: str, namespace: str, *more: Any) -> str:
    """The id of what a decision publishes: a function of the decision, so that a republish is the same event.

    `more` is the index among the outputs; events of the runtime itself add the SQS message id.
    """
    parts = [sorted(c.id for c in causes), agent_id, handler, type_, namespace, *more]
    return str(uuid.uuid5(_IDS, json.dumps(parts)))


def terms_of(event: Event) -> dict[str, Any]:
    """What the event's contract says, as members of its metadata."""
    terms = event.terms
    return {
        "schema_version": terms.version,
        "terminal": terms.terminal,
        "failure": terms.failure,
        "within_s": terms.within_s,
    }


def new_traceparent(parent: str = "") -> str:
    """A W3C trace context header value: the parent's trace, if it has one, and a new span."""
    parts = parent.split("-")
    trace = parts[1] if len(parts) == 4 and len(parts[1]) == 32 else uuid.uuid4().hex
    return f"00-{trace}-{uuid.uuid4().hex[:16]}-01"


def wire(event: Event) -> Any:
    """The data of an event as JSON values; numbers beyond exact doubles become strings."""
    return _exact(event.model_dump(mode="json"))


def _exact(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _exact(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_exact(v) for v in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > _MAX_EXACT:
        return str(value)
    return value


def first_fault(error: ValidationError) -> str:
    """One sentence for what is wrong with data: the first fault, and how many more there are."""
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    where = ".".join(str(part) for part in faults[0]["loc"]) or "the data"
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    return f"{where}: {faults[0]['msg']}{more}."
