"""Meaning to SQL: a sqlglot tree in PostgreSQL's dialect, in which no row is counted twice."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from .filters import Filters
from .joins import Ambiguous, Joins
from .lexicon import Lexicon
from .meaning import (
    Aggregate,
    Bucket,
    Col,
    Count,
    Expression,
    Having,
    Meaning,
    Measured,
    Number,
    Share,
    Sort,
)
from .scopes import Scope, Unreachable
from .trees import compared, identifier, literal, parsed, slug
from .words import name_words


def statement(meaning: Meaning, lexicon: Lexicon, joins: Joins) -> exp.Query:
    """The tree of one SELECT. Raises Unreachable or Ambiguous when the tables cannot be joined safely."""
    return Writer(lexicon, joins).query(meaning)


class Writer(Filters):
    """Writes one statement."""

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

    def body(self, select: exp.Select, meaning: Meaning, scope: Scope) -> exp.Select:
        for condition in meaning.conditions:
            select = select.where(self.condition(condition, scope), copy=False)
        return select

    def expression(self, expression: Expression, scope: Scope) -> exp.Expression:
        if isinstance(expression, Col):
            return self.column(expression, scope)
        if isinstance(expression, Bucket):
            return self.bucket(expression, scope)
        return self.number(expression, scope)

    def bucket(self, bucket: Bucket, scope: Scope) -> exp.Expression:
        column = self.column(bucket.col, scope)
        if bucket.unit == "year":
            return exp.cast(exp.Extract(this=exp.var("YEAR"), expression=column), "integer")
        truncated = exp.TimestampTrunc(this=column, unit=exp.var(bucket.unit.upper()))
        return exp.cast(truncated, "date")

    def number(self, number: Number, scope: Scope) -> exp.Expression:
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

    def count(self, count: Count, scope: Scope) -> exp.Expression:
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

    def measure(self, measured: Measured, scope: Scope) -> exp.Expression:
        measure = measured.alternatives[self.measured.get(measured, 0)]
        alias = self.join(measure.table, scope)
        tree = parsed(measure.expression).copy()
        table = self.lexicon.table(measure.table)
        for column in list(tree.find_all(exp.Column)):
            found = table.column(column.name)
            column.replace(self.qualified(alias, measure.table, found.name if found else column.name))
        return tree

    def aliased(self, expressions: Sequence[Expression], trees: Sequence[exp.Expression]) -> list[exp.Expression]:
        """Columns keep their names; two of one name get their tables before them; numbers get a spoken name.

        Beside a number, a column that is only called `name` speaks for its table: sales by region, not by name.
        """
        names: list[str] = []
        grouped = not all(isinstance(e, Col | Bucket) for e in expressions)
        taken = [e.column for e in expressions if isinstance(e, Col)]
        for expression in expressions:
            name = self.output_name(expression)
            if isinstance(expression, Col) and taken.count(expression.column) > 1:
                name = f"{expression.table}_{expression.column}"
            elif isinstance(expression, Col) and grouped and name in ("name", "title", "label"):
                name = slug(" ".join(name_words(expression.table)))
            while name in names:
                name += "_2"
            names.append(name)
        return [
            tree
            if isinstance(expression, Col) and expression.column == name
            else exp.alias_(tree, identifier(name), quoted=None)
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
            return slug(expression.alternatives[0].name)
        if isinstance(expression, Aggregate):
            return slug(f"{expression.function}_{expression.col.column}")
        return slug(f"number_of_{expression.col.column}" if expression.col else f"number_of_{expression.table}")

    def sort(self, sort: Sort, scope: Scope) -> exp.Expression:
        tree = self.numeric(sort.by, scope) if isinstance(sort.by, Col) else self.expression(sort.by, scope)
        return exp.Ordered(this=tree, desc=sort.down, nulls_first=False)

    def having(self, having: Having, scope: Scope) -> exp.Expression:
        return compared(self.number(having.number, scope), having.operator, literal(having.value))
