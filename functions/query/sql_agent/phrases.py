"""The parts of speech of a data question: noun phrases and what is said about them. No schema decisions yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from .lexicon import Sense
from .times import Period, Unit

Operator = Literal["=", "<>", ">", ">=", "<", "<=", "contains", "starts", "ends", "between", "null"]


@dataclass(frozen=True, slots=True)
class Operand:
    """What something is compared with."""

    number: float | int | None = None
    unit: str = ""
    text: str | None = None
    senses: tuple[Sense, ...] = ()
    """The stored values that the text is, when it is one."""
    noun: Noun | None = None
    """Another quantity: `the average age`."""
    parts: tuple[Operand, ...] = ()
    """`Jane Austen`, where first and last names are stored apart."""
    joined: str = ""
    """The word between this and the operand before it."""


@dataclass(slots=True)
class Noun:
    """A noun phrase: `the three oldest male singers from France`."""

    start: int
    end: int
    senses: tuple[Sense, ...] = ()
    owner: tuple[Sense, ...] = ()
    """`singer` in `singer names`."""
    functions: tuple[str, ...] = ()
    count_of: Noun | None = None
    """Set for `the number of …`; then the rest of this noun is empty."""
    unit_of_time: Unit | None = None
    """Set for `month` in `by month`."""
    distinct: bool = False
    each: bool = False
    none: bool = False
    quantity: tuple[Operator, float | int] | None = None
    limit: int | None = None
    plural: bool = False
    all_columns: bool = False
    """`all information about hiring`."""
    superlative: Superlative | None = None
    said: list[Said] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Superlative:
    """`youngest`, `most expensive`, `best selling`, `with the most albums`."""

    words: str
    adjective: str = ""
    most: bool = True
    by: Noun | None = None
    popular: bool = False
    selling: bool = False
    limit: int | None = None
    """How many of the best, where it is said with them: `with the top 5 largest areas`."""


@dataclass(frozen=True, slots=True)
class Related:
    """`of albums`, `who have pets`, `owned by students`, `without orders`."""

    noun: Noun
    link: str
    negated: bool = False
    verbs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Where:
    """`whose age is over 20`, `with earnings below 200000`."""

    noun: Noun
    operator: Operator
    operands: tuple[Operand, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Adjectival:
    """`older than 20`, `over 20 dollars`: a comparison that does not name its attribute."""

    adjective: str
    operator: Operator
    operand: Operand


@dataclass(frozen=True, slots=True)
class Being:
    """`from Brazil`, `French`, `Rock`: rows with one of these values."""

    operands: tuple[Operand, ...]
    link: str = ""
    negated: bool = False


@dataclass(frozen=True, slots=True)
class When:
    """`in 2024`, `after March`, `2014 or 2015`: any of these periods."""

    periods: tuple[Period, ...]
    year_only: bool = False
    verbs: tuple[str, ...] = ()
    compared: bool = False
    """Whether several periods were named side by side, with `and`."""


@dataclass(frozen=True, slots=True)
class Missing:
    """`without a company`, `with no phone number`; with negated, `that have a company`."""

    noun: Noun
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Grouped:
    """`by country and year`."""

    nouns: tuple[Noun, ...]


@dataclass(frozen=True, slots=True)
class Ordered:
    """`in descending order of age`; no noun: by what was asked for. `down` None: not said."""

    nouns: tuple[Noun, ...]
    down: bool | None = None


@dataclass(frozen=True, slots=True)
class Shared:
    """`in percent of the total`."""


@dataclass(frozen=True, slots=True)
class Shown:
    """`with their department names`: something more to show."""

    noun: Noun


@dataclass(frozen=True, slots=True)
class InUnit:
    """`in milliseconds`."""

    unit: str


@dataclass(frozen=True, slots=True)
class Both:
    """What one clause says in several parts; taken apart as soon as it is attached."""

    parts: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """`after 2013 or before 2008`."""

    options: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Did:
    """A verb that only says what the rows do anyway: `they teach`, `sold`, `have been issued`."""

    verbs: tuple[str, ...]
    negated: bool = False


Said = (
    Related | Where | Adjectival | Being | When | Missing | Grouped | Ordered | Shared | InUnit | Shown | Both | Either
    | Did | Superlative
)  # fmt: skip


@dataclass(slots=True)
class Question:
    """A question taken apart."""

    heads: list[Noun] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    """What is said about the whole: groups, order, periods, filters."""
    limit: int | None = None
    how_many: bool = False
