"""What a question asks for, in terms of the catalog: plain values that SQL and a sentence are made from."""

from __future__ import annotations

from dataclasses import dataclass

from troupe.adapters.catalog import Measure

from .phrases import Operator
from .times import Period, Unit

Literal = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Col:
    """A column of a table."""

    table: str
    column: str


@dataclass(frozen=True, slots=True)
class Bucket:
    """The day, week, month, quarter or year of a date."""

    col: Col
    unit: Unit


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows of a table; with `col`, how many different values of it."""

    table: str
    col: Col | None = None


@dataclass(frozen=True, slots=True)
class Aggregate:
    """avg, sum, min, max or median of a column over the rows of its table."""

    function: str
    col: Col


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure of the catalog, in one of its alternatives."""

    alternatives: tuple[Measure, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """A number as a percentage of its total over all groups."""

    of: Count | Aggregate | Measured


Number = Count | Aggregate | Measured | Share
Expression = Col | Bucket | Number


@dataclass(frozen=True, slots=True)
class Compare:
    """A column against one literal."""

    col: Col
    operator: Operator
    value: Literal


@dataclass(frozen=True, slots=True)
class CompareAverage:
    """A column against its own average over all rows."""

    col: Col
    operator: Operator


@dataclass(frozen=True, slots=True)
class OneOf:
    """A column among values; negated, not among them."""

    col: Col
    values: tuple[Literal, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class TextMatch:
    """A text that contains, starts or ends with another, regardless of case."""

    col: Col
    operator: Operator
    text: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class IsNull:
    """Nothing is stored there; negated, something is."""

    col: Col
    negated: bool = False


@dataclass(frozen=True, slots=True)
class During:
    """A date within a period."""

    col: Col
    period: Period


@dataclass(frozen=True, slots=True)
class Exists:
    """Rows of `table` belong to the row at hand, of which `conditions` hold; so many, or none when negated."""

    anchor: str
    table: str
    conditions: tuple[Condition, ...] = ()
    negated: bool = False
    quantity: tuple[Operator, float | int] | None = None
    through: str = ""
    """The table that pairs the two; empty: the only one that does."""


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one holds."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """All hold; negated, not all of them."""

    conditions: tuple[Condition, ...]
    negated: bool = False


Condition = Compare | CompareAverage | OneOf | TextMatch | IsNull | During | Exists | AnyOf | AllOf


@dataclass(frozen=True, slots=True)
class Having:
    """A group's number against a literal."""

    number: Number
    operator: Operator
    value: float | int


@dataclass(frozen=True, slots=True)
class Sort:
    """One key of the order."""

    by: Expression
    down: bool = False


@dataclass(frozen=True, slots=True)
class Meaning:
    """One question, understood."""

    subject: str
    """The table whose rows are listed, counted or measured."""
    outputs: tuple[Expression, ...]
    conditions: tuple[Condition, ...] = ()
    groups: tuple[Expression, ...] = ()
    keys: tuple[Col, ...] = ()
    """Columns that only keep apart groups of the same label."""
    having: tuple[Having, ...] = ()
    order: tuple[Sort, ...] = ()
    limit: int | None = None
    distinct: bool = False
