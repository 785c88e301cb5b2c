"""What is said about rows, turned into conditions on columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .columns import is_numeric, is_year
from .comparisons import Comparisons
from .dating import stem
from .meaning import (
    AnyOf,
    Compare,
    Condition,
    Exists,
    IsNull,
    OneOf,
)
from .phrases import (
    Adjectival,
    Being,
    Did,
    Either,
    Missing,
    Noun,
    Related,
    Said,
    When,
    Where,
)
from .unclear import Unclear
from .words import name_words


class Conditions(Comparisons):
    """Turns phrases into conditions, given the table whose rows are spoken of."""

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
        """A bare verb adds nothing to rows that always do so; where a column tells whether they do, it is a condition.

        Raises Unclear then: `heads who are acting`, beside a column `temporary_acting`, are not all of them.
        """
        roots = {stem(verb) for verb in verbs if len(verb) > 2} - {"have", "had", "hav"}
        near = [anchor, *(t for t in self.joins.tables if self.joins.distance(t, anchor) == 1.0)]
        for name in near:
            table = self.lexicon.table(name)
            for column in self.lexicon.columns(table):
                telling = column.type in ("text", "boolean") and not self.lexicon.is_key(table, column)
                if telling and not is_year(column) and roots & {stem(word) for word in name_words(column.name)}:
                    raise Unclear(f"{name}.{column.name} may tell whether it is so")

    def counted(self, phrase: Where, anchor: str) -> Condition:
        """`whose number of albums is over 3`."""
        inner = phrase.noun.count_of
        target = self.choose.table(inner.senses, anchor)
        operand = phrase.operands[0] if phrase.operands else None
        if target is None or operand is None or operand.number is None or phrase.negated:
            raise Unclear("a count is compared with something else", inner.start, inner.end)
        conditions = tuple(self.of(inner.said, target.table))
        return Exists(anchor, target.table, conditions, quantity=(phrase.operator, operand.number))

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
            said = self.own_name(noun)
            same = [{(s.table, s.column) for s in one.noun.senses} for one in said if isinstance(one, Where)]
            if all(one & columns for one in same):
                return self.of(said, anchor)
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

    def own_name(self, noun: Noun) -> list[Said]:
        """What is said of an attribute's name is said of itself: `a studio whose name contains …`."""
        kinds = {s.kind for s in noun.senses}
        return [
            replace(one, noun=Noun(one.noun.start, one.noun.end, senses=noun.senses))
            if kinds == {"column"} and isinstance(one, Where) and self.names_only(one.noun)
            else one
            for one in noun.said
        ]

    def names_only(self, noun: Noun) -> bool:
        """Whether a word was `name`, and not the name of something said with it."""
        columns = [s for s in noun.senses if s.kind == "column"]
        return (
            noun.end - noun.start == 1
            and bool(columns)
            and all(
                s.column in self.lexicon.label(s.table) or name_words(s.column)[-1] in ("name", "title", "label")
                for s in columns
            )
        )

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
