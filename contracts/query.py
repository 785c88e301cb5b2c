"""A question in plain language becomes an answer: the events that the query agents agree on."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import Field

from troupe import Event, Person, Value
from troupe.runtime.model_use import ModelUse

Scalar = str | int | float | bool | None
"""A cell. Dates are ISO 8601 text; numbers beyond exact doubles are text."""

ColumnType = Literal[
    "integer", "number", "text", "boolean", "date", "timestamp", "time", "interval", "json", "array", "other"
]


class Column(Value):
    """One column of a result."""

    name: str
    type: ColumnType
    label: str = ""
    """The heading a person reads; empty: use the name."""
    unit: str = ""
    """What the numbers count, such as `EUR` or `%`; empty when unknown."""
    role: Literal["measure", "dimension", "time", "identifier", ""] = ""
    """What the column is for in an answer; empty until integration has said it."""
    grain: Literal["year", "quarter", "month", "week", "day", ""] = ""
    """The period that a value stands for: a `month` of 2026-07-01 is July 2026, not a day. Empty: no period."""


class QueryReceived(Event, root=True, within_s=120):
    """Somebody asked a question about the data in the warehouse."""

    example: ClassVar[dict[str, Any]] = {
        "question": "Show me total sales by region for last quarter",
        "asked_by": {"id": "ada"},
    }

    question: str = Field(min_length=1, max_length=2000)
    asked_by: Person = Person()


class SQLGenerated(Event):
    """The question was understood completely; this SQL answers it. Not yet checked, not yet run."""

    example: ClassVar[dict[str, Any]] = {
        "question": "How many stores are there?",
        "sql": "SELECT COUNT(*) AS stores FROM stores",
        "reading": "number of stores",
        "translator": "offline",
    }

    question: str
    sql: str
    reading: str
    """How the question was read, in one sentence."""
    translator: str
    """Who translated: `offline`, or the model's id."""
    suggestions: list[str] = []
    """More questions that can be answered."""
    attempt: int = Field(default=1, ge=1)
    """1 for the first SQL to a question, 2 for its first revision."""
    model: ModelUse | None = None
    """What the model used; None when there was none."""
    asked_by: Person = Person()
    reworded_by: list[Person] = []
    """Who said the question in other words since. What all of them may see is shown; none of them approves it."""


class SQLGenerationError(Event, terminal=True, failure=True):
    """The question was not understood completely, so no SQL was written: a wrong answer is worse than none."""

    example: ClassVar[dict[str, Any]] = {
        "question": "How happy are our customers?",
        "reason": "I could not place: happy.",
        "unplaced": ["happy"],
        "suggestions": ["How many customers are there?"],
    }

    question: str
    reason: str
    unplaced: list[str] = []
    """The words of the question that fit nothing in the catalog."""
    suggestions: list[str] = []
    """Questions nearby that can be answered."""
    model: ModelUse | None = None
    """What the model used; None when there was none, or when it did not answer."""


class QuerySuccess(Event):
    """Approved SQL ran against the warehouse, read-only."""

    example: ClassVar[dict[str, Any]] = {
        "question": "How many stores are there?",
        "sql": "SELECT COUNT(*) AS stores FROM stores LIMIT 1000",
        "reading": "number of stores",
        "columns": [{"name": "stores", "type": "integer"}],
        "rows": [[12]],
        "tables": ["stores"],
        "elapsed_ms": 3.5,
    }

    question: str
    sql: str
    """What ran: regenerated from the syntax tree, not the text that came in."""
    reading: str
    columns: list[Column]
    rows: list[list[Any]]
    truncated: bool = False
    """True when the row limit cut the result."""
    tables: list[str] = []
    elapsed_ms: float = 0.0


QueryErrorKind = Literal["refused", "unknown-column", "type-mismatch", "timeout", "other"]


class QueryError(Event, failure=True):
    """The SQL was refused by the guard, or the warehouse could not run it. Not yet an end: the validator judges it."""

    example: ClassVar[dict[str, Any]] = {
        "question": "How many stores are there?",
        "sql": "SELECT * FROM pg_user",
        "kind": "refused",
        "rule": "allowed-tables",
        "reason": "The table pg_user is not one that questions may read.",
    }

    question: str
    sql: str
    kind: QueryErrorKind
    reason: str
    rule: str = ""
    """The guard's rule that refused; empty when the warehouse itself failed."""
    translator: str = "offline"
    """Who wrote the SQL: `offline`, or the model's id."""
    attempt: int = Field(default=1, ge=1)
    """Which SQL to this question it was."""
    asked_by: Person = Person()
    reworded_by: list[Person] = []


class SQLRevisionRequested(Event):
    """SQL failed in a way that its writer may mend; here is what was wrong with it."""

    example: ClassVar[dict[str, Any]] = {
        "question": "How many stores are there?",
        "sql": "SELECT COUNT(store) FROM stores",
        "diagnosis": 'The warehouse says: column "store" does not exist.',
        "attempt": 2,
    }

    question: str
    sql: str
    diagnosis: str
    """What went wrong, and what to do about it."""
    attempt: int = Field(ge=2)
    """Which SQL to this question the next one will be."""
    asked_by: Person = Person()
    reworded_by: list[Person] = []


class ClarificationRequested(Event):
    """The agents cannot get further by themselves: somebody should say the question in other words."""

    example: ClassVar[dict[str, Any]] = {
        "request": "5f0c2a9be1d4",
        "question": "How many stores are there?",
        "reason": "Three statements failed, the last one because it ran longer than allowed.",
        "attempts": 3,
    }

    request: str
    """What the answer refers to."""
    question: str
    reason: str
    attempts: int
    asked_by: Person = Person()
    reworded_by: list[Person] = []


class ClarificationProvided(Event, root=True, within_s=120):
    """Somebody said a question in other words."""

    example: ClassVar[dict[str, Any]] = {
        "request": "5f0c2a9be1d4",
        "question": "How many stores are there in each region?",
        "provided_by": {"id": "ben"},
    }

    request: str
    """The ClarificationRequested that this answers."""
    question: str = Field(min_length=1, max_length=2000)
    provided_by: Person


class ApprovalRequested(Event):
    """SQL waits for the approval of somebody other than the asker: it is costly, large, or about a sensitive table."""

    example: ClassVar[dict[str, Any]] = {
        "request": "9d41e07c52ab",
        "question": "Why were things returned?",
        "sql": "SELECT reason FROM shop.returns LIMIT 1001",
        "proposed": "SELECT reason FROM returns",
        "reading": "reasons of returns",
        "rule": "approve-table",
        "reason": "Reading returns needs somebody's approval.",
        "translator": "offline",
        "asked_by": {"id": "ada"},
    }

    request: str
    """What the approval or the denial refers to."""
    question: str
    sql: str
    """What will run, to the letter, if it is approved."""
    proposed: str
    """What the guard was given; it is judged again before it runs."""
    reading: str
    """How the question was read, in one sentence."""
    rule: str
    """The policy's rule that wants an approval."""
    reason: str
    translator: str
    """Who wrote the SQL: `offline`, or the model's id."""
    attempt: int = Field(default=1, ge=1)
    """Which SQL to this question it is."""
    asked_by: Person
    reworded_by: list[Person] = []
    not_counted: str = ""
    """Why the approval that came before this request did not count; empty: there was none."""


class ApprovalGranted(Event, root=True, within_s=120):
    """Somebody approved that a statement runs."""

    example: ClassVar[dict[str, Any]] = {
        "request": "9d41e07c52ab",
        "approved_by": {"id": "grace"},
        "why": "Needed for the audit.",
    }

    request: str
    """The ApprovalRequested that this answers."""
    approved_by: Person
    why: str = Field(min_length=1, max_length=2000)


class ApprovalDenied(Event, root=True, within_s=120):
    """Somebody denied that a statement runs."""

    example: ClassVar[dict[str, Any]] = {
        "request": "9d41e07c52ab",
        "denied_by": {"id": "grace"},
        "why": "What customers said is nobody else's business.",
    }

    request: str
    """The ApprovalRequested that this answers."""
    denied_by: Person
    why: str = Field(min_length=1, max_length=2000)


class QuestionFailed(Event, terminal=True, failure=True):
    """The question stays without an answer: its SQL was refused or failed, and nobody can mend that."""

    example: ClassVar[dict[str, Any]] = QueryError.example

    question: str
    sql: str
    kind: QueryErrorKind
    reason: str
    rule: str = ""
    """The guard's rule that refused; empty when the warehouse itself failed."""


class ResultsReady(Event):
    """One structured result: the rows with everything needed to show and to judge them."""

    example: ClassVar[dict[str, Any]] = {
        "question": "How many stores are there?",
        "sql": "SELECT COUNT(*) AS stores FROM stores LIMIT 1000",
        "reading": "number of stores",
        "columns": [{"name": "stores", "type": "integer", "label": "Stores", "role": "measure"}],
        "rows": [[12]],
        "row_count": 1,
        "truncated": False,
        "tables": ["stores"],
        "elapsed_ms": 3.5,
    }

    question: str
    sql: str
    reading: str
    columns: list[Column]
    rows: list[list[Any]]
    row_count: int
    truncated: bool
    tables: list[str]
    elapsed_ms: float


class ViewRendered(Event, terminal=True):
    """The answer as one self-contained HTML page with a chart and a table."""

    example: ClassVar[dict[str, Any]] = {
        "question": "How many stores are there?",
        "title": "Number of stores",
        "chart": "figure",
        "html": "<!doctype html><title>Number of stores</title>",
    }

    question: str
    title: str
    chart: Literal["line", "bar", "scatter", "figure", "table"]
    html: str
    spec: dict[str, Any] = {}
    """The chart as a Vega-Lite specification with its data inside; empty for a figure or a table."""
