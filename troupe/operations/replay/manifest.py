"""What a replay will send, frozen: which events to whom, so that neither a window nor a clock can move it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

from troupe.runtime.rehearsal import Mode, Replay


class ReplayError(ValueError):
    """A replay that cannot be; one sentence."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Entry(_Frozen):
    """One event for one agent."""

    agent: str
    handler: str
    type: str
    correlation_id: str
    event_id: str
    digest: str


class LeftOut(_Frozen):
    """One event that was selected and cannot be sent."""

    agent: str
    type: str
    correlation_id: str
    event_id: str
    reason: str


class Manifest(_Frozen):
    """A replay, before anything is sent. `hash` is over everything else in it."""

    id: str
    mode: Mode
    repeat: int
    """How often each event is thought about; more than once only in a whatif."""
    selection: str
    """What was asked for, in words."""
    reason: str
    by: str
    created: datetime
    entries: tuple[Entry, ...]
    left_out: tuple[LeftOut, ...] = ()
    hash: str = ""

    @classmethod
    def freeze(
        cls,
        *,
        mode: Mode,
        repeat: int,
        selection: str,
        reason: str,
        by: str,
        entries: Iterable[Entry],
        left_out: Iterable[LeftOut] = (),
        now: datetime | None = None,
    ) -> Self:
        """A manifest with an id of its own, which sorts by time."""
        created = (now or datetime.now(UTC)).astimezone(UTC)
        draft = cls(
            id=f"replay-{created:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}",
            mode=mode,
            repeat=repeat,
            selection=selection,
            reason=reason,
            by=by,
            created=created,
            entries=tuple(entries),
            left_out=tuple(left_out),
        )
        return draft.model_copy(update={"hash": draft.digest()})

    @classmethod
    def thaw(cls, text: bytes, where: str) -> Self:
        """The manifest in a file. Raises ReplayError when it is not what was frozen."""
        try:
            read = cls.model_validate_json(text)
        except ValueError:
            raise ReplayError(f"The manifest {where} cannot be read; begin the replay anew.") from None
        if read.digest() != read.hash:
            raise ReplayError(f"The manifest {where} is not the one that was frozen; begin the replay anew.")
        return read

    def digest(self) -> str:
        """What `hash` must be: SHA-256 over the RFC 8785 form of all the rest."""
        import rfc8785

        content: Any = self.model_dump(mode="json", exclude={"hash"})
        return hashlib.sha256(rfc8785.dumps(content)).hexdigest()

    @property
    def agents(self) -> list[str]:
        """To whom it goes."""
        return sorted({entry.agent for entry in self.entries})

    @property
    def total(self) -> int:
        """Messages in all."""
        return len(self.entries) * self.repeat

    def message(self, number: int) -> tuple[Entry, Replay]:
        """The message at this place in the order of sending, from 0; an event's repeats follow each other."""
        return self.entries[number // self.repeat], Replay(self.id, self.mode, number % self.repeat)
