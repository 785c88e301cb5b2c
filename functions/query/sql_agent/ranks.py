"""Ranks and orders: `top 10 customers by spend`, `the album with the most tracks`, `sorted by age`."""

from __future__ import annotations

from collections.abc import Sequence

from .columns import is_numeric, is_temporal
from .lexicon import Sense
from .meaning import (
    Aggregate,
    Bucket,
    Col,
    Count,
    Expression,
    Measured,
    Number,
    Share,
    Sort,
)
from .phrases import (
    Did,
    Noun,
    Ordered,
    Superlative,
)
from .subjects import Subjects
from .unclear import Unclear


class Ranks(Subjects):
    """Puts superlatives and orders into the draft."""

    limited_column: Col | None = None
    pending_rank: bool | None = None
    """Whether the top is wanted, until something says by what."""

    def rank(self, superlative: Superlative, table: str, limit: int | None) -> None:
        """`the youngest singer`, `top 10 customers by spend`, `the album with the most tracks`."""
        draft = self.draft
        keys = [Col(table, key) for key in self.lexicon.table(table).primary_key]
        shown = [e for e in draft.listed if isinstance(e, Col)]
        if superlative.words in ("top", "bottom"):
            draft.limit = limit or 1
            self.pending_rank = superlative.most
            return
        if superlative.popular or superlative.selling:
            number = self.popularity(superlative, table)
            self.grouped_by_rank(shown, keys, number, superlative.most, limit)
            return
        if superlative.by is not None:
            if (
                superlative.by.senses
                and superlative.by.said
                and self.entity(superlative.by, table) is None
                and (not self.is_measure(superlative.by))
            ):
                draft.conditions.extend(self.conditions.of(superlative.by.said, table))
            number = self.rank_number(superlative.by, table)
            held = self.held_number(superlative.by, table) if isinstance(number, Count) else None
            if held is not None:
                self.ranked_by(held, superlative.most, table, limit)
                return
            if number is not None and number != Count(table):
                self.grouped_by_rank(shown, keys, number, superlative.most, limit)
                return
            if number is not None:
                raise Unclear("it is compared with its own kind", superlative.by.start, superlative.by.end)
            col = self.conditions.column(self.as_column(superlative.by, table), table, numeric=True)
            if col.table not in self.joins.reach(table):
                column = self.lexicon.column(col.table, col.column)
                raise Unclear(f"a row of {table} has many of {column.name}", superlative.by.start, superlative.by.end)
            self.ranked_by(col, superlative.most, table, limit)
            return
        col, up = self.choose.for_adjective(superlative.adjective, table)
        self.ranked_by(col, superlative.most == up, table, limit)

    def held_number(self, noun: Noun, table: str) -> Col | None:
        """The column in which rows hold how many they have: `the party with the most hosts`, beside number_of_hosts."""
        inner = noun.count_of or noun
        if inner.said or inner.distinct:
            return None
        counted = {sense.table for sense in inner.senses if sense.kind == "table"}
        for name in counted:
            for column in self.lexicon.columns(self.lexicon.table(table)):
                if is_numeric(column) and self.held_count(Col(table, column.name)) == name:
                    return Col(table, column.name)
        return None

    def rank_column(self, superlative: Superlative, col: Col, limit: int | None) -> None:
        """`which city has the most customers`, `the most common nationality`."""
        if superlative.popular:
            count = Count(col.table)
            self.grouped_by_rank([col], [], count, superlative.most, limit)
            return
        if superlative.words in ("top", "bottom"):
            self.draft.limit = limit or 1
            self.pending_rank = superlative.most
            self.limited_column = col
            return
        if superlative.by is not None:
            functions = superlative.by.functions
            if len(functions) == 1 and not self.is_measure(superlative.by):
                plain = Noun(superlative.by.start, superlative.by.end, senses=superlative.by.senses)
                aggregate = Aggregate(functions[0], self.conditions.column(plain, col.table, numeric=True))
                self.draft.conditions.extend(self.conditions.of(superlative.by.said, col.table))
                self.grouped_by_rank([col], [], aggregate, superlative.most, limit)
                return
            number = self.rank_number(superlative.by, col.table)
            if number is not None:
                self.grouped_by_rank([col], [], number, superlative.most, limit)
                return
            by = self.conditions.column(superlative.by, col.table, numeric=True)
            self.draft.order.append(Sort(by, superlative.most))
            self.draft.limit = limit or 1
            return
        raise Unclear("the best of an attribute is not clear")

    def rank_number(self, noun: Noun, near: str) -> Number | None:
        """What a rank counts or measures; None when it is a column's value."""
        noun = self.as_column(noun, near)
        if noun.unit_of_time is not None:
            return None
        if noun.count_of is not None or (self.entity(noun, near) is not None):
            inner = noun.count_of or noun
            table = self.entity(inner, near) if inner.start < inner.end else near
            if table is None:
                raise Unclear("it is not clear what to count", noun.start, noun.end)
            self.draft.conditions.extend(self.conditions.of([s for s in inner.said if not isinstance(s, Did)], table))
            if table != near and table in self.joins.reach(near) and near not in self.joins.reach(table):
                raise Unclear("each has only one", inner.start, inner.end)
            return Count(table)
        if self.is_measure(noun):
            measured = self.measured(noun)
            self.draft.conditions.extend(self.conditions.of(noun.said, measured.alternatives[0].table))
            return measured
        if noun.functions:
            col = self.conditions.column(Noun(noun.start, noun.end, senses=noun.senses, owner=noun.owner), near, True)
            if len(noun.functions) != 1 or (col.table in self.joins.reach(near) and noun.functions != ("sum",)):
                raise Unclear("which number to rank by is not clear", noun.start, noun.end)
            if col.table in self.joins.reach(near):
                return None
            self.draft.conditions.extend(self.conditions.of(noun.said, col.table))
            return Aggregate(noun.functions[0], col)
        return None

    def grouped_by_rank(
        self, label: Sequence[Col], keys: Sequence[Col], number: Number, down: bool, limit: int | None
    ) -> None:
        draft = self.draft
        if number not in draft.numbers:
            draft.numbers.append(number)
            if number not in draft.outputs:
                draft.outputs.append(number)
        draft.groups.extend(col for col in label if col not in draft.groups)
        draft.keys.extend(keys)
        draft.order.append(Sort(number, down))
        draft.limit = limit or 1

    def ranked_by(self, col: Col, down: bool, table: str, limit: int | None) -> None:
        draft = self.draft
        column = self.lexicon.column(col.table, col.column)
        if not is_numeric(column) and not is_temporal(column):
            raise Unclear(f"{col.column} is not a number")
        draft.order.append(Sort(col, down))
        draft.limit = limit or 1
        if col not in draft.outputs and all(head.count_of is None for head in self.question.heads):
            draft.outputs.append(col)

    def popularity(self, superlative: Superlative, table: str) -> Number:
        """Best selling goes by the measure of sales; most common by how many rows point at it."""
        if superlative.selling:
            for said in self.floats:
                if isinstance(said, Ordered) and said.nouns:
                    number = self.rank_number(said.nouns[0], table)
                    if number is not None:
                        self.floats.remove(said)
                        return number
            for name in ("sale", "revenue"):
                for phrase, sense in self.lexicon.phrases.get(name, ()):
                    if phrase == (name,) and sense.kind == "measure":
                        return Measured(self.lexicon.measures(sense.measure))
            raise Unclear("there is no measure of sales", ambiguous=True)
        if "popular" in superlative.words:
            raise Unclear(f"it is not clear in what {table} would be popular", ambiguous=True)
        pointing = [
            name
            for name in self.joins.tables
            if name != table and any(t == table and len(p[0]) == 1 for t, p in self.joins.reach(name).items())
        ]
        if len(pointing) != 1:
            raise Unclear(f"it is not clear in what {table} would be popular", ambiguous=True)
        return Count(pointing[0])

    def ordered(self, said: Ordered, subject: str, counted: str) -> None:
        draft = self.draft
        if draft.order and all(isinstance(s.by, Bucket) for s in draft.order):
            draft.order.clear()
        down = said.down
        if down is None and (draft.limit is not None or self.pending_rank is not None):
            down = True if self.pending_rank is None else self.pending_rank
        if not said.nouns:
            self.order_by_first(bool(down))
            return
        for noun in said.nouns:
            draft.order.append(Sort(self.order_key(noun, subject, counted), bool(down)))
        self.pending_rank = None

    def order_by_first(self, down: bool) -> None:
        draft = self.draft
        if draft.order:
            draft.order = [Sort(sort.by, down) for sort in draft.order]
            return
        first: Expression | None = draft.numbers[0] if draft.numbers else (draft.listed[0] if draft.listed else None)
        if first is None:
            raise Unclear("it is not clear what to sort by")
        draft.order.append(Sort(first, down))

    def order_key(self, noun: Noun, subject: str, counted: str) -> Expression:
        draft = self.draft
        keys = [Col(subject, key) for key in self.lexicon.table(subject).primary_key]
        shown = [e for e in draft.listed if isinstance(e, Col)]
        if noun.count_of is not None and noun.count_of.start == noun.count_of.end:
            if draft.numbers:
                return draft.numbers[0]
            if len(shown) != 1:
                raise Unclear("it is not clear what to count", noun.start, noun.end)
            count: Number = Count(shown[0].table)
            self.add_number(count, shown, [])
            return count
        if any(s.kind == "column" and self.held_count(Col(s.table, s.column)) == subject for s in noun.senses):
            table = Sense("table", subject)  # `ordered by the number of trips` counts the trips that are spoken of
            noun = Noun(noun.start, noun.end, count_of=Noun(noun.start, noun.end, senses=(table,)))
        column_head = bool(shown) and self.entity(self.question.heads[0]) is None
        number = self.rank_number(noun, subject)
        if number is not None:
            if number in draft.numbers:
                return number
            if draft.numbers and draft.groups:
                draft.numbers.append(number)
                draft.outputs.append(number)
                return number
            if column_head and len(shown) == 1 and (isinstance(number, Count) or self.limited_column == shown[0]):
                self.add_number(number, shown, [])
            else:
                self.add_number(number, shown, keys)
            return number
        near = subject if not draft.numbers else counted
        noun = self.as_column(noun, near)
        if draft.numbers and not noun.functions:
            for existing in draft.numbers:
                inner = existing.of if isinstance(existing, Share) else existing
                if isinstance(inner, Aggregate) and any(
                    s.kind == "column" and (s.table, s.column) == (inner.col.table, inner.col.column)
                    for s in noun.senses
                ):
                    return existing
        col = self.conditions.column(noun, near)
        self.draft.conditions.extend(self.related_conditions(noun.said, col.table))
        same = [group for group in draft.groups if isinstance(group, Col) and self.choose.same_key(group, col)]
        if draft.numbers and col not in draft.groups and same:
            return same[0]
        if draft.numbers and col not in draft.groups:
            if draft.groups and any(isinstance(g, Col) and g.table == col.table for g in draft.groups) and draft.keys:
                draft.keys.append(col)
                return col
            raise Unclear("it is sorted by something outside its groups", noun.start, noun.end)
        if col.table not in self.joins.reach(subject) and not draft.numbers:
            raise Unclear("it is sorted by something of which there are many", noun.start, noun.end)
        if draft.limit is not None and col not in draft.outputs:
            draft.outputs.append(col)
        return col

    def add_number(self, number: Number, shown: Sequence[Col], keys: Sequence[Col]) -> None:
        draft = self.draft
        draft.numbers.append(number)
        draft.outputs.append(number)
        draft.groups.extend(col for col in shown if col not in draft.groups)
        draft.keys.extend(keys)
