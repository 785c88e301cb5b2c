"""Phrases to meaning: what is listed, counted or measured, by what, in which order, under which conditions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from .choose import Chooser, Unclear
from .conditions import Conditions
from .joins import Joins
from .lexicon import Lexicon, is_numeric, is_temporal, measured_unit
from .meaning import (
    Aggregate,
    Bucket,
    Col,
    Condition,
    Count,
    Exists,
    Expression,
    Having,
    Meaning,
    Measured,
    Number,
    Share,
    Sort,
)
from .phrases import (
    Being,
    Did,
    Grouped,
    InUnit,
    Noun,
    Ordered,
    Question,
    Related,
    Said,
    Shared,
    Shown,
    Superlative,
    When,
    Where,
)
from .times import Unit
from .words import name_words

_ATTACHING = {"of", "for", "in", "from", "by", "among", "across", "at", "on", "to", "within", "have", "verb", "as", "with",
              "about", "be", "through", "over", "during"}  # fmt: skip


_FLOATING = (Grouped, Ordered, Shared, InUnit)


@dataclass
class _Draft:
    """The meaning while it is put together."""

    listed: list[Expression] = field(default_factory=list)
    numbers: list[Number] = field(default_factory=list)
    outputs: list[Expression] = field(default_factory=list)
    groups: list[Expression] = field(default_factory=list)
    keys: list[Col] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    having: list[Having] = field(default_factory=list)
    order: list[Sort] = field(default_factory=list)
    limit: int | None = None
    distinct: bool = False
    share: bool = False


class Reader:
    """Reads one question apart into its meaning. Raises Unclear where it has not exactly one."""

    def __init__(self, lexicon: Lexicon, joins: Joins) -> None:
        self.lexicon = lexicon
        self.joins = joins
        self.choose = Chooser(lexicon, joins)
        self.conditions = Conditions(lexicon, joins, self.choose)

    def read(self, question: Question) -> Meaning:
        if not question.heads:
            raise Unclear("nothing is asked for")
        self.question = question
        self.draft = _Draft(limit=question.limit)
        floats: list[Said] = []
        for head in question.heads:
            self.lift(head, floats)
        for shown in [said for said in (*floats, *question.said) if isinstance(said, Shown)]:
            question.heads.append(shown.noun)
        floats = [said for said in floats if not isinstance(said, Shown)]
        question.said = [said for said in question.said if not isinstance(said, Shown)]
        self.count_rows(floats)
        kept: list[Said] = []
        for said in question.said:
            if isinstance(said, Related):
                self.lift(said.noun, floats)
                if said.noun.each and not said.negated and said.noun.quantity is None:
                    floats.append(Grouped((said.noun,)))
                    continue
            kept.append(said)
        for said in [s for s in kept if isinstance(s, Grouped | Ordered)]:
            for noun in said.nouns:
                self.lift(noun, floats)
        self.floats = [*floats, *(s for s in kept if isinstance(s, _FLOATING))]
        self.whole = [s for s in kept if not isinstance(s, _FLOATING)]
        for said in self.floats:
            for noun in said.nouns if isinstance(said, Grouped) else ():
                self.whole.extend(self.undated(noun))
                if noun.unit_of_time is not None and not noun.senses:
                    self.whole.extend(noun.said)
                    noun.said = []
        return self.assemble()

    def count_rows(self, floats: Sequence[Said]) -> None:
        """`appointments per physician` are how many, for the rows themselves could not be grouped."""
        heads = self.question.heads
        grouped = [s for s in (*floats, *self.question.said) if isinstance(s, Grouped)]
        if len(heads) != 1 or not grouped or self.is_number(heads[0]) or heads[0].superlative or heads[0].limit:
            return
        if any(isinstance(said, Superlative) for said in heads[0].said) or any(n.said for s in grouped for n in s.nouns):
            return
        table = self.entity(heads[0])
        if table is None or any(noun.senses and self.entity(noun, table) == table for s in grouped for noun in s.nouns):
            return
        heads[0] = Noun(heads[0].start, heads[0].end, count_of=heads[0])

    def lift(self, noun: Noun, floats: list[Said], counted: bool = False) -> None:
        """Groups, orders and shares said of an inner noun are said of the whole."""
        stay: list[Said] = []
        for said in noun.said:
            if isinstance(said, Grouped | Ordered | Shared | InUnit | Shown):
                for inner in said.nouns if isinstance(said, Grouped | Ordered) else ():
                    self.lift(inner, floats)
                floats.append(said)
            elif isinstance(said, Related):
                self.lift(said.noun, floats)
                if said.noun.each and not said.negated and said.noun.quantity is None and said.link in _ATTACHING:
                    stay.extend(self.undated(said.noun))
                    floats.append(Grouped((said.noun,)))
                    if counted or self.is_number(noun) or self.entity(said.noun) is None:
                        continue
                stay.append(said)
            else:
                stay.append(said)
        noun.said = stay
        if noun.count_of is not None:
            self.lift(noun.count_of, floats, counted=True)

    @staticmethod
    def undated(noun: Noun) -> list[Said]:
        """Takes from a noun the periods that no verb binds to it: `orders per store in 2025` are orders in 2025."""
        loose: list[Said] = [said for said in noun.said if isinstance(said, When) and not said.verbs]
        noun.said = [said for said in noun.said if said not in loose]
        return loose

    # Subject

    def is_number(self, noun: Noun) -> bool:
        return noun.count_of is not None or bool(noun.functions) or self.is_measure(noun)

    def is_measure(self, noun: Noun) -> bool:
        if not noun.senses:
            return False
        best = min(sense.cost for sense in noun.senses)
        kinds = [sense.kind for sense in noun.senses if sense.cost - best < 0.3]
        if "measure" not in kinds:
            return False
        return "table" not in kinds or (self.question.heads and bool(noun.functions))

    def entity(self, noun: Noun, anchor: str = "") -> str | None:
        """The table whose rows a noun means; None for an attribute or a number."""
        if noun.count_of is not None or noun.functions or self.is_measure(noun):
            return None
        tables = [sense for sense in noun.senses if sense.kind == "table"]
        columns = [sense for sense in noun.senses if sense.kind == "column"]
        if tables:
            if noun.owner or (columns and min(c.cost for c in columns) < min(t.cost for t in tables)):
                return None
            if columns and anchor:
                own = [c for c in columns if c.table == anchor and c.cost <= tables[0].cost + 0.05]
                linked = self.joins.distance(anchor, tables[0].table)
                if own and tables[0].table != anchor and linked is None:
                    return None
            try:
                sense = self.choose.table(tables, anchor)
            except Unclear as unclear:
                raise Unclear(unclear.reason, noun.start, noun.end, unclear.ambiguous) from None
            return sense.table if sense else None
        if not noun.senses and noun.unit_of_time is None:
            for said in noun.said:
                if isinstance(said, Being) and said.operands and said.operands[0].senses and not said.negated:
                    values = {s.table for s in said.operands[0].senses if s.kind == "value"}
                    if anchor in values:
                        return anchor
                    if len(values) == 1:
                        return values.pop()
        return None

    def anchors(self, noun: Noun) -> list[str]:
        """The tables that a head names as its owner, nearest first."""
        found: list[str] = []
        if noun.owner:
            owner = self.choose.table(noun.owner)
            if owner:
                found.append(owner.table)
        for said in noun.said:
            if (
                isinstance(said, Related)
                and said.link in _ATTACHING
                and said.noun.quantity is None
                and not said.negated
            ):
                table = self.entity(said.noun)
                if table:
                    found.append(table)
                    break
                found.extend(self.anchors(said.noun))
        return found

    def subject(self) -> str:
        """The table that the question is about, by its heads or by what is said of them."""
        numbers = [head for head in self.question.heads if self.is_number(head)]
        for head in (*[h for h in self.question.heads if h not in numbers], *numbers):
            inner = head.count_of or head
            table = self.entity(inner)
            if table:
                return table
            found = self.anchors(inner)
            if found:
                return found[0]
        for said in (*self.whole, *self.floats):
            nouns = said.nouns if isinstance(said, Grouped) else (said.noun,) if isinstance(said, Related) else ()
            for noun in nouns:
                table = self.entity(noun)
                if table:
                    return table
                found = self.anchors(noun)
                if found:
                    return found[0]
        for head in self.question.heads:
            for said in head.said:
                if isinstance(said, Related):
                    table = self.entity(said.noun)
                    if table:
                        return table
                if isinstance(said, Superlative) and said.by is not None:
                    table = self.entity(said.by.count_of or said.by)
                    if table:
                        return table
        for said in self.floats:
            if isinstance(said, Ordered):
                for noun in said.nouns:
                    table = self.entity(noun.count_of or noun) if noun.start < noun.end else None
                    if table:
                        return table
        return self.by_columns()

    def by_columns(self, with_groups: bool = True) -> str:
        """With no table named: the one table that has all the attributes asked for."""
        heads = [head.count_of or head for head in self.question.heads]
        if with_groups:
            heads += [n for said in self.floats if isinstance(said, Grouped) for n in said.nouns if n.senses]
        measures = [s for head in heads for s in head.senses if s.kind == "measure"]
        if measures:
            return measures[0].table
        scores: dict[str, float] = {}
        for table in self.joins.tables:
            total = 0.0
            for head in heads:
                costs = [s.cost for s in head.senses if s.kind == "column" and s.table == table]
                if not costs:
                    break
                total += min(costs)
            else:
                if heads:
                    scores[table] = total
        ranked = sorted((cost, table) for table, cost in scores.items())
        if not ranked and with_groups:
            return self.by_columns(with_groups=False)
        if not ranked:
            head = heads[0]
            raise Unclear("it does not say of what", head.start, head.end)
        if len(ranked) > 1 and ranked[1][0] - ranked[0][0] < 0.06:
            raise Unclear(f"it could be of {ranked[0][1]} or of {ranked[1][1]}", heads[0].start, heads[0].end, True)
        return ranked[0][1]

    # Assembly

    def assemble(self) -> Meaning:
        draft = self.draft
        subject = self.subject()
        self.ranked: tuple[str, list[Sort], int | None] | None = None
        for head in self.question.heads:
            self.head(head, subject)
        counted = self.counted_table(subject)
        self.apply_whole(subject, counted)
        for said in self.floats:
            if isinstance(said, Grouped):
                for noun in said.nouns:
                    self.group(noun, counted if draft.numbers else subject)
        for said in self.floats:
            if isinstance(said, Ordered):
                self.ordered(said, subject, counted)
        if any(isinstance(said, Shared) for said in self.floats):
            if len(draft.numbers) != 1 or isinstance(draft.numbers[0], Share) or not draft.groups:
                raise Unclear("a share of what is not clear")
            share = Share(draft.numbers[0])
            draft.outputs = [share if output == draft.numbers[0] else output for output in draft.outputs]
            draft.numbers = [share]
        if draft.groups and not draft.numbers:
            raise Unclear("it is grouped, but nothing is counted or summed")
        if self.pending_rank is not None or (draft.limit is not None and not draft.order):
            raise Unclear("it does not say by what to rank", ambiguous=True)
        self.check_units()
        self.implicit_groups(counted)
        return self.finish(subject, counted)

    def check_units(self) -> None:
        """`in milliseconds` says nothing new of a number that is in milliseconds; anything else is declined."""
        for said in self.floats:
            if isinstance(said, InUnit):
                cols = [n.col for n in self.draft.numbers if isinstance(n, Aggregate)]
                cols += [e for e in self.draft.listed if isinstance(e, Col)]
                if not any(measured_unit(self.lexicon.column(c.table, c.column)) == said.unit for c in cols):
                    raise Unclear("the numbers are not in this unit")

    def implicit_groups(self, counted: str) -> None:
        """`names of teachers and the number of courses they teach` counts for each teacher."""
        draft = self.draft
        listed = [e for e in draft.listed if isinstance(e, Col) and e not in draft.groups]
        if not draft.numbers or not listed:
            return
        tables = {col.table for col in listed}
        if len(tables) > 1:
            raise Unclear("it is not clear for each of what to count")
        table = tables.pop()
        if any(isinstance(key, Col) and key.table == table for key in draft.keys):
            draft.groups.extend(listed)
            return
        if table != counted:
            draft.groups.extend(listed)
            draft.keys.extend(Col(table, key) for key in self.lexicon.table(table).primary_key)
            return
        label = self.lexicon.label(table)
        if not all(isinstance(number, Count) for number in draft.numbers) or any(col.column in label for col in listed):
            raise Unclear("an attribute beside a number, without a group")
        draft.groups.extend(listed)

    def counted_table(self, subject: str) -> str:
        for number in self.draft.numbers:
            inner = number.of if isinstance(number, Share) else number
            if isinstance(inner, Measured):
                return inner.alternatives[0].table
            if isinstance(inner, Aggregate):
                return inner.col.table
            return inner.col.table if inner.col else inner.table
        return subject

    def finish(self, subject: str, counted: str) -> Meaning:
        draft = self.draft
        conditions = tuple(dict.fromkeys(draft.conditions))
        if not draft.numbers:
            if not draft.listed:
                raise Unclear("nothing is asked for")
            outputs = list(dict.fromkeys(draft.outputs))
            return Meaning(subject, tuple(outputs), conditions, order=tuple(draft.order), limit=draft.limit,
                           distinct=draft.distinct)  # fmt: skip
        if draft.groups and draft.limit is None:
            draft.groups.extend(col for col in self.conditions.compared if col not in draft.groups)
        outputs = list(dict.fromkeys(draft.outputs))
        shown = [group for group in draft.groups if group not in outputs]
        outputs = [*shown, *(o for o in outputs if o in draft.groups), *(o for o in outputs if o not in draft.groups)]
        stray = [o for o in outputs if isinstance(o, Col | Bucket) and o not in draft.groups]
        if stray:
            raise Unclear("an attribute beside a number, without a group")
        if not draft.groups and (draft.order or draft.limit):
            raise Unclear("one number has no order")
        return Meaning(
            counted, tuple(outputs), conditions, tuple(draft.groups), tuple(k for k in draft.keys if k not in draft.groups),
            tuple(draft.having), tuple(draft.order), draft.limit,
        )  # fmt: skip

    # Heads

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

    def as_column(self, noun: Noun, anchor: str) -> Noun:
        """`the maximum number of tables made`, when a column holds that number, is the maximum of the column."""
        inner = noun.count_of
        if inner is None or inner.distinct or inner.functions:
            return noun
        if inner.unit_of_time == "year" and any(isinstance(said, Did) for said in inner.said):
            return Noun(noun.start, noun.end, functions=noun.functions, said=inner.said, unit_of_time="year")
        columns = tuple(s for s in inner.senses if s.kind == "column" and is_numeric(self.lexicon.column(s.table, s.column)))
        if any(s.kind != "column" for s in inner.senses) and not (inner.unit_of_time and inner.said):
            return noun
        if not columns or not (noun.functions or noun not in self.question.heads):
            return noun
        return Noun(noun.start, noun.end, senses=columns, owner=inner.owner, functions=noun.functions, said=inner.said,
                    unit_of_time=inner.unit_of_time)  # fmt: skip

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
        assert inner is not None
        if noun.functions or noun.superlative is not None or noun.limit:
            raise Unclear("a number of a number", noun.start, noun.end)
        if inner.superlative is not None or inner.limit or inner.functions:
            raise Unclear("how many of the best is not a question", inner.start, inner.end)
        if self.is_measure(inner):
            measured = self.measured(inner)
            if not measured.alternatives[0].expression.upper().lstrip().startswith("COUNT"):
                raise Unclear("it is an amount, not a number of things", inner.start, inner.end, ambiguous=True)
            self.say(inner, measured.alternatives[0].table)
            self.number(measured)
            return
        table = self.entity(inner, subject)
        if table is not None:
            sense = self.choose.table(inner.senses, subject)
            self.choose.cost += sense.cost if sense else 0.0
            self.number(Count(table))
            self.say(inner, table)
            return
        anchor = (self.anchors(inner) or [subject])[0]
        col = self.conditions.column(inner, anchor)
        column = self.lexicon.column(col.table, col.column)
        if is_numeric(column) and not inner.distinct and not self.lexicon.is_key(self.lexicon.table(col.table), column):
            if column.type != "integer" or "year" in name_words(column.name):
                raise Unclear("it is not clear whether to count or to add", inner.start, inner.end, ambiguous=True)
            self.number(Aggregate("sum", col))
        else:
            self.number(Count(col.table, col))
        self.say(inner, col.table)

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

    def measured(self, noun: Noun) -> Measured:
        names = [s.measure for s in sorted(noun.senses, key=lambda s: s.cost) if s.kind == "measure"]
        best = [s for s in noun.senses if s.kind == "measure"]
        lowest = min(s.cost for s in best)
        choices = {s.measure for s in best if s.cost - lowest < 0.02}
        if len(choices) > 1:
            raise Unclear(f"it could mean {' or '.join(sorted(choices))}", noun.start, noun.end, True)
        alternatives = self.lexicon.measures(names[0])
        for measure in alternatives:
            if measure.date:
                table, _, column = measure.date.rpartition(".")
                self.choose.dated_by[measure.table] = Col(table or measure.table, column)
        return Measured(alternatives)

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
        if table != subject and self.joins.distance(subject, table) is None:
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
                self.rank(said, table, noun.limit)
            elif isinstance(said, Related) and said.noun.quantity and not said.negated and self.is_group_form(said):
                self.having_related(said, table, [Col(table, k) for k in self.lexicon.table(table).primary_key])
            else:
                plain.append(said)
        if noun.superlative is not None:
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
        assert said.noun.quantity is not None
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
        self.draft.listed.append(col)
        self.draft.outputs.append(col)
        alone = len(self.question.heads) == 1
        self.draft.distinct |= noun.distinct
        plain: list[Said] = []
        for said in noun.said:
            if isinstance(said, Superlative):
                self.rank_column(said, col, noun.limit)
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

    @staticmethod
    def says_name(noun: Noun) -> bool:
        """Whether the word was `name`, which two columns hold together."""
        return any(s.kind == "column" and name_words(s.column)[-1] == "name" for s in noun.senses) and all(
            name_words(s.column)[-1] in ("name", "title", "label") for s in noun.senses if s.kind == "column"
        )

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

    limited_column: Col | None = None
    pending_rank: bool | None = None

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
        pointing = [
            name
            for name in self.joins.tables
            if name != table and any(t == table and len(p[0]) == 1 for t, p in self.joins.reach(name).items())
        ]
        if len(pointing) != 1:
            raise Unclear(f"it is not clear in what {table} would be popular", ambiguous=True)
        return Count(pointing[0])

    # What is said of the whole

    def say(self, noun: Noun, anchor: str) -> None:
        """Conditions said of a noun whose rows are counted, measured or described."""
        plain: list[Said] = []
        for said in noun.said:
            if isinstance(said, Superlative):
                raise Unclear("the best of a number is not clear")
            if (isinstance(said, Related) and said.noun.superlative is not None) or (
                isinstance(said, Related) and any(isinstance(s, Superlative) for s in said.noun.said)
            ):
                self.inner_best(said, anchor)
            else:
                plain.append(said)
        self.draft.conditions.extend(self.related_conditions(plain, anchor))

    def related_conditions(self, said: Sequence[Said], anchor: str) -> list[Condition]:
        found: list[Condition] = []
        for condition in self.conditions.of(said, anchor):
            trivial = (
                isinstance(condition, Exists) and not condition.conditions and not condition.negated
                and condition.quantity is None and condition.table in self.joins.reach(anchor)
            )  # fmt: skip
            if not trivial or any(isinstance(s, Related) and s.link in ("have", "verb", "with") for s in said):
                found.append(condition)
        return found

    def inner_best(self, said: Related, anchor: str) -> None:
        """`the weight of the youngest dog`: a row chosen by rank, described by its attributes."""
        noun = said.noun
        table = self.entity(noun, anchor)
        if table is None or (table != anchor and anchor not in self.joins.reach(table)):
            raise Unclear("of the best among others is not clear", noun.start, noun.end)
        if self.draft.numbers or said.negated:
            raise Unclear("a number of the best is not clear", noun.start, noun.end)
        self.said_of_rows(noun, table, ())

    def apply_whole(self, subject: str, counted: str) -> None:
        anchor = counted if self.draft.numbers else subject
        plain: list[Said] = []
        for said in self.whole:
            if isinstance(said, Superlative):
                self.rank(said, subject, None)
            elif isinstance(said, Related) and self.entity(said.noun, anchor) == subject != anchor and said.noun.said:
                self.draft.conditions.extend(self.conditions.of(said.noun.said, subject))
            elif isinstance(said, Related) and (
                said.noun.superlative is not None or any(isinstance(s, Superlative) for s in said.noun.said)
            ):
                self.inner_best(said, anchor)
            else:
                plain.append(said)
        self.draft.conditions.extend(self.related_conditions(plain, anchor))

    def group(self, noun: Noun, near: str) -> None:
        """A dimension: a unit of time, an attribute, or rows by their label."""
        draft = self.draft
        if noun.unit_of_time is not None and not any(s.kind == "column" and s.table == near for s in noun.senses):
            self.bucket(noun.unit_of_time, near)
            return
        if noun.limit or noun.superlative is not None or noun.quantity or noun.none:
            raise Unclear("the best in each group is not supported", noun.start, noun.end)
        if noun.count_of is not None or noun.functions or self.is_measure(noun):
            raise Unclear("it is grouped by a number", noun.start, noun.end)
        if not draft.numbers:
            if noun.each and (draft.limit is not None or self.pending_rank is not None):
                raise Unclear("the best in each group is not supported", noun.start, noun.end)
            table = self.entity(noun, near)
            if table == near:
                draft.conditions.extend(self.conditions.of(noun.said, near))
                return
            if table is None and noun.said and all(isinstance(said, Where) for said in noun.said):
                draft.conditions.extend(self.conditions.of(noun.said, near))
                return
            if table is None and not noun.said and self.conditions.column(noun, near) in draft.listed:
                return
            raise Unclear("it is grouped, but nothing is counted or summed", noun.start, noun.end)
        table = self.entity(noun, near)
        if table == near and any(isinstance(e, Col) and e.table == table for e in draft.listed):
            draft.conditions.extend(self.conditions.of(noun.said, table))
            return
        if table is not None:
            sense = self.choose.table([s for s in noun.senses if s.kind == "table"], near)
            self.choose.cost += sense.cost if sense else 0.0
            self.group_rows(table)
            draft.conditions.extend(self.conditions.of(noun.said, table))
            return
        anchor = (self.anchors(noun) or [near])[0]
        col = self.conditions.column(noun, anchor)
        if col not in draft.groups:
            draft.groups.append(col)
        said = [
            s
            for s in noun.said
            if not (isinstance(s, Related) and self.entity(s.noun, near) == anchor and not s.noun.said)
        ]
        draft.conditions.extend(self.conditions.of(said, anchor))

    def group_rows(self, table: str) -> None:
        draft = self.draft
        keys = [Col(table, key) for key in self.lexicon.table(table).primary_key]
        shown = [e for e in draft.listed if isinstance(e, Col) and e.table == table]
        label = shown or [Col(table, name) for name in self.lexicon.label(table)] or keys
        if not label:
            raise Unclear(f"rows of {table} cannot be told apart")
        draft.groups.extend(col for col in label if col not in draft.groups)
        draft.keys.extend(key for key in keys if key not in draft.keys)

    def bucket(self, unit: Unit, near: str) -> None:
        draft = self.draft
        year = self.choose.year(near) if unit == "year" and not self.choose.dates(near) else None
        expression: Expression = year if year is not None else Bucket(self.choose.date(near, self.verbs()), unit)
        if expression not in draft.groups:
            draft.groups.append(expression)
        if not draft.order and draft.limit is None:
            draft.order.append(Sort(expression))

    def verbs(self) -> tuple[str, ...]:
        """What the rows did, by the bare verbs of the question."""
        said = [*self.whole, *(s for head in self.question.heads for s in (head.count_of or head).said)]
        return tuple(verb for one in said if isinstance(one, Did) and not one.negated for verb in one.verbs)

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
        column_head = bool(shown) and self.entity(self.question.heads[0]) is None
        number = self.rank_number(noun, subject)
        if number is not None:
            if number in draft.numbers:
                return number
            if draft.numbers and draft.groups:
                draft.numbers.append(number)
                draft.outputs.append(number)
                return number
            if (column_head and isinstance(number, Count) and number.table != subject and len(shown) == 1) or (
                column_head and len(shown) == 1 and self.limited_column == shown[0]
            ):
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
