"""What agents agree on: an event is a frozen pydantic model whose class name is its detail-type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, PrivateAttr


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms a contract states beside its fields."""

    root: bool = False
    """Comes from outside the choreography; may be admitted without causes."""
    terminal: bool = False
    """Ends its correlation; the first terminal recorded wins."""
    failure: bool = False
    """Tells of something that went wrong; listed by `troupe events --failed`."""
    within_s: float | None = None
    """Seconds that a root's correlation may take before the watchdog speaks up."""
    version: int = 1
    """Schema version; raised on a breaking change."""
    undoes: tuple[str, ...] = ()
    """The events, by name, whose effect this one takes back: a compensation, such as StockReleased of StockReserved."""


class Value(BaseModel):
    """A value inside an event. Publishers may not add fields; readers ignore those they do not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings")


class Event(Value):
    """Base of every contract: `class OrderPlaced(Event, root=True, within_s=60): …`.

    The class name is the EventBridge detail-type and must be unique in the project. The docstring
    says what has happened; `example` holds data that the contract accepts.
    """

    terms: ClassVar[Terms] = Terms()
    example: ClassVar[dict[str, Any]] = {}
    _causes: tuple[Any, ...] = PrivateAttr(default=())

    def __init_subclass__(
        cls,
        *,
        root: bool = False,
        terminal: bool = False,
        failure: bool = False,
        within_s: float | None = None,
        version: int = 1,
        undoes: type[Event] | tuple[type[Event], ...] = (),
        **config: Any,
    ) -> None:
        super().__init_subclass__(**config)
        cls.terms = Terms(
            root=root,
            terminal=terminal,
            failure=failure,
            within_s=within_s,
            version=version,
            undoes=tuple(event.type_name() for event in (undoes if isinstance(undoes, tuple) else (undoes,))),
        )

    def caused_by(self, *causes: Any) -> Self:
        """The same event, said to follow from these envelopes instead of from what the handler heard.

        For agents that act on a Tick or from the event store: the event joins its first cause's correlation.
        """
        copy = self.model_copy()
        copy._causes = causes
        return copy

    @property
    def stated_causes(self) -> tuple[Any, ...]:
        """The envelopes given to `caused_by`; empty when the event follows from what the handler heard."""
        return self._causes

    @classmethod
    def type_name(cls) -> str:
        """The detail-type under which this contract travels."""
        return cls.__name__

    @classmethod
    def read(cls, data: Any) -> Self:
        """Validates what came over the bus, ignoring fields that this version does not know.

        Raises pydantic.ValidationError when the data breaks the contract.
        """
        return cls.model_validate(data, extra="ignore")
