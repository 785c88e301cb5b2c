"""What a column is compared with: stored values, numbers, periods."""

from __future__ import annotations

from collections.abc import Sequence

from .choose import Chooser, converted
from .columns import is_numeric, is_temporal, is_year
from .joins import Joins
from .lexicon import Lexicon, Sense
from .meaning import (
    AllOf,
    AnyOf,
    Col,
    Compare,
    CompareAverage,
    Condition,
    During,
    IsNull,
    Literal,
    OneOf,
    TextMatch,
)
from .names import RELATIVE
from .phrases import (
    Adjectival,
    Being,
    Did,
    Noun,
    Operand,
    Operator,
    When,
    Where,
)
from .times import Period
from .unclear import Unclear

_OPPOSITE: dict[str, Operator] = {">": "<=", "<": ">=", ">=": "<", "<=": ">", "=": "<>", "<>": "="}
_OPPOSITE_SIDE: dict[str, Operator] = {">": "<", "<": ">", ">=": "<=", "<=": ">=", "=": "=", "<>": "<>"}


class Comparisons:
    """Turns comparisons into conditions on columns."""

    def __init__(self, lexicon: Lexicon, joins: Joins, chooser: Chooser) -> None:
        self.lexicon = lexicon
        self.joins = joins
        self.choose = chooser
        self.compared: list[Col] = []
        """Columns of which several values were named with `and`, side by side."""

    def column(self, noun: Noun, anchor: str, numeric: bool = False) -> Col:
        """The column that a noun names near the anchor."""
        senses = noun.senses
        by_verb = self.by_verb(noun, anchor)
        if by_verb is not None:
            return by_verb
        only: tuple[str, ...] = ()
        if noun.owner:
            owner = self.choose.table(noun.owner, anchor)
            only = (owner.table, *self.named_parents(owner.table, senses)) if owner else ()
            anchor = owner.table if owner else anchor
        try:
            col = self.choose.column(senses, anchor, numeric, only)
        except Unclear as unclear:
            raise Unclear(unclear.reason, noun.start, noun.end, unclear.ambiguous) from None
        if col is None:
            raise Unclear(f"it is not an attribute of {anchor}", noun.start, noun.end)
        return col

    def named_parents(self, table: str, senses: Sequence[Sense]) -> list[str]:
        """Tables whose names rows of this table go by: players are people, and have the people's names."""
        return [
            sense.table
            for sense in senses
            if sense.column in self.lexicon.label(sense.table) and sense.table in self.joins.reach(table)
        ]

    def by_verb(self, noun: Noun, anchor: str) -> Col | None:
        """`years in which they were founded`, `number of years they have worked`."""
        if noun.unit_of_time != "year":
            return None
        verbs = [verb for said in noun.said if isinstance(said, Did) and not said.negated for verb in said.verbs]
        return self.choose.by_verb(anchor, verbs) if verbs else None

    # Values

    def being(self, phrase: Being, anchor: str) -> Condition:
        operands = phrase.operands
        if phrase.link == "named":
            return self.named(operands, anchor, phrase.negated)
        if phrase.link == "called":
            label = self.lexicon.label(anchor)
            in_label = {(anchor, name) for name in label}
            if not all({(s.table, s.column) for s in o.senses} & in_label for o in operands):
                own = [o for o in operands if any(s.table == anchor for s in o.senses)]
                if len(own) != len(operands):
                    return self.named(operands, anchor, phrase.negated)
            else:
                return self.named(operands, anchor, phrase.negated)
        if len(operands) == 1 and operands[0].parts:
            return AllOf(
                tuple(self.being(Being((part,), phrase.link), anchor) for part in operands[0].parts), phrase.negated
            )
        if all(operand.number is not None for operand in operands):
            raise Unclear("it does not say of what")
        cols: dict[Col, list[Literal]] = {}
        for operand in operands:
            if not operand.senses:
                raise Unclear(f"“{operand.text}” is not stored anywhere near {anchor}")
            shared = self.shared_senses(operands, operand)
            col, values = self.choose.value(shared, anchor, phrase.link)
            cols.setdefault(col, []).extend(values)
        if len(cols) == 1:
            col, values_ = next(iter(cols.items()))
            if not phrase.negated and any(operand.joined == "and" for operand in operands):
                self.compared.append(col)
            return OneOf(col, tuple(dict.fromkeys(values_)), phrase.negated)
        if len(operands) > 1:
            raise Unclear("the values are of different kinds", ambiguous=True)
        raise Unclear("it is not clear where it is stored")

    @staticmethod
    def shared_senses(operands: Sequence[Operand], operand: Operand) -> tuple[Sense, ...]:
        """Values in a list are of one column, when one column has them all."""
        common = set.intersection(*({(s.table, s.column) for s in other.senses} for other in operands))
        kept = tuple(sense for sense in operand.senses if (sense.table, sense.column) in common)
        return kept or operand.senses

    def named(self, operands: Sequence[Operand], anchor: str, negated: bool) -> Condition:
        label = self.lexicon.label(anchor)
        texts = [operand.text for operand in operands if operand.text]
        if len(texts) != len(operands) or not label:
            raise Unclear(f"{anchor} has no name to compare")
        if len(label) == 1:
            return OneOf(Col(anchor, label[0]), self.stored(Col(anchor, label[0]), operands), negated)
        if len(texts) == 1 and len(texts[0].split()) == 2 and not negated:
            parts = texts[0].split()
            return AllOf(tuple(self.equals_text(Col(anchor, c), p) for c, p in zip(label, parts, strict=True)))
        raise Unclear(f"names in {anchor} have {len(label)} parts")

    def equals_text(self, col: Col, text: str) -> Condition:
        return OneOf(col, self.stored(col, [Operand(text=text, senses=self.lexicon.find_value(text))]))

    def stored(self, col: Col, operands: Sequence[Operand]) -> tuple[Literal, ...]:
        """The values as the column spells them; a value that is not among a complete sample is declined."""
        column = self.lexicon.column(col.table, col.column)
        found: list[Literal] = []
        for operand in operands:
            if operand.number is not None:
                if is_numeric(column):
                    found.append(converted(operand.number, operand.unit, column))
                elif is_temporal(column):
                    raise Unclear("a date is compared with a number")
                else:
                    found.append(operand.text or f"{operand.number}")
                continue
            matches = [
                value for s in operand.senses if (s.table, s.column) == (col.table, col.column) for value in s.values
            ]
            if matches:
                found.extend(matches)
            elif is_numeric(column) or is_temporal(column):
                raise Unclear(f"“{operand.text}” is not a value of {col.column}")
            elif operand.text:
                found.append(operand.text)
        return tuple(dict.fromkeys(found))

    # Comparisons

    @staticmethod
    def is_name(noun: Noun, table: str) -> bool:
        """Whether the whole name is meant, be it held in two columns; `first name` names one of them exactly."""
        return all(sense.cost >= RELATIVE for sense in noun.senses if sense.table == table)

    def counted(self, phrase: Where, anchor: str) -> Condition:
        """A comparison of how many there are, which needs the conditions of what is counted."""
        raise NotImplementedError

    def where(self, phrase: Where, anchor: str) -> Condition:
        noun = phrase.noun
        inner = noun.count_of
        if inner is not None and inner.senses and all(sense.kind == "column" for sense in inner.senses):
            noun = Noun(noun.start, noun.end, senses=inner.senses, owner=inner.owner)
        if noun.count_of is not None:
            return self.counted(phrase, anchor)
        if noun.functions:
            raise Unclear("a condition on an average or a total", noun.start, noun.end)
        numeric = phrase.operator in (">", ">=", "<", "<=", "between")
        columns = tuple(sense for sense in noun.senses if sense.kind == "column")
        if not columns and any(sense.kind == "table" for sense in noun.senses):
            return self.table_equals(phrase, anchor)
        col = self.column(noun, anchor, numeric)
        column = self.lexicon.column(col.table, col.column)
        operator = phrase.operator
        if operator == "null":
            return IsNull(col, phrase.negated)
        if operator in ("contains", "starts", "ends"):
            texts = [operand.text or str(operand.number) for operand in phrase.operands]
            label = self.lexicon.label(col.table)
            parts = label if len(label) > 1 and col.column in label and self.is_name(noun, col.table) else (col.column,)
            matches = tuple(TextMatch(Col(col.table, p), operator, t, phrase.negated) for t in texts for p in parts)
            if len(matches) == 1:
                return matches[0]
            return AllOf(matches) if phrase.negated else AnyOf(matches)
        operand = phrase.operands[0]
        if operand.noun is not None:
            return self.against_average(col, operator, operand.noun, phrase.negated)
        if operator in ("=", "<>"):
            negated = phrase.negated != (operator == "<>")
            if is_temporal(column):
                raise Unclear("a date is compared with a value", noun.start, noun.end)
            return OneOf(col, self.stored(col, phrase.operands), negated)
        if not is_numeric(column):
            raise Unclear(f"{col.column} is not a number", noun.start, noun.end)
        numbers = [self.number(one, col) for one in phrase.operands]
        if operator == "between":
            within = (Compare(col, ">=", numbers[0]), Compare(col, "<=", numbers[1]))
            return AllOf(within, phrase.negated)
        return Compare(col, _OPPOSITE[operator] if phrase.negated else operator, numbers[0])

    def number(self, operand: Operand, col: Col) -> float | int:
        if operand.number is None:
            raise Unclear(f"“{operand.text}” is not a number")
        return converted(operand.number, operand.unit, self.lexicon.column(col.table, col.column))

    def table_equals(self, phrase: Where, anchor: str) -> Condition:
        """`whose genre is Rock`, `with genre Rock`: the label of the other table."""
        target = self.choose.table(phrase.noun.senses, anchor)
        label = self.lexicon.label(target.table)
        if (
            phrase.operator not in ("=", "<>", "contains")
            or len(label) != 1
            or not all(o.text for o in phrase.operands)
        ):
            raise Unclear("it is compared with something that it is not", phrase.noun.start, phrase.noun.end)
        col = Col(target.table, label[0])
        negated = phrase.negated != (phrase.operator == "<>")
        if phrase.operator == "contains":
            return TextMatch(col, "contains", phrase.operands[0].text or "", negated)
        return OneOf(col, self.stored(col, phrase.operands), negated)

    def against_average(self, col: Col, operator: Operator, noun: Noun, negated: bool) -> Condition:
        if noun.senses:
            named = self.column(noun, col.table)
            if named != col:
                raise Unclear("two different attributes are compared", noun.start, noun.end)
        if operator not in ("<", "<=", ">", ">="):
            raise Unclear("an average is compared for equality", noun.start, noun.end)
        return CompareAverage(col, _OPPOSITE[operator] if negated else operator)

    def adjectival(self, phrase: Adjectival, anchor: str) -> Condition:
        operand = phrase.operand
        if phrase.adjective:
            col, up = self.choose.for_adjective(phrase.adjective, anchor, numeric=True)
            operator = phrase.operator if up else _OPPOSITE_SIDE[phrase.operator]
            if operand.noun is not None:
                return self.against_average(col, operator, operand.noun, False)
        elif operand.noun is not None and operand.noun.senses:
            return self.against_average(self.column(operand.noun, anchor), phrase.operator, operand.noun, False)
        else:
            if operand.number is None or not operand.unit:
                raise Unclear("it does not say of what")
            col, operator = self.choose.amount(anchor, operand.unit), phrase.operator
        return Compare(col, operator, self.number(operand, col))

    # Dates

    def when(self, phrase: When, anchor: str, verbs: tuple[str, ...]) -> Condition:
        if phrase.compared:
            raise Unclear("the periods could be added up or compared", ambiguous=True)
        by_verb = self.choose.by_verb(anchor, verbs)
        year = by_verb if by_verb and is_year(self.lexicon.column(by_verb.table, by_verb.column)) else None
        if year is None and by_verb is None and not self.choose.dates(anchor):
            year = self.choose.year(anchor)
        if year is not None:
            return self.in_years(year, phrase.periods)
        col = self.choose.date(anchor, verbs)
        during = tuple(During(col, period) for period in phrase.periods)
        return during[0] if len(during) == 1 else AnyOf(during)

    @staticmethod
    def in_years(col: Col, periods: Sequence[Period]) -> Condition:
        """Periods as calendar years: all must begin and end with a year."""
        found: list[Condition] = []
        exact: list[Literal] = []
        for period in periods:
            for side in (period.start, period.end):
                if side is not None and (side.month, side.day) != (1, 1):
                    raise Unclear(f"{col.column} knows only years")
            if period.start and period.end and period.end.year == period.start.year + 1:
                exact.append(period.start.year)
                continue
            sides: list[Condition] = []
            if period.start:
                sides.append(Compare(col, ">=", period.start.year))
            if period.end:
                sides.append(Compare(col, "<", period.end.year))
            found.append(sides[0] if len(sides) == 1 else AllOf(tuple(sides)))
        if exact:
            found.append(OneOf(col, tuple(exact)))
        return found[0] if len(found) == 1 else AnyOf(tuple(found))
