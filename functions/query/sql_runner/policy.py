"""What questions may read: the security policy of a warehouse, one readable YAML file."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator


class PolicyError(ValueError):
    """The policy file is missing or says something that makes no sense; the message says what and where."""


class Mask(StrEnum):
    """What is shown in place of a column's value."""

    BLANK = "blank"
    """Nothing: NULL."""
    INITIAL = "initial"
    """The first letter and an ellipsis."""
    YEAR = "year"
    """A date's first of January: the year, not the day."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RowFilter(_Strict):
    """Only rows that belong to the asker: `column` must equal the asker's claim of this name."""

    column: str
    claim: str


class TableRule(_Strict):
    """What of one table may be read. Nothing said: every column and every row."""

    columns: tuple[str, ...] | None = None
    """All that may be read. A column that is added later stays unseen until it is named here."""
    deny: tuple[str, ...] = ()
    """Columns withheld on purpose, named so that the refusal can say so."""
    mask: dict[str, Mask] = {}
    rows: RowFilter | None = None
    approve: bool = False
    """Whether somebody else than the asker has to approve each statement that reads it."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.columns is None:
            if self.deny or self.mask or self.rows:
                raise ValueError("deny, mask and rows need `columns`: the list of all columns that may be read")
            return self
        if not self.columns:
            raise ValueError("`columns` is empty: name at least one, or remove the table from the policy")
        if both := set(self.columns) & set(self.deny):
            raise ValueError(f"{', '.join(sorted(both))}: both in `columns` and in `deny`")
        if unknown := set(self.mask) - set(self.columns):
            raise ValueError(f"{', '.join(sorted(unknown))}: masked, but not in `columns`")
        return self


class Limits(_Strict):
    """How much one question may ask of the warehouse."""

    max_rows: int = Field(default=1000, ge=1, le=100_000)
    """Rows that an answer may have."""
    timeout_s: float = Field(default=10, gt=0, le=600)
    """Seconds that a statement may run."""
    max_cost: float | None = Field(default=None, gt=0)
    """What a statement may cost by the planner's estimate, in its own unit (one page of 8 KB read in sequence is 1);
    None: no ceiling, and nothing is estimated."""
    approve_above_cost: float | None = Field(default=None, gt=0)
    """What a statement may cost without somebody's approval; None: as much as may run at all."""
    approve_above_rows: int | None = Field(default=None, ge=0)
    """Rows that an answer may have by the planner's estimate without somebody's approval; None: all of `max_rows`."""
    max_characters: int = Field(default=20_000, ge=1, le=1_000_000)
    """Length of a statement."""
    max_generated: int = Field(default=100_000, ge=1)
    """Rows that a statement may make out of nothing (generate_series, recursion) and characters that
    it may repeat or pad."""

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        if self.approve_above_cost and self.max_cost and self.approve_above_cost >= self.max_cost:
            raise ValueError("approve_above_cost has to be below max_cost: what costs more than that is refused")
        if self.approve_above_rows is not None and self.approve_above_rows > self.max_rows:
            raise ValueError("approve_above_rows has to be within max_rows: no answer has more rows than that")
        return self

    @property
    def asks_the_planner(self) -> bool:
        """Whether any of them is held against the planner's estimate."""
        return not (self.max_cost is self.approve_above_cost is self.approve_above_rows is None)


class Policy(_Strict):
    """The tables that questions may read, and the rules on them."""

    schema_name: str = Field(default="public", alias="schema", min_length=1)
    """The one database schema in which the tables are."""
    tables: dict[str, TableRule]
    limits: Limits = Limits()

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    @field_validator("tables", mode="before")
    @classmethod
    def _table_without_rules(cls, tables: Any) -> Any:
        """`stores:` with nothing behind it, and a plain list of names, mean tables without rules."""
        if isinstance(tables, (list, tuple)):
            return {name: TableRule() for name in tables}
        if isinstance(tables, dict):
            return {name: TableRule() if rule is None else rule for name, rule in tables.items()}
        return tables


def parse_policy(text: str, where: str) -> Policy:
    """The policy written in `text`; `where` names its origin in errors. Raises PolicyError."""
    import yaml

    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise PolicyError(f"{where} is not valid YAML: {' '.join(str(error).split())}") from error
    if not isinstance(content, dict):
        raise PolicyError(f"{where} must be a mapping with the key `tables`.")
    try:
        return Policy.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        message = str(first["msg"]).removeprefix("Value error, ")
        raise PolicyError(f"{where}, at {place}: {message}.") from error


@lru_cache(maxsize=8)
def load_policy(path: Path) -> Policy:
    """Reads the policy file once per process. Raises PolicyError."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(f"The policy {path} cannot be read: {error}. Without it no SQL may run.") from error
    return parse_policy(text, str(path))
