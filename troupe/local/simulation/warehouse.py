"""A stand-in for the warehouse: no PostgreSQL per seed. Everything else of a simulated run is real.

It knows the tables of the project's `warehouse/schema.sql` and answers every query with made-up rows, other ones each
time, in the columns that the query asks for. What the agents make of it, the guard and the catalog included, is theirs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from troupe.local.simulation.dice import Dice
from troupe.runtime.agent import Agent

_CATEGORIES = {"text": "S", "integer": "N", "bigint": "N", "numeric": "N", "boolean": "B", "date": "D"}
_NAMES = {"integer": "int4", "bigint": "int8", "boolean": "bool"}


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    type: str


@dataclass(frozen=True, slots=True)
class _Rows:
    columns: list[_Column]
    rows: list[list[Any]]
    truncated: bool = False
    elapsed_ms: float = 1.0


@dataclass(frozen=True, slots=True)
class _Plan:
    cost: float = 1.0
    rows: int = 1


class StandIn:
    """Answers as a connection to the database would."""

    def __init__(self, schema: Path) -> None:
        self._structure = json.dumps(list(_tables(schema.read_text(encoding="utf-8"))) if schema.exists() else [])
        self.asked = 0
        self.dice: Dice | None = None
        """Of the run that is being played."""

    def fetch(self, sql: str, *, timeout_s: float, max_rows: int) -> _Rows:
        """One row for what the catalog asks, up to five for a question."""
        if "json_agg" in sql or "troupe_structure" in sql:
            return _Rows([_Column("structure", "text")], [[self._structure]])
        if "array_agg(v)" in sql:
            count = sql.count("array_agg(v)")
            return _Rows([_Column(f"v{i}", "array") for i in range(count)], [[None] * count])
        self.asked += 1
        columns = _columns(sql)
        rows = [[self._cell(column, row) for column in columns] for row in range(min(1 + self.asked % 5, max_rows))]
        return _Rows(columns, rows)

    def explain(self, sql: str, *, timeout_s: float) -> _Plan:
        """From cheap to far too costly, so that policies have something to decide."""
        return _Plan(cost=10 ** (4 + self.dice.below("cost", 6) / 2)) if self.dice else _Plan()

    def close(self) -> None:
        """There is nothing to close."""

    def _cell(self, column: _Column, row: int) -> Any:
        return self.asked * 100 + row if column.type == "integer" else f"{column.name} {row}"


@contextmanager
def in_place_of_the_warehouse(agents: Iterable[Agent], root: Path) -> Iterator[list[StandIn]]:
    """While this is open, every need that connects to a warehouse gets a stand-in of its own."""
    needs = {need for agent in agents for handler in agent.handlers for need in handler.needs.values()}
    stand_ins = []
    with ExitStack() as closing:
        for need in needs:
            if hasattr(need, "connect") and hasattr(need, "catalog"):
                stand_ins.append(StandIn(root / "warehouse" / "schema.sql"))
                made = need(stand_ins[-1], root / "warehouse" / "catalog.yaml")  # type: ignore[call-arg]
                closing.enter_context(patch.object(need, "connect", _giving(made)))
        yield stand_ins


def _giving(made: Any) -> Any:
    def connect(url: str, catalog: Path | None = None) -> Any:
        return made

    return staticmethod(connect)


def _columns(sql: str) -> list[_Column]:
    import sqlglot
    from sqlglot import exp

    select = sqlglot.parse_one(sql, dialect="postgres")
    projections = select.selects if isinstance(select, exp.Query) else []
    return [
        _Column(part.alias_or_name or f"column{i}", "integer" if part.find(exp.AggFunc) else "text")
        for i, part in enumerate(projections)
    ]


def _tables(schema: str) -> Iterator[dict[str, Any]]:
    """The tables of a schema file as introspection reports them."""
    import sqlglot
    from sqlglot import exp

    for text in re.findall(r"^CREATE TABLE [^;]+", schema, re.MULTILINE):
        statement = sqlglot.parse_one(text, dialect="postgres")
        table = statement.this.this
        if table.db == "internal":
            continue
        columns, keys = [], []
        for column in statement.this.find_all(exp.ColumnDef):
            type_ = column.kind.sql("postgres").lower().split("(")[0] if column.kind else "text"
            kinds = [constraint.kind for constraint in column.constraints]
            columns.append(
                {
                    "name": column.name,
                    "type": _NAMES.get({"int": "integer"}.get(type_, type_), type_),
                    "category": _CATEGORIES.get(type_, "S"),
                    "nullable": not any(isinstance(k, exp.NotNullColumnConstraint) for k in kinds),
                    "readable": True,
                    "description": None,
                }
            )
            if any(isinstance(k, exp.PrimaryKeyColumnConstraint) for k in kinds):
                keys.append({"kind": "p", "columns": [column.name]})
            for reference in (k for k in kinds if isinstance(k, exp.Reference)):
                other = reference.find(exp.Table)
                to = [i.name for i in reference.this.expressions] if isinstance(reference.this, exp.Schema) else []
                keys.append(
                    {
                        "kind": "f",
                        "columns": [column.name],
                        "schema": other.db if other else "",
                        "table": other.name if other else "",
                        "to": to or [column.name],
                    }
                )
        yield {
            "schema": table.db,
            "table": table.name,
            "kind": "r",
            "rows": 1000,
            "description": None,
            "columns": columns,
            "keys": keys,
        }
