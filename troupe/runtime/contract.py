"""What agents agree on: an event is a frozen pydantic model whose class name is its detail-type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, PrivateAttr

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
"""Data as one version of a contract has it → the same as the next version has it. It may change what it is given."""


class Outdated(ValueError):
    """Data in an older version that nothing turns into today's; one sentence."""


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
    says what has happened; `example` holds data that the contract accepts. `version=2, upcast={1: function}`
    says how to read what was published under version 1.
    """

    terms: ClassVar[Terms] = Terms()
    upcasters: ClassVar[Mapping[int, Upcaster]] = {}
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
        upcast: Mapping[int, Upcaster] | None = None,
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
        cls.upcasters = upcast or {}
        for earlier in cls.upcasters:
            if not 1 <= earlier < version:
                raise TypeError(f"{cls.__name__} is version {version}; upcast leads from an earlier one, not {earlier}")

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
    def read(cls, data: Any, version: int = 0) -> Self:
        """Validates what came over the bus, ignoring fields that this version does not know.

        version: that it was published under; an older one is brought up to date step by step. 0: by a stranger, who
        knows no versions. Raises pydantic.ValidationError when the data breaks the contract, and Outdated.
        """
        if 0 < version < cls.terms.version:
            data = cls._brought_up_to_date(data, version)
        return cls.model_validate(data, extra="ignore")

    @classmethod
    def _brought_up_to_date(cls, data: Any, version: int) -> Any:
        data = deepcopy(data)  # what was received is kept as it was
        for step in range(version, cls.terms.version):
            if step not in cls.upcasters:
                raise Outdated(f"it came in version {version}, and nothing says how to read it as version {step + 1}")
            try:
                data = cls.upcasters[step](data)
            except Exception as error:
                raise Outdated(
                    f"it came in version {version}, and its upcaster to version {step + 1} failed with "
                    f"{type(error).__name__}: {error}"
                ) from error
        return data
