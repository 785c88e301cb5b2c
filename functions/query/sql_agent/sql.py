"""Meaning to SQL: a sqlglot tree in PostgreSQL's dialect, in which no row is counted twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from sqlglot import exp, parse_one

from .joins import Ambiguous, Joins, Path
from .lexicon import Lexicon, is_numeric
from .meaning import (
    Aggregate,
    AllOf,
    AnyOf,
    Bucket,
    Col,
    Compare,
    CompareAverage,
    Condition,
    Count,
    During,
    Exists,
    Expression,
    Having,
    IsNull,
    Literal,
    Meaning,
    Measured,
    Number,
    OneOf,
    Share,
    Sort,
    TextMatch,
)

_PLAIN = re.compile(r"^[a-z_][a-z0-9_]*$")
_RESERVED = {
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "authorization",
    "binary",
    "both",
    "case",
    "cast",
    "check",
    "collate",
    "collation",
    "column",
    "concurrently",
    "constraint",
    "create",
    "cross",
    "current_date",
    "current_role",
    "current_time",
    "current_timestamp",
    "current_user",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "false",
    "fetch",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "grant",
    "group",
    "having",
    "ilike",
    "in",
    "initially",
    "inner",
    "intersect",
    "into",
    "is",
    "isnull",
    "join",
    "lateral",
    "leading",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "natural",
    "not",
    "notnull",
    "null",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "outer",
    "overlaps",
    "placing",
    "primary",
    "references",
    "returning",
    "right",
    "select",
    "session_user",
    "similar",
    "some",
    "symmetric",
    "table",
    "tablesample",
    "then",
    "to",
    "trailing",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "variadic",
    "verbose",
    "when",
    "where",
    "window",
    "with",
    "value",
    "values",
    "year",
    "month",
    "day",
    "date",
    "time",
    "timestamp",
    "name",
}


class Unreachable(Exception):
    """The things asked for do not belong to each other by any foreign key."""


def statement(meaning: Meaning, lexicon: Lexicon, joins: Joins) -> exp.Query:
    """The tree of one SELECT. Raises Unreachable or Ambiguous when the tables cannot be joined safely."""
    return _Writer(lexicon, joins).query(meaning)


@dataclass
class _Scope:
    """One FROM with its joins; `names` are the aliases of its tables."""

    base: str
    anchor: str
    names: dict[str, str] = field(default_factory=dict)
    edges: list[tuple[str, str, Path]] = field(default_factory=list)
    depth: int = 0
    outer: _Scope | None = None


class _Writer:
    def __init__(self, lexicon: Lexicon, joins: Joins) -> None:
        self.lexicon = lexicon
        self.joins = joins
        self.used: dict[str, int] = {}
        self.base_tables: set[str] = set()
        self.measured: dict[Measured, int] = {}
        self.flat = False
        """Whether conditions on parts hold for the very rows that are summed, rather than for some of their kin."""

    # The whole statement

    def query(self, meaning: Meaning) -> exp.Query:
        numbers = [e for e in (*meaning.outputs, *(s.by for s in meaning.order)) if not isinstance(e, Col | Bucket)]
        numbers += [having.number for having in meaning.having]
        if numbers:
            return self.grouped(meaning, numbers)
        return self.listed(meaning)

    def listed(self, meaning: Meaning) -> exp.Query:
        needed = self.tables_of((*meaning.outputs, *(sort.by for sort in meaning.order)))
        for table in needed - {meaning.subject}:
            if self.joins.between(meaning.subject, table) > 1:
                raise Ambiguous(f"{meaning.subject} and {table} are related in several ways")
        base = self.joins.base({*needed, meaning.subject}, prefer=meaning.subject)
        if base is None:
            raise Unreachable(f"{' and '.join(sorted(needed))} are not related by any foreign key")
        scope = self.scope(base, meaning.subject)
        select = exp.Select()
        outputs = [self.expression(output, scope) for output in meaning.outputs]
        select = select.select(*self.aliased(meaning.outputs, outputs))
        distinct = meaning.distinct
        if distinct:
            select = select.distinct()
        select = self.body(select, meaning, scope)
        for sort in meaning.order:
            select = select.order_by(self.sort(sort, scope), copy=False)
        if meaning.limit and not distinct:
            for key in self.lexicon.table(meaning.subject).primary_key:
                col = Col(meaning.subject, key)
                if all(sort.by != col for sort in meaning.order):
                    select = select.order_by(self.column(col, scope), copy=False)
        elif meaning.order and not distinct:
            for key in self.lexicon.table(meaning.subject).primary_key:
                select = select.order_by(self.column(Col(meaning.subject, key), scope), copy=False)
        self.finish(select, scope)
        return select.limit(meaning.limit) if meaning.limit else select

    def grouped(self, meaning: Meaning, numbers: Sequence[Number]) -> exp.Query:
        groups = list(dict.fromkeys((*meaning.groups, *meaning.keys)))
        chosen = self.chosen_base(meaning, numbers, groups)
        base, anchor = chosen
        scope = self.scope(base, anchor)
        self.base_tables = self.tables_of(groups)
        select = exp.Select()
        outputs = [self.expression(output, scope) for output in meaning.outputs]
        select = select.select(*self.aliased(meaning.outputs, outputs))
        select = self.body(select, meaning, scope)
        for group in groups:
            select = select.group_by(self.expression(group, scope), copy=False)
        for having in meaning.having:
            select = select.having(self.having(having, scope), copy=False)
        for sort in meaning.order:
            select = select.order_by(self.sort(sort, scope), copy=False)
        if meaning.order:
            sorted_by = {sort.by for sort in meaning.order}
            for group in groups:
                if group not in sorted_by:
                    select = select.order_by(self.expression(group, scope), copy=False)
        self.finish(select, scope)
        return select.limit(meaning.limit) if meaning.limit else select

    def chosen_base(self, meaning: Meaning, numbers: Sequence[Number], groups: Sequence[Expression]) -> tuple[str, str]:
        """The table whose rows are counted and summed, and the one that conditions belong to."""
        reasons: list[str] = []
        wanted = self.tables_of(groups)
        for measured in self.measure_choices(numbers):
            owners = {self.owner(number, measured) for number in numbers}
            anchor = meaning.subject if not measured else sorted(owners)[0]
            if len(owners) > 1 and any(isinstance(self.inner(n), Aggregate | Measured) for n in numbers):
                reasons.append(f"{' and '.join(sorted(owners))} are counted in different rows")
                continue
            own = owners if len(owners) == 1 else set()
            base = self.joins.base({*owners, *wanted}, prefer=next(iter(own), ""))
            if base is None:
                reasons.append(f"{' and '.join(sorted({*owners, *wanted}))} are not related by any foreign key")
                continue
            if not self.safe(base, numbers, measured, wanted):
                reasons.append(f"rows of {' and '.join(sorted(owners))} would be counted more than once")
                continue
            if measured and not self.filters_reach(meaning.conditions, base) and len(self.measure_choices(numbers)) > 1:
                finer = [c for c in self.measure_choices(numbers) if c is not measured]
                if any(self.filters_reach(meaning.conditions, self.owner(numbers[0], other)) for other in finer):
                    reasons.append("a filter needs the finer measure")
                    continue
            if self.over_counts(meaning.conditions, numbers, measured, base):
                reasons.append("a filter picks parts of what is summed as a whole")
                continue
            self.measured = measured
            self.flat = bool(measured)
            return base, (anchor if anchor in self.joins.reach(base) else base)
        raise Unreachable(reasons[0] if reasons else "nothing to measure")

    def over_counts(
        self, conditions: Iterable[Condition], numbers: Sequence[Number], measured: dict[Measured, int], base: str
    ) -> bool:
        """Whether a sum over whole rows is asked of only some of their parts: the total of invoices of Jazz tracks."""
        sums = [n for n in numbers if isinstance(self.inner(n), Aggregate | Measured)]
        if not sums or all(isinstance(i := self.inner(n), Aggregate) and i.function in ("min", "max") for n in sums):
            return False
        owners = {self.owner(number, measured) for number in sums}
        for condition in conditions:
            parts = condition.conditions if isinstance(condition, AnyOf | AllOf) else (condition,)
            for part in parts:
                if isinstance(part, Exists):
                    whole = part.anchor in owners and not part.negated and part.quantity is None
                    if whole and part.table not in self.joins.reach(base) and part.conditions:
                        return True
                elif self.condition_tables(part) - self.joins.reach(base).keys():
                    return True
        return False

    def measure_choices(self, numbers: Sequence[Number]) -> list[dict[Measured, int]]:
        measured = [inner for number in numbers if isinstance(inner := self.inner(number), Measured)]
        if not measured:
            return [{}]
        most = max(len(one.alternatives) for one in measured)
        return [{one: min(index, len(one.alternatives) - 1) for one in measured} for index in range(most)]

    @staticmethod
    def inner(number: Number) -> Count | Aggregate | Measured:
        return number.of if isinstance(number, Share) else number

    def owner(self, number: Number, measured: dict[Measured, int]) -> str:
        inner = self.inner(number)
        if isinstance(inner, Measured):
            return inner.alternatives[measured.get(inner, 0)].table
        if isinstance(inner, Aggregate):
            return inner.col.table
        return inner.col.table if inner.col else inner.table

    def safe(self, base: str, numbers: Sequence[Number], measured: dict[Measured, int], wanted: set[str]) -> bool:
        for number in numbers:
            owner = self.owner(number, measured)
            inner = self.inner(number)
            if (
                owner == base
                or isinstance(inner, Count)
                or (isinstance(inner, Aggregate) and inner.function in ("min", "max"))
            ):
                continue
            if isinstance(inner, Measured) and self.measure_repeats_safely(inner, measured):
                continue
            if not self.joins.pairs_uniquely(base, owner, wanted):
                return False
        return True

    @staticmethod
    def measure_repeats_safely(measured: Measured, chosen: dict[Measured, int]) -> bool:
        expression = measured.alternatives[chosen.get(measured, 0)].expression.upper()
        return bool(re.fullmatch(r"\s*(COUNT\s*\(\s*DISTINCT\b[^()]*\)|(MIN|MAX)\s*\([^()]*\))\s*", expression))

    def filters_reach(self, conditions: Iterable[Condition], base: str) -> bool:
        return all(self.condition_tables(condition) <= self.joins.reach(base).keys() for condition in conditions)

    def condition_tables(self, condition: Condition) -> set[str]:
        if isinstance(condition, AnyOf | AllOf):
            return {table for inner in condition.conditions for table in self.condition_tables(inner)}
        if isinstance(condition, Exists):
            inner = {table for one in condition.conditions for table in self.condition_tables(one)}
            return {condition.anchor} if condition.negated or condition.quantity else {condition.table, *inner}
        return {condition.col.table}

    def body(self, select: exp.Select, meaning: Meaning, scope: _Scope) -> exp.Select:
        for condition in meaning.conditions:
            select = select.where(self.condition(condition, scope), copy=False)
        return select

    def finish(self, select: exp.Select, scope: _Scope) -> None:
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

    # Tables and columns

    def scope(self, base: str, anchor: str, outer: _Scope | None = None) -> _Scope:
        scope = _Scope(base, anchor, outer=outer)
        scope.names[base] = self.alias(base)
        return scope

    def alias(self, table: str) -> str:
        self.used[table] = self.used.get(table, 0) + 1
        return table if self.used[table] == 1 else f"{table}_{self.used[table]}"

    def join(self, table: str, scope: _Scope) -> str:
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

    @staticmethod
    def table(name: str, alias: str) -> exp.Expression:
        table = exp.Table(this=_identifier(name))
        return exp.alias_(table, _identifier(alias), table=True) if alias != name else table

    def qualified(self, alias: str, table: str, column: str) -> exp.Column:
        return exp.Column(this=_identifier(column), table=_identifier(alias))

    def column(self, col: Col, scope: _Scope) -> exp.Column:
        return self.qualified(self.join(col.table, scope), col.table, col.column)

    def numeric(self, col: Col, scope: _Scope) -> exp.Expression:
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

    # Expressions

    def expression(self, expression: Expression, scope: _Scope) -> exp.Expression:
        if isinstance(expression, Col):
            return self.column(expression, scope)
        if isinstance(expression, Bucket):
            return self.bucket(expression, scope)
        return self.number(expression, scope)

    def bucket(self, bucket: Bucket, scope: _Scope) -> exp.Expression:
        column = self.column(bucket.col, scope)
        if bucket.unit == "year":
            return exp.cast(exp.Extract(this=exp.var("YEAR"), expression=column), "integer")
        truncated = exp.TimestampTrunc(this=column, unit=exp.var(bucket.unit.upper()))
        return exp.cast(truncated, "date")

    def number(self, number: Number, scope: _Scope) -> exp.Expression:
        if isinstance(number, Share):
            part = self.number(number.of, scope)
            total = exp.Window(this=exp.Sum(this=part.copy()))
            return exp.Div(
                this=exp.Mul(this=exp.Literal.number("100.0"), expression=part),
                expression=exp.Nullif(this=total, expression=exp.Literal.number(0)),
            )
        if isinstance(number, Count):
            return self.count(number, scope)
        if isinstance(number, Aggregate):
            column = self.numeric(number.col, scope)
            if number.function == "median":
                return exp.WithinGroup(
                    this=exp.PercentileCont(this=exp.Literal.number("0.5")),
                    expression=exp.Order(expressions=[exp.Ordered(this=column)]),
                )
            functions = {"avg": exp.Avg, "sum": exp.Sum, "min": exp.Min, "max": exp.Max}
            return functions[number.function](this=column)
        return self.measure(number, scope)

    def count(self, count: Count, scope: _Scope) -> exp.Expression:
        if count.col is not None:
            return exp.Count(this=exp.Distinct(expressions=[self.column(count.col, scope)]))
        if count.table == scope.base:
            return exp.Count(this=exp.Star())
        if self.joins.pairs_uniquely(scope.base, count.table, self.base_tables):
            return exp.Count(this=exp.Star())
        keys = self.lexicon.table(count.table).primary_key
        if not keys:
            raise Unreachable(f"rows of {count.table} cannot be told apart")
        columns = [self.column(Col(count.table, key), scope) for key in keys]
        return exp.Count(
            this=exp.Distinct(expressions=[columns[0] if len(columns) == 1 else exp.Tuple(expressions=columns)])
        )

    def measure(self, measured: Measured, scope: _Scope) -> exp.Expression:
        measure = measured.alternatives[self.measured.get(measured, 0)]
        alias = self.join(measure.table, scope)
        tree = _parsed(measure.expression).copy()
        table = self.lexicon.table(measure.table)
        for column in list(tree.find_all(exp.Column)):
            found = table.column(column.name)
            column.replace(self.qualified(alias, measure.table, found.name if found else column.name))
        return tree

    def aliased(self, expressions: Sequence[Expression], trees: Sequence[exp.Expression]) -> list[exp.Expression]:
        """Columns keep their names; two of one name get their tables before them; numbers get a spoken name."""
        names: list[str] = []
        taken = [e.column for e in expressions if isinstance(e, Col)]
        for expression in expressions:
            name = self.output_name(expression)
            if isinstance(expression, Col) and taken.count(expression.column) > 1:
                name = f"{expression.table}_{expression.column}"
            while name in names:
                name += "_2"
            names.append(name)
        return [
            tree
            if isinstance(expression, Col) and expression.column == name
            else exp.alias_(tree, _identifier(name), quoted=None)
            for expression, tree, name in zip(expressions, trees, names, strict=True)
        ]

    def output_name(self, expression: Expression) -> str:
        if isinstance(expression, Col):
            return expression.column
        if isinstance(expression, Bucket):
            return expression.unit
        if isinstance(expression, Share):
            return "percent"
        if isinstance(expression, Measured):
            return _slug(expression.alternatives[0].name)
        if isinstance(expression, Aggregate):
            return _slug(f"{expression.function}_{expression.col.column}")
        return _slug(f"number_of_{expression.col.column}" if expression.col else f"number_of_{expression.table}")

    def sort(self, sort: Sort, scope: _Scope) -> exp.Expression:
        tree = self.numeric(sort.by, scope) if isinstance(sort.by, Col) else self.expression(sort.by, scope)
        return exp.Ordered(this=tree, desc=sort.down, nulls_first=False)

    def having(self, having: Having, scope: _Scope) -> exp.Expression:
        return _compared(self.number(having.number, scope), having.operator, _literal(having.value))

    # Conditions

    def condition(self, condition: Condition, scope: _Scope) -> exp.Expression:
        if isinstance(condition, AnyOf):
            return exp.paren(exp.or_(*(self.condition(inner, scope) for inner in condition.conditions)))
        if isinstance(condition, AllOf):
            every = exp.and_(*(self.condition(inner, scope) for inner in condition.conditions))
            return exp.not_(exp.paren(every)) if condition.negated else every
        if isinstance(condition, Exists):
            plain = not condition.negated and condition.quantity is None and bool(condition.conditions)
            if self.flat and plain and scope.outer is None and condition.table in self.joins.reach(scope.base):
                return exp.and_(*(self.condition(inner, scope) for inner in condition.conditions))
            return self.exists(condition, scope)
        if condition.col.table not in self.joins.reach(scope.base):
            negated = isinstance(condition, OneOf | TextMatch) and condition.negated
            positive = condition
            if negated and isinstance(condition, OneOf):
                positive = OneOf(condition.col, condition.values)
            elif negated and isinstance(condition, TextMatch):
                positive = TextMatch(condition.col, condition.operator, condition.text)
            return self.exists(Exists(scope.anchor, condition.col.table, (positive,), negated), scope)
        return self.simple(condition, scope)

    def simple(self, condition: Condition, scope: _Scope) -> exp.Expression:
        if isinstance(condition, Compare):
            catalogued = self.lexicon.column(condition.col.table, condition.col.column)
            if isinstance(condition.value, str) or catalogued.type == "boolean":
                column: exp.Expression = self.column(condition.col, scope)
            else:
                column = self.numeric(condition.col, scope)
            return _compared(column, condition.operator, _literal(condition.value))
        if isinstance(condition, CompareAverage):
            inner = self.scope(condition.col.table, condition.col.table)
            average = exp.Select().select(exp.Avg(this=self.numeric(condition.col, inner)))
            self.finish(average, inner)
            return _compared(self.numeric(condition.col, scope), condition.operator, average.subquery())
        if isinstance(condition, OneOf):
            return self.one_of(condition, scope)
        if isinstance(condition, TextMatch):
            pattern = condition.text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
            wrapped = {"contains": f"%{pattern}%", "starts": f"{pattern}%", "ends": f"%{pattern}"}[condition.operator]
            column = self.column(condition.col, scope)
            like = exp.ILike(this=column, expression=exp.Literal.string(wrapped))
            return exp.not_(like) if condition.negated else like
        if isinstance(condition, IsNull):
            null = exp.Is(this=self.column(condition.col, scope), expression=exp.Null())
            return exp.not_(null) if condition.negated else null
        assert isinstance(condition, During)
        return self.during(condition, scope)

    def one_of(self, condition: OneOf, scope: _Scope) -> exp.Expression:
        numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in condition.values)
        column = self.numeric(condition.col, scope) if numbers else self.column(condition.col, scope)
        if len(condition.values) == 1:
            return _compared(column, "<>" if condition.negated else "=", _literal(condition.values[0]))
        within = exp.In(this=column, expressions=[_literal(value) for value in condition.values])
        return exp.not_(within) if condition.negated else within

    def during(self, condition: During, scope: _Scope) -> exp.Expression:
        column = self.column(condition.col, scope)
        sides: list[exp.Expression] = []
        if condition.period.start:
            sides.append(exp.GTE(this=column, expression=_date(condition.period.start.isoformat())))
        if condition.period.end:
            sides.append(exp.LT(this=column.copy(), expression=_date(condition.period.end.isoformat())))
        return exp.and_(*sides)

    def exists(self, condition: Exists, scope: _Scope) -> exp.Expression:
        """Rows of another table that belong to the row at hand, found from the table that pairs the two."""
        anchor = condition.anchor if condition.anchor in self.joins.reach(scope.base) else scope.anchor
        outer_alias = self.join(anchor, scope)
        base = self.joins.base({anchor, condition.table})
        if base is None:
            raise Unreachable(f"{anchor} and {condition.table} are not related by any foreign key")
        if base == anchor:
            inner_condition = exp.and_(exp.true(), *(self.condition(inner, scope) for inner in condition.conditions))
            path = self.joins.path(anchor, condition.table) or ()
            held = exp.and_(
                *(
                    exp.not_(exp.Is(this=self.qualified(outer_alias, anchor, c), expression=exp.Null()))
                    for c in path[0].columns
                )
            )
            both = exp.and_(held, inner_condition) if condition.conditions else held
            return exp.not_(exp.paren(both)) if condition.negated else both
        path = self.joins.path(base, anchor)
        assert path
        inner = self.scope(base, condition.table, outer=scope)
        last = path[-1]
        child_alias = self.join(last.child, inner)
        link = [
            self.equal(
                self.qualified(child_alias, last.child, column), self.qualified(outer_alias, anchor, target),
                (last.child, column), (anchor, target),
            )
            for column, target in zip(last.columns, last.to, strict=True)
        ]  # fmt: skip
        select = exp.Select()
        conditions = [self.condition(one, inner) for one in condition.conditions]
        if condition.quantity is not None:
            self.base_tables, kept = {anchor}, self.base_tables
            select = select.select(self.count(Count(condition.table), inner))
            self.base_tables = kept
        else:
            select = select.select(exp.Literal.number(1))
            if condition.table != base:
                self.join(condition.table, inner) if condition.conditions else None
        select = select.where(*link, *conditions)
        self.finish(select, inner)
        if condition.quantity is not None:
            operator, value = condition.quantity
            return _compared(select.subquery(), operator, _literal(value))
        found = exp.Exists(this=select)
        return exp.not_(found) if condition.negated else found


@lru_cache(maxsize=256)
def _parsed(expression: str) -> exp.Expression:
    return parse_one(expression, dialect="postgres")


def _identifier(name: str) -> exp.Identifier:
    return exp.to_identifier(name, quoted=not _PLAIN.match(name) or name in _RESERVED)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9_]+", "_", text.lower()).strip("_") or "value"


def _literal(value: Literal) -> exp.Expression:
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if isinstance(value, int | float):
        return exp.Literal.number(value)
    return exp.Literal.string(value)


def _date(text: str) -> exp.Expression:
    return exp.cast(exp.Literal.string(text), "date")


def _compared(left: exp.Expression, operator: str, right: exp.Expression) -> exp.Expression:
    kinds = {"=": exp.EQ, "<>": exp.NEQ, ">": exp.GT, ">=": exp.GTE, "<": exp.LT, "<=": exp.LTE}
    return kinds[operator](this=left, expression=right)
