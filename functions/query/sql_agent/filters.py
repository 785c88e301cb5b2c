"""Conditions as trees: WHERE, EXISTS and their negations."""

from __future__ import annotations

from sqlglot import exp

from .grain import Grain
from .meaning import (
    AllOf,
    AnyOf,
    Compare,
    CompareAverage,
    Condition,
    Count,
    During,
    Exists,
    IsNull,
    OneOf,
    TextMatch,
)
from .scopes import Scope, Unreachable
from .trees import compared, date, literal


class Filters(Grain):
    """Writes conditions."""

    def condition(self, condition: Condition, scope: Scope) -> exp.Expression:
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

    def simple(self, condition: Condition, scope: Scope) -> exp.Expression:
        if isinstance(condition, Compare):
            catalogued = self.lexicon.column(condition.col.table, condition.col.column)
            if isinstance(condition.value, str) or catalogued.type == "boolean":
                column: exp.Expression = self.column(condition.col, scope)
            else:
                column = self.numeric(condition.col, scope)
            return compared(column, condition.operator, literal(condition.value))
        if isinstance(condition, CompareAverage):
            inner = self.scope(condition.col.table, condition.col.table)
            average = exp.Select().select(exp.Avg(this=self.numeric(condition.col, inner)))
            self.finish(average, inner)
            return compared(self.numeric(condition.col, scope), condition.operator, average.subquery())
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
        return self.during(condition, scope)

    def one_of(self, condition: OneOf, scope: Scope) -> exp.Expression:
        numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in condition.values)
        column = self.numeric(condition.col, scope) if numbers else self.column(condition.col, scope)
        if len(condition.values) == 1:
            return compared(column, "<>" if condition.negated else "=", literal(condition.values[0]))
        within = exp.In(this=column, expressions=[literal(value) for value in condition.values])
        return exp.not_(within) if condition.negated else within

    def during(self, condition: During, scope: Scope) -> exp.Expression:
        column = self.column(condition.col, scope)
        sides: list[exp.Expression] = []
        if condition.period.start:
            sides.append(exp.GTE(this=column, expression=date(condition.period.start.isoformat())))
        if condition.period.end:
            sides.append(exp.LT(this=column.copy(), expression=date(condition.period.end.isoformat())))
        return exp.and_(*sides)

    def exists(self, condition: Exists, scope: Scope) -> exp.Expression:
        """Rows of another table that belong to the row at hand, found from the table that pairs the two."""
        anchor = condition.anchor if condition.anchor in self.joins.reach(scope.base) else scope.anchor
        outer_alias = self.join(anchor, scope)
        base = condition.through or self.joins.base({anchor, condition.table})
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
            return compared(select.subquery(), operator, literal(value))
        found = exp.Exists(this=select)
        return exp.not_(found) if condition.negated else found
