"""FROM and its joins: each table under one alias, joined when an expression asks for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlglot import exp

from .columns import is_numeric
from .joins import Joins, Path
from .lexicon import Lexicon
from .meaning import (
    Bucket,
    Col,
    Expression,
    Measured,
)
from .trees import identifier


class Unreachable(Exception):
    """The things asked for do not belong to each other by any foreign key."""


@dataclass
class Scope:
    """One FROM with its joins; `names` are the aliases of its tables."""

    base: str
    anchor: str
    names: dict[str, str] = field(default_factory=dict)
    edges: list[tuple[str, str, Path]] = field(default_factory=list)
    depth: int = 0
    outer: Scope | None = None


class Scopes:
    """Joins tables along foreign keys, once each."""

    def __init__(self, lexicon: Lexicon, joins: Joins) -> None:
        self.lexicon = lexicon
        self.joins = joins
        self.used: dict[str, int] = {}
        self.base_tables: set[str] = set()
        self.measured: dict[Measured, int] = {}
        self.flat = False
        """Whether conditions on parts hold for the very rows that are summed, rather than for some of their kin."""

    def scope(self, base: str, anchor: str, outer: Scope | None = None) -> Scope:
        scope = Scope(base, anchor, outer=outer)
        scope.names[base] = self.alias(base)
        return scope

    def alias(self, table: str) -> str:
        self.used[table] = self.used.get(table, 0) + 1
        return table if self.used[table] == 1 else f"{table}_{self.used[table]}"

    def join(self, table: str, scope: Scope) -> str:
        """The alias of a table in this scope, joined when it is not there yet."""
        if table in scope.names:
            return scope.names[table]
        path = self.joins.path(scope.base, table)
        if path is None:
            raise Unreachable(f"{scope.base} does not lead to {table}")
        for index, edge in enumerate(path):
            if edge.parent not in scope.names:
                alias = self.alias(edge.parent)
                scope.names[edge.parent] = alias
                scope.edges.append((edge.parent, alias, path[: index + 1]))
        return scope.names[table]

    def finish(self, select: exp.Select, scope: Scope) -> None:
        """Writes FROM and the joins that the expressions asked for."""
        select.from_(self.table(scope.base, scope.names[scope.base]), copy=False)
        for name, alias, path in scope.edges:
            edge = path[-1]
            child = scope.names[edge.child]
            on = [
                self.equal(
                    self.qualified(child, edge.child, column), self.qualified(alias, name, target),
                    (edge.child, column), (name, target),
                )
                for column, target in zip(edge.columns, edge.to, strict=True)
            ]  # fmt: skip
            select.join(self.table(name, alias), on=exp.and_(*on), copy=False)

    @staticmethod
    def table(name: str, alias: str) -> exp.Expression:
        table = exp.Table(this=identifier(name))
        return exp.alias_(table, identifier(alias), table=True) if alias != name else table

    def qualified(self, alias: str, table: str, column: str) -> exp.Column:
        return exp.Column(this=identifier(column), table=identifier(alias))

    def column(self, col: Col, scope: Scope) -> exp.Column:
        return self.qualified(self.join(col.table, scope), col.table, col.column)

    def numeric(self, col: Col, scope: Scope) -> exp.Expression:
        """The column as a number, cast when it is stored as text."""
        column = self.column(col, scope)
        catalogued = self.lexicon.column(col.table, col.column)
        if catalogued.type == "text" and is_numeric(catalogued):
            return exp.cast(column, "numeric")
        return column

    def equal(
        self, left: exp.Expression, right: exp.Expression, one: tuple[str, str], other: tuple[str, str]
    ) -> exp.EQ:
        """Two key columns; compared as text when their types differ."""
        first, second = (self.joins.tables[t].column(c) for t, c in (one, other))
        if first and second and (first.type == "text") != (second.type == "text"):
            left = exp.cast(left, "text") if first.type != "text" else left
            right = exp.cast(right, "text") if second.type != "text" else right
        return exp.EQ(this=left, expression=right)

    @staticmethod
    def tables_of(expressions: Iterable[Expression]) -> set[str]:
        found = set()
        for expression in expressions:
            if isinstance(expression, Col):
                found.add(expression.table)
            elif isinstance(expression, Bucket):
                found.add(expression.col.table)
        return found
