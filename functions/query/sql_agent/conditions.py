"""What is said about rows, turned into conditions on columns."""

from __future__ import annotations

from collections.abc import Sequence

from .choose import Chooser, Unclear, converted
from .joins import Joins
from .lexicon import Lexicon, Sense, is_numeric, is_temporal, is_year
from .meaning import (
    AllOf,
    AnyOf,
    Col,
    Compare,
    CompareAverage,
    Condition,
    During,
    Exists,
    IsNull,
    Literal,
    OneOf,
    TextMatch,
)
from .phrases import (
    Adjectival,
    Being,
    Did,
    Either,
    Missing,
    Noun,
    Operand,
    Operator,
    Related,
    Said,
    When,
    Where,
)
from .times import Period
from .words import name_words

_OPPOSITE: dict[str, Operator] = {">": "<=", "<": ">=", ">=": "<", "<=": ">", "=": "<>", "<>": "="}


class Conditions:
    """Turns phrases into conditions, given the table whose rows are spoken of."""

    def __init__(self, lexicon: Lexicon, joins: Joins, chooser: Chooser) -> None:
        self.lexicon = lexicon
        self.joins = joins
        self.choose = chooser
        self.compared: list[Col] = []
        """Columns of which several values were named with `and`, side by side."""

    def of(self, said: Sequence[Said], anchor: str) -> list[Condition]:
        """The conditions that these phrases put on rows of `anchor`. Raises Unclear."""
        found: list[Condition] = []
        for index, phrase in enumerate(said):
            if isinstance(phrase, Did) and phrase.negated:
                following = said[index + 1] if index + 1 < len(said) else None
                found.append(self.never(phrase, anchor, following if isinstance(following, When) else None))
            elif isinstance(phrase, When) and index and isinstance(said[index - 1], Did) and said[index - 1].negated:
                continue
            else:
                verbs = said[index - 1].verbs if index and isinstance(said[index - 1], Did) else ()
                found.extend(self.one(phrase, anchor, verbs))
        return found

    def one(self, phrase: Said, anchor: str, verbs: tuple[str, ...] = ()) -> list[Condition]:
        if isinstance(phrase, Either):
            parts = [self.one(option, anchor) for option in phrase.options]
            if any(len(part) != 1 for part in parts):
                raise Unclear("the alternatives are not of one kind")
            return [AnyOf(tuple(part[0] for part in parts))]
        if isinstance(phrase, Did):
            self.check_verb(phrase.verbs, anchor)
            return []
        if isinstance(phrase, When):
            return [self.when(phrase, anchor, verbs or phrase.verbs)]
        if isinstance(phrase, Being):
            return [self.being(phrase, anchor)]
        if isinstance(phrase, Where):
            return [self.where(phrase, anchor)]
        if isinstance(phrase, Adjectival):
            return [self.adjectival(phrase, anchor)]
        if isinstance(phrase, Missing):
            return [IsNull(self.column(phrase.noun, anchor), phrase.negated)]
        if isinstance(phrase, Related):
            return self.related(phrase, anchor)
        raise Unclear("it is not a condition")

    def check_verb(self, verbs: tuple[str, ...], anchor: str) -> None:
        """A bare verb adds nothing only when it is said of what rows of this table always do."""

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
            matches = tuple(TextMatch(col, operator, text, phrase.negated) for text in texts)
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

    def counted(self, phrase: Where, anchor: str) -> Condition:
        """`whose number of albums is over 3`."""
        inner = phrase.noun.count_of
        target = self.choose.table(inner.senses, anchor)
        operand = phrase.operands[0] if phrase.operands else None
        if target is None or operand is None or operand.number is None or phrase.negated:
            raise Unclear("a count is compared with something else", inner.start, inner.end)
        conditions = tuple(self.of(inner.said, target.table))
        return Exists(anchor, target.table, conditions, quantity=(phrase.operator, operand.number))

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

    # Other tables

    def related(self, phrase: Related, anchor: str) -> list[Condition]:
        noun = phrase.noun
        if noun.count_of is not None or noun.functions or noun.superlative is not None or noun.limit:
            raise Unclear("a number inside a condition", noun.start, noun.end)
        target = self.target(noun, anchor)
        if noun.each and target != anchor:
            raise Unclear("for each of many", noun.start, noun.end)
        if target is None:
            return self.related_column(phrase, anchor)
        if target == anchor:
            if phrase.negated or noun.quantity:
                raise Unclear("it is compared with its own kind", noun.start, noun.end)
            return self.of(noun.said, anchor)
        if self.joins.distance(anchor, target) is None:
            raise Unclear(f"{anchor} and {target} are not related", noun.start, noun.end)
        dated, said = self.split_periods(noun.said)
        own: list[Condition] = []
        if dated and target in self.joins.reach(anchor):
            try:
                own = [self.when(when, anchor, phrase.verbs) for when in dated]
            except Unclear:
                said = noun.said
        within = target in self.joins.reach(anchor)
        pairs = "" if within else self.pairs(anchor, target, phrase.verbs)
        if within or pairs == target:
            said = said if own else noun.said
            dated = []
        inner = tuple(self.of(said, target))
        inner = (*inner, *(self.when(when, pairs, phrase.verbs) for when in dated))
        if target in self.joins.reach(anchor):
            if noun.quantity or (own and phrase.negated):
                raise Unclear("each has only one", noun.start, noun.end)
            if not phrase.negated and (inner or own):
                return [*own, *inner]
        return [*own, Exists(anchor, target, inner, phrase.negated, noun.quantity, pairs)]

    def pairs(self, anchor: str, target: str, verbs: Sequence[str]) -> str:
        """The table whose rows pair the two; a verb may name it: `users who ordered` are paired by orders."""
        roots = {root[:-1] if root.endswith("e") else root for root in verbs if len(root) > 3}
        hints = [name for name in self.joins.tables if any(word in roots for word in _roots_of(name))]
        found = self.joins.base({anchor, target}, hints=hints)
        if found is None:
            raise Unclear(f"{anchor} and {target} are not related")
        return found

    @staticmethod
    def split_periods(said: Sequence[Said]) -> tuple[list[When], list[Said]]:
        """Periods that no verb of their own binds, and the rest: `placed by customers last week` dates the placing."""
        dated = [one for one in said if isinstance(one, When) and not one.verbs]
        return dated, [one for one in said if one not in dated]

    def target(self, noun: Noun, anchor: str) -> str | None:
        """The table that a noun is about: named, or the one of its values."""
        sense = self.choose.table(noun.senses, anchor)
        if sense is not None:
            columns = [s for s in noun.senses if s.kind == "column" and s.table == anchor]
            if columns and columns[0].cost < sense.cost:
                return None
            self.choose.cost += sense.cost
            return sense.table
        return None

    def related_column(self, phrase: Related, anchor: str) -> list[Condition]:
        noun = phrase.noun
        if not noun.senses:
            beings = [one for one in noun.said if isinstance(one, Being)]
            if not beings:
                raise Unclear("it is not clear what is meant", noun.start, noun.end)
            link = "have" if phrase.verbs and phrase.link in ("of", "have", "verb") else phrase.link
            first = Being(beings[0].operands, link, phrase.negated)
            rest = [one for one in noun.said if one is not beings[0]]
            return self.paired(self.being(first, anchor), rest, anchor, phrase)
        if noun.said and not phrase.negated and not noun.quantity and all(isinstance(one, Where) for one in noun.said):
            columns = {(s.table, s.column) for s in noun.senses}
            same = [{(s.table, s.column) for s in one.noun.senses} for one in noun.said if isinstance(one, Where)]
            if all(one & columns for one in same):
                return self.of(noun.said, anchor)
        beings = [one for one in noun.said if isinstance(one, Being) and not one.negated]
        if beings and len(noun.said) == 1 and not noun.quantity and not noun.none:
            col = self.column(noun, anchor)
            operands = beings[0].operands
            if all(any((s.table, s.column) == (col.table, col.column) for s in o.senses) for o in operands):
                return [OneOf(col, self.stored(col, operands), phrase.negated)]
        if noun.quantity and phrase.link in ("have", "verb", "with") and not phrase.negated and not noun.said:
            col = self.column(noun, anchor, numeric=True)
            if is_numeric(self.lexicon.column(col.table, col.column)):
                return [Compare(col, *noun.quantity)]
        if phrase.link not in ("have", "verb", "with") or noun.quantity:
            raise Unclear("it is not clear how it belongs", noun.start, noun.end)
        dated, rest = self.split_periods(noun.said)
        if rest:
            raise Unclear("it says too much about an attribute", noun.start, noun.end)
        null = IsNull(self.column(noun, anchor), negated=not phrase.negated)
        return [null, *(self.when(when, anchor, phrase.verbs) for when in dated)]

    def paired(self, being: Condition, rest: Sequence[Said], anchor: str, phrase: Related) -> list[Condition]:
        """A value of a table to which the anchor is only paired: the pairing is what verbs and periods are about."""
        table = being.col.table if isinstance(being, OneOf) else anchor
        if not isinstance(being, OneOf) or table in self.joins.reach(anchor):
            return [being, *self.of(rest, anchor)]
        pairs = self.pairs(anchor, table, phrase.verbs)
        dated, other = self.split_periods(rest)
        if other:
            raise Unclear("it says too much about a name")
        inner = (OneOf(being.col, being.values), *(self.when(when, pairs, phrase.verbs) for when in dated))
        return [Exists(anchor, table, inner, being.negated, through=pairs)]

    def never(self, phrase: Did, anchor: str, when: When | None) -> Condition:
        """`that were never sold`: no rows of the table that the verb names."""
        roots = {root[:-1] if root.endswith("e") else root for root in phrase.verbs}
        event = self.event(anchor, roots)
        if event is None:
            raise Unclear("it is not clear what never happened")
        conditions: tuple[Condition, ...] = ()
        if when is not None:
            conditions = (self.when(when, event, ()),)
        return Exists(anchor, event, conditions, negated=True)

    def event(self, anchor: str, roots: set[str]) -> str | None:
        """The table of what a verb does to rows of the anchor: it points at the anchor, and is named or measured so."""
        pointing = [
            name
            for name in self.joins.tables
            if any(len(path[0]) == 1 for target, path in self.joins.reach(name).items() if target == anchor)
        ]
        named = [
            name
            for name in pointing
            if any(name.lower().startswith(root[:4]) or root[:4] in name.lower() for root in roots if len(root) > 3)
        ]
        if len(named) == 1:
            return named[0]
        trading = roots & {"sell", "sold", "buy", "purchas", "order", "bought"}
        measured = {measure.table for measure in self.lexicon.catalog.measures}
        traded = [name for name in pointing if name in measured]
        if trading and len(traded) == 1:
            return traded[0]
        return None


def _roots_of(name: str) -> set[str]:
    return {word[:-1] if word.endswith("e") else word for word in name_words(name)}


_OPPOSITE_SIDE: dict[str, Operator] = {">": "<", "<": ">", ">=": "<=", "<=": ">=", "=": "=", "<>": "<>"}
