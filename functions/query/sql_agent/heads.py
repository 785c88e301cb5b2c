"""What is asked for: rows, attributes, counts and measures put into the draft."""

from __future__ import annotations

from collections.abc import Sequence

from .choose import spoken
from .columns import is_numeric, is_temporal
from .groups import Groups
from .meaning import (
    Aggregate,
    Col,
    Count,
    Having,
    Number,
)
from .names import RELATIVE
from .phrases import (
    Being,
    Did,
    Noun,
    Related,
    Said,
    Superlative,
    Where,
)
from .unclear import Unclear
from .words import name_words


class Heads(Groups):
    """Puts what is listed, counted or measured into the draft."""

    def head(self, noun: Noun, subject: str) -> None:
        if noun.none or noun.quantity or (noun.count_of and (noun.count_of.none or noun.count_of.quantity)):
            raise Unclear("it says how many it wants without an order", noun.start, noun.end)
        noun = self.as_column(noun, subject)
        if noun.all_columns:
            self.everything(noun, subject)
        elif noun.count_of is not None:
            self.count(noun, subject)
        elif noun.unit_of_time is not None and not noun.senses:
            raise Unclear("a unit of time is asked for", noun.start, noun.end)
        elif noun.functions:
            self.aggregate(noun, subject)
        elif self.is_measure(noun):
            self.measure(noun, subject)
        else:
            table = self.entity(noun, subject)
            if table is not None:
                self.rows(noun, table, subject)
            else:
                self.attribute(noun, subject)

    def everything(self, noun: Noun, subject: str) -> None:
        """All columns of the rows."""
        table = self.entity(noun, subject)
        if table is None:
            raise Unclear("it is not clear what is asked for", noun.start, noun.end)
        columns = [Col(table, column.name) for column in self.lexicon.columns(self.lexicon.table(table))]
        self.draft.listed.extend(columns)
        self.draft.outputs.extend(columns)
        self.said_of_rows(noun, table, columns)

    def number(self, number: Number) -> None:
        self.draft.numbers.append(number)
        self.draft.outputs.append(number)

    def count(self, noun: Noun, subject: str) -> None:
        inner = noun.count_of
        if noun.functions or noun.superlative is not None or noun.limit:
            raise Unclear("a number of a number", noun.start, noun.end)
        if inner.superlative is not None or inner.limit or inner.functions:
            raise Unclear("how many of the best is not a question", inner.start, inner.end)
        if self.is_measure(inner):
            measured = self.measured(inner)
            counts = measured.alternatives[0].expression.upper().lstrip().startswith(("COUNT", "SUM"))
            if not counts or measured.alternatives[0].unit:
                raise Unclear("it is an amount, not a number of things", inner.start, inner.end, ambiguous=True)
            self.say(inner, measured.alternatives[0].table)
            self.number(measured)
            return
        table = self.entity(inner, subject)
        if table is not None:
            self.check_counted(inner, table)
            sense = self.choose.table(inner.senses, subject)
            self.choose.cost += sense.cost if sense else 0.0
            self.number(Count(table))
            self.say(inner, table)
            return
        anchor = (self.anchors(inner) or [subject])[0]
        col = self.conditions.column(inner, anchor)
        column = self.lexicon.column(col.table, col.column)
        if self.lexicon.spelled(col.table, col.column)[:2] == ("number", "of") and not is_numeric(column):
            raise Unclear(f"{col.column} is not a number", inner.start, inner.end)
        if is_numeric(column) and not inner.distinct and not self.lexicon.is_key(self.lexicon.table(col.table), column):
            if column.type != "integer" or "year" in name_words(column.name):
                raise Unclear("it is not clear whether to count or to add", inner.start, inner.end, ambiguous=True)
            self.check_held_count(inner, col)
            self.number(Aggregate("sum", col))
        else:
            self.number(Count(col.table, col))
        self.say(inner, col.table)

    def check_counted(self, noun: Noun, table: str) -> None:
        """`How many suites`: of the one kind called so there is one; what is of that kind is not said."""
        label = (*self.lexicon.label(table), *self.lexicon.table(table).primary_key)
        for said in noun.said if not noun.senses else ():
            named = isinstance(said, Being) and any(
                s.table == table and s.column in label for operand in said.operands for s in operand.senses
            )
            if named and not self.lexicon.is_agent(table):
                raise Unclear("it does not say how many of what", noun.start, noun.end, ambiguous=True)

    def aggregate(self, noun: Noun, subject: str) -> None:
        if noun.superlative is not None or noun.limit or noun.distinct:
            raise Unclear("an average of the best is not clear", noun.start, noun.end)
        if self.is_measure(noun):
            measured = self.measured(noun)
            expression = measured.alternatives[0].expression.upper().lstrip()
            if noun.functions != ("sum",) or not expression.startswith(("SUM", "COUNT")):
                raise Unclear("the measure is not defined this way", noun.start, noun.end, ambiguous=True)
            self.say(noun, measured.alternatives[0].table)
            self.number(measured)
            return
        if not noun.senses:
            raise Unclear("it does not say of what", noun.start, noun.end)
        anchor = (self.anchors(noun) or [subject])[0]
        columns = tuple(sense for sense in noun.senses if sense.kind == "column")
        if not columns:
            if noun.functions == ("sum",) and any(s.kind == "table" for s in noun.senses):
                raise Unclear("a total of what is not clear", noun.start, noun.end, ambiguous=True)
            raise Unclear("it is not a number", noun.start, noun.end)
        col = self.conditions.column(Noun(noun.start, noun.end, senses=columns, owner=noun.owner), anchor, numeric=True)
        column = self.lexicon.column(col.table, col.column)
        for function in noun.functions:
            sortable = function in ("min", "max") and is_temporal(column)
            if not is_numeric(column) and not sortable:
                raise Unclear(f"{col.column} is not a number", noun.start, noun.end)
            if function in ("sum", "avg") and self.lexicon.is_key(self.lexicon.table(col.table), column):
                raise Unclear(f"{col.column} is a key, not a number", noun.start, noun.end)
            self.number(Aggregate(function, col))
        self.say(noun, anchor if self.joins.distance(col.table, anchor) is not None else col.table)

    def measure(self, noun: Noun, subject: str) -> None:
        if noun.superlative is not None or noun.limit or noun.distinct:
            raise Unclear("the best of a measure is not clear", noun.start, noun.end)
        measured = self.measured(noun)
        self.number(measured)
        if noun.owner:
            raise Unclear("it is not clear how they belong together", noun.start, noun.end)
        self.say(noun, measured.alternatives[0].table)

    def rows(self, noun: Noun, table: str, subject: str) -> None:
        """Rows themselves are asked for: by their label, or with all their columns."""
        sense = self.choose.table([s for s in noun.senses if s.kind == "table"], subject)
        self.choose.cost += sense.cost if sense else 0.0
        functional = table in self.joins.reach(subject) or subject in self.joins.reach(table)
        if table != subject and not functional and not any(isinstance(said, Did) for said in noun.said):
            raise Unclear(f"{table} and {subject} are not related", noun.start, noun.end)
        columns = self.row_columns(table)
        self.draft.listed.extend(columns)
        self.draft.outputs.extend(columns)
        self.draft.distinct |= noun.distinct and not self.lexicon.label(table)
        self.said_of_rows(noun, table, columns)

    def row_columns(self, table: str) -> list[Col]:
        label = self.lexicon.label(table)
        if label:
            return [Col(table, name) for name in label]
        return [Col(table, column.name) for column in self.lexicon.columns(self.lexicon.table(table))]

    def said_of_rows(self, noun: Noun, table: str, columns: Sequence[Col]) -> None:
        """Conditions on rows that are listed, and their rank."""
        plain: list[Said] = []
        for said in noun.said:
            if isinstance(said, Superlative):
                self.rank(said, table, noun.limit or said.limit)
            elif isinstance(said, Where) and self.is_measure(said.noun) and columns:
                self.having_measure(said, [c for c in columns if c.table == table],
                                    [Col(table, k) for k in self.lexicon.table(table).primary_key])  # fmt: skip
            elif isinstance(said, Related) and said.noun.quantity and not said.negated and self.is_group_form(said):
                self.having_related(said, table, [Col(table, k) for k in self.lexicon.table(table).primary_key])
            else:
                plain.append(said)
        if noun.superlative is not None:
            if noun.plural and not noun.limit:
                raise Unclear("it does not say how many of them", noun.start, noun.end, ambiguous=True)
            self.rank(noun.superlative, table, noun.limit)
        elif noun.limit:
            self.draft.limit = noun.limit
        conditions = self.conditions.of(plain, table)
        self.draft.conditions.extend(conditions)
        label = self.lexicon.label(table)
        if label and columns:
            for condition in conditions:
                col = getattr(condition, "col", None)
                if isinstance(col, Col) and col.table == table and col not in self.draft.outputs:
                    column = self.lexicon.column(col.table, col.column)
                    if is_numeric(column) or is_temporal(column):
                        self.draft.outputs.append(col)

    def is_group_form(self, said: Related) -> bool:
        quantity = said.noun.quantity
        only_rows = all(h.count_of is None and not h.functions for h in self.question.heads)
        return (
            bool(quantity)
            and quantity[0] in (">", ">=", "=")
            and quantity[1] >= 1
            and only_rows
            and len(self.question.heads) == 1
        )

    def having_measure(self, said: Where, shown: Sequence[Col], keys: Sequence[Col]) -> None:
        """`customers with sales over 45`, `countries with revenue over 100`: grouped, and shown with the number."""
        operand = said.operands[0] if len(said.operands) == 1 else None
        comparable = said.operator in (">", ">=", "<", "<=") and not said.negated
        if operand is None or operand.number is None or not comparable or len(self.question.heads) > 1:
            raise Unclear("a condition on a measure is not clear", said.noun.start, said.noun.end)
        if said.noun.functions not in ((), ("sum",)):
            raise Unclear("the measure is not defined this way", said.noun.start, said.noun.end)
        measured = self.measured(said.noun)
        unit = measured.alternatives[0].unit
        if operand.unit and unit and operand.unit != unit:
            raise Unclear(f"{measured.alternatives[0].name} is in {unit}", said.noun.start, said.noun.end)
        self.number(measured)
        self.draft.groups.extend(col for col in shown if col not in self.draft.groups)
        self.draft.keys.extend(keys)
        self.draft.having.append(Having(measured, said.operator, operand.number))

    def having_related(self, said: Related, table: str, keys: list[Col]) -> None:
        """`artists with more than 10 albums`: listed with how many they have."""
        target = self.entity(said.noun, table)
        if (
            target is None
            or target == table
            or not keys
            or self.joins.distance(table, target) is None
            or (target in self.joins.reach(table))
        ):
            self.draft.conditions.extend(self.conditions.related(said, table))
            return
        count = Count(target)
        self.number(count)
        self.draft.groups.extend(self.draft.listed)
        self.draft.keys.extend(keys)
        operator, value = said.noun.quantity
        self.draft.having.append(Having(count, operator, value))
        self.draft.conditions.extend(self.conditions.of(said.noun.said, target))

    def attribute(self, noun: Noun, subject: str) -> None:
        """A column is asked for."""
        if not noun.senses:
            raise Unclear("it is not clear what is asked for", noun.start, noun.end)
        anchor = (self.anchors(noun) or [subject])[0]
        label = self.lexicon.label(anchor)
        exact = any(s.kind == "column" and s.table == anchor and s.cost < 0.3 for s in noun.senses)
        exact |= not any(s.table == anchor for s in noun.senses)
        if len(label) == 2 and not exact and self.says_name(noun) and not noun.superlative and not noun.limit:
            self.draft.listed.extend(Col(anchor, name) for name in label)
            self.draft.outputs.extend(Col(anchor, name) for name in label)
            self.draft.distinct |= noun.distinct
            self.say(Noun(noun.start, noun.end, said=noun.said), anchor)
            return
        col = self.conditions.column(noun, anchor)
        costs = [s.cost for s in noun.senses if (s.table, s.column) == (col.table, col.column)]
        if min(costs, default=0.0) >= RELATIVE and (
            col in self.draft.listed or (col.table != anchor and not noun.owner)
        ):
            # `employees and their titles`: neither their names once more, nor what their offices are called.
            raise Unclear(f"{anchor} has nothing called so but perhaps {spoken(col)}", noun.start, noun.end)
        self.check_held_count(noun, col)
        self.draft.listed.append(col)
        self.draft.outputs.append(col)
        alone = len(self.question.heads) == 1
        self.draft.distinct |= noun.distinct
        plain: list[Said] = []
        for said in noun.said:
            if isinstance(said, Superlative):
                self.rank_column(said, col, noun.limit or said.limit)
            elif isinstance(said, Where) and self.is_measure(said.noun) and alone:
                self.having_measure(said, [col], [])
            elif isinstance(said, Related) and said.noun.quantity and not said.negated and alone:
                target = self.entity(said.noun, anchor)
                if target is None:
                    raise Unclear("how many of what is not clear", said.noun.start, said.noun.end)
                if self.joins.path(target, col.table) is None:
                    raise Unclear("it is not clear what is counted", said.noun.start, said.noun.end)
                count = Count(target)
                self.number(count)
                self.draft.groups.append(col)
                self.draft.having.append(Having(count, *said.noun.quantity))
                self.draft.conditions.extend(self.conditions.of(said.noun.said, target))
            else:
                plain.append(said)
        if noun.superlative is not None:
            self.rank_column(noun.superlative, col, noun.limit)
        elif noun.limit:
            self.draft.limit = noun.limit
            self.limited_column = col
        self.say(Noun(noun.start, noun.end, said=plain), anchor)
