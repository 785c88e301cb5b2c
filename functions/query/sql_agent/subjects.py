"""What a question is about: the table whose rows are asked for, and which words name tables or numbers."""

from __future__ import annotations

from collections.abc import Sequence

from .choose import Chooser, spoken
from .columns import is_numeric, is_year
from .conditions import Conditions
from .draft import ATTACHING
from .joins import Joins
from .lexicon import Lexicon
from .meaning import (
    Col,
    Measured,
)
from .phrases import (
    Being,
    Did,
    Grouped,
    InUnit,
    Noun,
    Ordered,
    Related,
    Said,
    Shared,
    Shown,
    Superlative,
    When,
)
from .unclear import Unclear
from .words import name_words


class Subjects:
    """Finds tables, measures and numbers among the nouns."""

    def __init__(self, lexicon: Lexicon, joins: Joins) -> None:
        self.lexicon = lexicon
        self.joins = joins
        self.choose = Chooser(lexicon, joins)
        self.conditions = Conditions(lexicon, joins, self.choose)

    def is_amount(self, noun: Noun) -> bool:
        """Whether a noun names numbers by which one would rather sort than group."""
        columns = [self.lexicon.column(s.table, s.column) for s in noun.senses if s.kind == "column"]
        return (
            bool(columns)
            and all(is_numeric(c) and not is_year(c) for c in columns)
            and not any(s.kind == "table" for s in noun.senses)
        )

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
                if said.noun.each and not said.negated and said.noun.quantity is None and said.link in ATTACHING:
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

    def count_rows(self, floats: Sequence[Said]) -> None:
        """`appointments per physician` are how many, for the rows themselves could not be grouped."""
        heads = self.question.heads
        grouped = [s for s in (*floats, *self.question.said) if isinstance(s, Grouped)]
        if len(heads) != 1 or not grouped or self.is_number(heads[0]) or heads[0].superlative or heads[0].limit:
            return
        nouns = [noun for said in grouped for noun in said.nouns]
        if any(isinstance(said, Superlative) for said in heads[0].said) or any(self.is_amount(noun) for noun in nouns):
            return
        if any(not isinstance(said, When) for noun in nouns for said in noun.said):
            return
        table = self.entity(heads[0])
        if table is None or any(noun.senses and self.entity(noun, table) == table for s in grouped for noun in s.nouns):
            return
        heads[0] = Noun(heads[0].start, heads[0].end, count_of=heads[0])

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
            if isinstance(said, Related) and said.link in ATTACHING and said.noun.quantity is None and not said.negated:
                table = self.entity(said.noun) or self.part_of_table(said.noun)
                if table:
                    found.append(table)
                    break
                found.extend(self.anchors(said.noun))
        return found

    def part_of_table(self, noun: Noun) -> str | None:
        """The table that is meant by a part of its name, where a column of it has that name too: `ids of makers`."""
        tables = {s.table for s in noun.senses if s.kind == "table"}
        columns = {s.table for s in noun.senses if s.kind == "column"}
        return next(iter(tables)) if len(tables) == 1 and tables <= columns and noun.plural and not noun.owner else None

    def subject(self) -> str:
        """The table that the question is about, by its heads or by what is said of them."""
        numbers = [head for head in self.question.heads if self.is_number(head)]
        attributes = [head for head in self.question.heads if head not in numbers]
        each = [n for said in self.floats if isinstance(said, Grouped) for n in said.nouns if n.each and attributes]
        for head in (*attributes, *each, *numbers):
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

    def as_column(self, noun: Noun, anchor: str) -> Noun:
        """`the maximum number of tables made`, when a column holds that number, is the maximum of the column."""
        inner = noun.count_of
        if inner is None or inner.distinct or inner.functions:
            return noun
        if inner.unit_of_time == "year" and any(isinstance(said, Did) for said in inner.said):
            return Noun(noun.start, noun.end, functions=noun.functions, said=inner.said, unit_of_time="year")
        columns = tuple(
            s for s in inner.senses if s.kind == "column" and is_numeric(self.lexicon.column(s.table, s.column))
        )
        if any(s.kind != "column" for s in inner.senses) and not (inner.unit_of_time and inner.said):
            return noun
        if not columns or not (noun.functions or noun not in self.question.heads):
            return noun
        return Noun(noun.start, noun.end, senses=columns, owner=inner.owner, functions=noun.functions, said=inner.said,
                    unit_of_time=inner.unit_of_time)  # fmt: skip

    @staticmethod
    def says_name(noun: Noun) -> bool:
        """Whether the word was `name`, which two columns hold together."""
        return any(s.kind == "column" and name_words(s.column)[-1] == "name" for s in noun.senses) and all(
            name_words(s.column)[-1] in ("name", "title", "label") for s in noun.senses if s.kind == "column"
        )

    def held_count(self, col: Col) -> str | None:
        """The table of which a column holds how many there are: `number_of_trips`, beside a table of trips."""
        words = self.lexicon.spelled(col.table, col.column)
        for name in self.joins.tables:
            if name != col.table and words == ("number", "of", *name_words(name)):
                return name
        return None

    def check_held_count(self, noun: Noun, col: Col) -> None:
        """A number of things is a column's only where its rows are spoken of. Raises Unclear."""
        counted = self.held_count(col)
        if counted and not self.anchors(noun) and not noun.owner:
            raise Unclear(f"it could mean {spoken(col)}, or how many {counted} there are", noun.start, noun.end, True)

    def verbs(self) -> tuple[str, ...]:
        """What the rows did, by the bare verbs of the question."""
        said = [*self.whole, *(s for head in self.question.heads for s in (head.count_of or head).said)]
        return tuple(verb for one in said if isinstance(one, Did) and not one.negated for verb in one.verbs)
