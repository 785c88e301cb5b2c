"""Noun phrases: `the three oldest male singers from France`."""

from __future__ import annotations

from . import english
from .lexicon import Match
from .looking import Stuck
from .phrases import (
    Being,
    Grouped,
    Noun,
    Operand,
    Operator,
    Related,
    Said,
    Shared,
)
from .times import ADVERBS, UNITS
from .values import Values
from .vocabulary import DETERMINERS


class Nouns(Values):
    """Reads noun phrases, with all that is said about them."""

    def noun(self, at: int, stop_at_verb: bool = False) -> tuple[Noun, int]:
        """A noun phrase with all that is said about it. Raises Stuck when there is none here."""
        start = at
        distinct = each = none = False
        if self.low(at) in ("no", "zero") and self.kind(at) in ("word", "number"):
            none, at = True, at + 1
        quantity, at = self.quantity(at)
        while self.low(at) in DETERMINERS or self.low(at) in (
            "following",
            "list",
            "corresponding",
            "respective",
            "many",
        ):
            if self.low(at) in ("both",) and not self.says(at + 1, "the"):
                break
            if self.low(at) == "list" and not self.says(at + 1, "of"):
                break
            distinct |= self.low(at) in ("different", "distinct", "unique", "various")
            each |= self.low(at) in ("each", "every", "individual")
            at += 1
        if self.low(at) in ADVERBS:
            unit = ADVERBS[self.low(at)]
            noun, after = self.noun(at + 1)
            noun.said.append(Grouped((Noun(at, at + 1, unit_of_time=unit),)))
            return noun, after
        shared = self.any_of(at, "share of", "percentage of", "percent of", "proportion of")
        if shared and not self.column_phrase(at):
            inner, after = self.noun(at + shared)
            inner.said.append(Shared())
            return inner, after
        limit, superlative, at = self.top(at)
        counted = self.any_of(at, "number of", "count of", "total number of", "total count of", "amount of times",
                              "exact number of", "overall number of", "numbers of", "counts of")  # fmt: skip
        if counted and not self.column_phrase(at):
            inner, after = self.noun(at + counted)
            if superlative is not None or limit:
                noun = Noun(start, after, count_of=inner, limit=limit, superlative=superlative)
            else:
                noun = Noun(start, after, count_of=inner)
            return noun, after
        functions, at = self.functions(at)
        if functions:
            while self.lem(at) in ("the", "of", "all", "amount", "value") and not self.lexicon.match(self.words, at):
                at += 1
            if self.low(at) in ("distinct", "different", "unique"):
                distinct, at = True, at + 1
            counted = self.any_of(at, "number of", "count of")
            if counted and not self.column_phrase(at):
                inner, after = self.noun(at + counted)
                keep = tuple(function for function in functions if function != "sum")
                return Noun(start, after, count_of=inner, functions=keep), after
            if self.says(at, "number", "of") or self.low(at) in ("the", "amount", "value"):
                at += 1 if self.low(at) == "the" else 0
        said: list[Said] = []
        noun, at = self.core(start, at, said)
        noun.distinct, noun.each, noun.none = noun.distinct or distinct, noun.each or each, none
        noun.quantity, noun.functions = quantity, functions or noun.functions
        head = self.words[at - 1]
        noun.plural = head.kind == "word" and head.lower != head.lemma
        if limit:
            noun.limit = limit
        if superlative is not None:
            if functions or noun.superlative is not None:
                raise Stuck(start)
            noun.superlative = superlative
        noun.said = said + noun.said
        more, at = self.mods(at, noun, stop_at_verb)
        noun.said.extend(more)
        noun.end = at
        return noun, at

    def quantity(self, at: int) -> tuple[tuple[Operator, float | int] | None, int]:
        """`more than 10`, `at least two`, `exactly one`, `2 or more` before what is counted."""
        if self.low(at) == "a" and self.says(at, "a", "single"):
            return ("=", 1), at + 2
        if self.kind(at) == "number" and self.any_of(at + 1, "or more"):
            return (">=", self.words[at].number or 0), at + 3
        if self.kind(at) == "number" and self.any_of(at + 1, "or fewer", "or less"):
            return ("<=", self.words[at].number or 0), at + 3
        operator, after = self.comparison(at)
        if operator and self.kind(after) == "number" and not self.words[after].unit:
            follows = self.lexicon.match(self.words, after + 1)
            determined = self.low(after + 1) in ("different", "distinct", "unique")
            if determined or any(s.kind == "table" or s.kind == "column" for m in follows for s in m.senses):
                return (operator, self.words[after].number or 0), after + 1
        if self.any_of(at, "multiple", "several"):
            return (">", 1), at + 1
        number = self.words[at].number if self.kind(at) == "number" else None
        if isinstance(number, int) and not self.words[at].ordinal and self.low(at) != "one" and number < 1000:
            follows = self.lexicon.match(self.words, at + 1)
            if any(s.kind == "table" for m in follows for s in m.senses) and self.low(at - 1) not in (
                "top",
                "first",
                "the",
            ):
                return ("=", number), at + 1
        return None, at

    def core(self, start: int, at: int, said: list[Said]) -> tuple[Noun, int]:
        """The values before a noun, the noun, and a second noun that it owns."""
        seen = at
        everything = self.any_of(at, "information about", "information on", "information of", "information for",
                                 "details of", "details about", "details for", "details on", "information",
                                 "data about", "data on", "records of", "rows of", "columns of", "everything about",
                                 "rows from", "records from", "rows in", "records in", "data from")  # fmt: skip
        if everything and not any(s.kind == "column" for m in self.lexicon.match(self.words, at) for s in m.senses):
            while self.low(at + everything) in DETERMINERS or self.says(at + everything, "table"):
                everything += 1
            noun, after = self.core(start, at + everything, said)
            noun.all_columns = True
            return noun, after
        while True:
            if self.low(at) == "non" and self.lexicon.match(self.words, at + 1):
                match = self.lexicon.match(self.words, at + 1)[0]
                said.append(Being(self.operand_of(match), negated=True))
                at = match.end
                continue
            unit = UNITS.get(self.lem(at))
            matches = self.lexicon.match(self.words, at)
            if unit and not any(m.end > at + 1 for m in matches):
                named = [s for m in matches for s in m.senses if s.kind in ("column", "table") and s.cost < 0.3]
                if not named or unit != "year":
                    return Noun(start, at + 1, unit_of_time=unit), at + 1
                return Noun(start, at + 1, senses=tuple(named), unit_of_time=unit), at + 1
            if self.kind(at) == "quoted":
                senses = self.lexicon.find_value(self.words[at].text)
                operand = Operand(text=self.words[at].text, senses=senses)
                if self.lexicon.match(self.words, at + 1):
                    said.append(Being((operand,)))
                    at += 1
                    continue
                if senses:
                    return Noun(start, at + 1, said=[Being((operand,))]), at + 1
                raise Stuck(at)
            if not matches:
                break
            best = matches[0]
            if all(sense.kind == "value" for sense in best.senses):
                operands, listed = self.value_list(at)
                if len(operands) > 1 and self.noun_follows(listed):
                    said.append(Being(operands))
                    at = listed
                    continue
                nouns = [m for m in matches if any(s.kind != "value" for s in m.senses)]
                after = best.end
                after += self.kind(after) == "possessive" and self.noun_follows(after + 1)  # `Brazil's population`
                if self.noun_follows(after):
                    said.append(Being(self.operand_of(best)))
                    at = after
                    continue
                if nouns and not said and best.end == nouns[0].end:
                    best = nouns[0]
                else:
                    operands, after = self.value_list(at)
                    return Noun(start, after, said=[Being(operands)]), after
            elif (
                any(sense.kind == "value" for sense in best.senses)
                and self.noun_follows(best.end)
                and not any(sense.kind == "table" for sense in best.senses)
            ):
                said.append(Being(self.operand_of(best)))
                at = best.end
                continue
            return self.compound(start, at, best)
        raise Stuck(max(seen, at))

    def compound(self, start: int, at: int, match: Match) -> tuple[Noun, int]:
        """`singer names`, `customers' ages`, `invoice total`."""
        senses = tuple(sense for sense in match.senses if sense.kind != "value")
        noun = Noun(start, match.end, senses=senses)
        after = match.end
        if self.kind(after) == "possessive":
            after += 1
            owned, end = self.noun(after)
            if owned.count_of is None and not owned.owner:
                owned.owner = senses
                return owned, end
            raise Stuck(after)
        owners = tuple(sense for sense in senses if sense.kind in ("table", "column"))
        following = self.lexicon.match(self.words, after)
        if self.past(after):
            following = []
        if owners and following and self.low(after) not in english.DIRECTION_UP | english.DIRECTION_DOWN:
            second = tuple(s for s in following[0].senses if s.kind in ("column", "measure"))
            tables = tuple(s for s in following[0].senses if s.kind == "table")
            if second and any(s.kind == "table" for s in owners):
                return Noun(start, following[0].end, senses=second, owner=owners), following[0].end
            if tables and {s.table for s in tables} & {s.table for s in owners if s.kind == "table"}:
                raise Stuck(after)
            if tables and any(s.kind == "table" for s in owners):
                said: list[Said] = [Related(Noun(at, match.end, senses=owners), "of")]
                return Noun(start, following[0].end, senses=tables, said=said), following[0].end
            if tables and not second:
                raise Stuck(after)
        return noun, after

    def bare_noun(self, at: int) -> tuple[Noun, int]:
        start = at
        while self.low(at) in DETERMINERS:
            at += 1
        counted = self.any_of(at, "number of", "total number of", "count of")
        if counted and not self.column_phrase(at):
            inner, after = self.bare_noun(at + counted)
            return Noun(start, after, count_of=inner), after
        functions, at = self.functions(at)
        matches = [m for m in self.lexicon.match(self.words, at) if any(s.kind != "value" for s in m.senses)]
        if not matches:
            raise Stuck(at)
        match = matches[0]
        senses = tuple(sense for sense in match.senses if sense.kind != "value")
        noun = Noun(start, match.end, senses=senses, functions=functions)
        after = match.end
        if self.kind(after) == "possessive":
            after += 1
        following = [
            m for m in self.lexicon.match(self.words, after) if any(s.kind in ("column", "measure") for s in m.senses)
        ]
        if following and any(s.kind == "table" for s in senses):
            noun = Noun(start, following[0].end, functions=functions, owner=senses,
                        senses=tuple(s for s in following[0].senses if s.kind in ("column", "measure")))  # fmt: skip
            after = following[0].end
        return noun, after

    def attribute(self, at: int) -> tuple[Noun, int]:
        """The name of an attribute only: nothing said about it but `of` what."""
        noun, after = self.bare_noun(at)
        return noun, after

    def named_attribute(self, at: int, name: str) -> Noun | None:
        senses = tuple(
            sense
            for phrase, sense in self.lexicon.phrases.get(name, ())
            if phrase == (name,) and sense.kind == "column"
        )
        return Noun(at, at + 1, senses=senses) if senses else None
