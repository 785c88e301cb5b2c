"""Verbs with their objects: `have 5 stars`, `was sold in 2022`, `are older than 20`, `with no albums`."""

from __future__ import annotations

from dataclasses import replace

from . import english
from .columns import is_numeric
from .looking import Stuck
from .phrases import (
    Adjectival,
    Being,
    Did,
    Either,
    Grouped,
    Noun,
    Operand,
    Operator,
    Related,
    Said,
    Shown,
    Superlative,
    When,
    Where,
)
from .sayings import Sayings
from .vocabulary import AND, AUXILIARIES, NEGATIONS, PREPOSITIONS


class Predicates(Sayings):
    """Reads what a verb says of its subject."""

    def having(self, at: int) -> tuple[Said, int] | None:
        """`with earnings below 200000`, `with no albums`, `without a company`, `having the most tracks`."""
        taken = self.any_of(at, "with", "having", "without", "that have", "lacking")
        if not taken:
            return None
        negated = self.low(at) in ("without", "lacking")
        if self.low(at) == "with" and self.low(at + taken) in ("their", "its", "his", "her"):
            noun, after = self.noun(at + taken)
            if not noun.said and not noun.quantity:
                return Shown(noun), after
        found, after = self.possession(at + taken, negated, ("have",))
        return found, after

    def possession(self, at: int, negated: bool, verbs: tuple[str, ...]) -> tuple[Said, int]:
        """What follows `have` or `with`: an attribute with its value, things, how many, or the most of them."""
        if self.low(at) in ("any",):
            at += 1
        if self.low(at) in ("a", "an", "the") and self.low(at + 1) in english.MORE | english.FEWER:
            at += 1
        if self.low(at) in english.MORE | english.FEWER and self.low(at + 1) != "than":
            try:
                noun, after = self.bare_noun(at + 1)
            except Stuck:
                noun = None
            if noun is not None and self.low(after) == "than":
                operand, end = self.operand(after + 1)
                return Where(noun, ">" if self.low(at) in english.MORE else "<", (operand,), negated), end
        best = self.most_of(at)
        if best is not None:
            return best
        operator, after = self.comparison(at)
        if operator and self.kind(after) == "number":
            counted = self.quantity(at)[0]
            if counted is None:
                operand, after = self.operand(after)
                after += self.low(after) in ("in", "of")
                noun, after = self.bare_noun(after)
                return Where(noun, operator, (operand,), negated), after
        if operator and self.low(after) in ("age",) and self.kind(after + 1) == "number":
            noun, end = self.bare_noun(after)
            operand, end = self.operand(end)
            return Where(noun, operator, (operand,), negated), end
        stated = self.stated_number(at)
        if stated is not None:
            return Where(stated[0], "=", (stated[1],), negated), stated[2]
        attribute = self.attribute_with_value(at)
        if attribute is not None:
            noun, operator_, operands, end = attribute
            return Where(noun, operator_, operands, negated), end
        noun, end = self.noun(at)
        if noun.none:
            negated = not negated
        if self.low(end) == "as" and noun.said == [] and not noun.senses:
            raise Stuck(end)
        only_value = not noun.senses and len(noun.said) == 1 and isinstance(noun.said[0], Being)
        if (only_value and self.says(end, "as", "their")) or (only_value and self.low(end) == "as"):
            owner, end = self.bare_noun(end + 1)
            being = noun.said[0]
            return Where(owner, "=", being.operands, negated), end
        return Related(noun, "have", negated, verbs), end

    def stated_number(self, at: int) -> tuple[Noun, Operand, int] | None:
        """`5 stars`, where stars are a number that rows have."""
        if self.kind(at) != "number" or self.words[at].ordinal or self.words[at].unit:
            return None
        for match in self.lexicon.match(self.words, at + 1):
            senses = tuple(s for s in match.senses if s.kind == "column" and s.cost < 0.3)
            numbers = all(is_numeric(self.lexicon.column(s.table, s.column)) for s in senses)
            if senses and len(senses) == len(match.senses) and numbers:
                return Noun(at + 1, match.end, senses=senses), Operand(number=self.words[at].number), match.end
        return None

    def attribute_with_value(self, at: int) -> tuple[Noun, Operator, tuple[Operand, ...], int] | None:
        try:
            noun, after = self.bare_noun(at)
        except Stuck:
            return None
        if noun.count_of is not None or not any(sense.kind in ("column", "measure") for sense in noun.senses):
            return None
        negated_operator = self.any_of(after, "that is not", "not")
        if negated_operator:
            return None
        after_be = after
        if self.low(after) in ("that", "which") and self.lem(after + 1) == "be":
            after_be = after + 2
        elif self.low(after) in ("of", "in", "at") and (
            self.kind(after + 1) in ("number", "quoted") or self.value_at(after + 1) or self.comparison(after + 1)[0]
        ):
            after_be = after + 1
        try:
            operator, operands, end = self.compared(after_be)
        except Stuck:
            return None
        return noun, operator, operands, end

    def predicate(self, at: int, subject: Noun | None) -> tuple[list[Said], int]:
        """A verb with its objects. Raises Stuck when its words have no place."""
        negated = False
        verbs: list[str] = []
        last = ""
        start = at
        while at < len(self.words):
            word = self.low(at)
            if word in NEGATIONS or (word == "no" and self.low(at + 1) == "longer" and False):
                negated, at = True, at + 1
            elif word in ("also", "ever", "all", "actually", "currently") and self.low(at + 1) not in ("the",):
                at += 1
            elif self.lem(at) in ("be", "have", "do") and self.kind(at) == "word":
                last = self.lem(at)
                verbs.append(last)
                at += 1
            elif word in AUXILIARIES:
                at += 1
            elif self.relation_verb(at) and (at == start or last in ("be", "have", "do", "") or negated):
                if last == "be" and self.lexicon_noun(at) and not self.participle(at):
                    break
                if last == "have" and self.lexicon_noun(at) and not self.past(at):
                    break
                last = "verb"
                verbs.extend(self.verb(at))
                at += 1
                break
            else:
                break
        if not verbs and not negated:
            raise Stuck(start)
        if last == "be":
            return self.being(at, negated)
        if last == "have":
            found, after = self.possession(at, negated, ("have",))
            return [found], after
        return self.objects(at, negated, tuple(verbs))

    def being(self, at: int, negated: bool) -> tuple[list[Said], int]:
        """What follows `is`."""
        if self.low(at) == "there":
            at += 1
        limit_free, superlative, after = self.top(at + (self.low(at) == "the"))
        if superlative is not None and limit_free is None and not negated:
            return [superlative], after
        if self.low(at) == "worth" and self.says(at, "worth", "the", "most"):
            raise Stuck(at)
        if negated and self.comparison(at)[0]:
            operator, end = self.comparison(at)
            operand, end = self.operand(end)
            opposite: dict[str, Operator] = {">": "<=", "<": ">=", ">=": "<", "<=": ">", "=": "<>", "<>": "="}
            return [Adjectival("", opposite[operator or "="], operand)], end
        found = self.comparing(at) or self.when(at)
        if found is not None and not negated:
            return [found[0]], found[1]
        placed = self.prepositional(at) if self.low(at) in ("on", "at", "in") else None
        if placed is not None and isinstance(placed[0], Where):
            return [replace(placed[0], negated=negated)], placed[1]
        link = ""
        if self.low(at) in ("from", "in", "at", "of", "on", "by"):
            link = self.low(at)
            at += 1
        start = at
        while self.low(at) in ("a", "an", "the"):
            at += 1
        try:
            operands, end = self.value_list(at)
        except Stuck:
            operands, end = (), at
        if operands and self.lem(end) in ("citizen", "national", "person", "one", "resident"):
            return [Being(operands, link, negated)], end + 1
        if operands and all(operand.number is None for operand in operands):
            nouns = [m for m in self.lexicon.match(self.words, end) if any(s.kind != "value" for s in m.senses)]
            if nouns and not self.mod_opens(end):
                senses = tuple(s for s in nouns[0].senses if s.kind == "column")
                if senses:
                    noun = Noun(end, nouns[0].end, senses=senses)
                    return [Where(noun, "=", operands, negated)], nouns[0].end
                end = nouns[0].end
            return [Being(operands, link, negated)], end
        noun, end = self.noun(start)
        if noun.superlative is not None:
            if negated:
                raise Stuck(start)
            return [noun.superlative, *noun.said], end
        return [Related(noun, link or "be", negated)], end

    def objects(self, at: int, negated: bool, verbs: tuple[str, ...]) -> tuple[list[Said], int]:
        """What follows a full verb."""
        if self.low(at) in ("there", "here"):
            at += 1
        best = self.most_of(at)
        if best is not None:
            by = best[0].by if isinstance(best[0], Superlative) else None
            if by is not None and by.count_of is not None and by.count_of.unit_of_time:
                by.count_of.said.append(Did(verbs))
            return [best[0]], best[1]
        if self.low(at) == "the" and self.any_of(at + 1, "most", "least"):
            after = at + 2
            senses = self.money_measures(verbs)
            if senses and not negated:
                by = Noun(at, after, senses=senses, functions=("sum",))
                if self.low(after) == "in" and self.lexicon.match(self.words, after + 1):
                    named, end = self.bare_noun(after + 1)
                    by, after = named, end
                return [Superlative("most", most=self.low(at + 1) == "most", by=by)], after
            raise Stuck(at)
        when = self.when(at)
        if when is not None:
            said = when[0]
            if negated:
                return [Did(verbs, negated=True), said], when[1]
            periods: list[Said] = [When(said.periods, said.year_only, verbs, said.compared)]
            end = when[1]
            if self.low(end) == "or" and self.mod_opens(end + 1):
                another = self.when(end + 1)
                if another is not None:
                    option = When(another[0].periods, another[0].year_only, verbs)
                    return [Either((periods[0], option))], another[1]
            return periods, end
        comparing = self.comparing(at)
        if comparing is not None and not negated and isinstance(comparing[0], Adjectival):
            senses = self.money_measures(verbs)
            if senses and not comparing[0].adjective and comparing[0].operand.number is not None:
                amount = Noun(at, comparing[1], senses=senses)
                return [Where(amount, comparing[0].operator, (comparing[0].operand,))], comparing[1]
        if comparing is not None and not negated and self.quantity(at)[0] is None:
            return [comparing[0]], comparing[1]
        link = ""
        superlative = self.low(at) in ("by", "in", "on", "for") and self.low(at + 2) in ("most", "fewest", "least")
        ranked = self.most_of(at + 1) if superlative and not negated else None
        if ranked is not None:
            return [Did(verbs), ranked[0]], ranked[1]
        if self.low(at) in PREPOSITIONS:
            if self.kind(at + 1) in ("end", "stop"):
                return [Did(verbs, negated)], at + 1
            grouped = self.grouping(at) if self.low(at) != "by" or self.low(at + 1) in ("each", "every") else None
            if grouped is not None and not negated:
                return [Did(verbs, False), grouped[0]], grouped[1]
            prepositional = self.prepositional(at)
            if prepositional is not None:
                said = prepositional[0]
                only_columns = (
                    isinstance(said, Related)
                    and said.noun.senses
                    and all(sense.kind == "column" for sense in said.noun.senses)
                )
                if self.low(at) == "by" and only_columns and isinstance(said, Related) and not negated:
                    return [Did(verbs), Grouped((said.noun,))], prepositional[1]
                if isinstance(said, Being):
                    return [Being(said.operands, self.low(at), negated)], prepositional[1]
                if isinstance(said, Where):
                    return [replace(said, negated=negated)], prepositional[1]
                if not isinstance(said, Related):
                    raise Stuck(at)
                return [Related(said.noun, said.link, negated != said.noun.none, verbs)], prepositional[1]
            if self.low(at) not in ("as",):
                link = self.low(at)
        if link == "" and (
            self.kind(at) in ("end", "stop", "comma") or (self.mod_opens(at) and not self.quantity(at)[0])
        ):
            return [Did(verbs, negated)], at
        if self.low(at) in AND or self.low(at) in ("or", "each", "per"):
            return [Did(verbs, negated)], at
        try:
            noun, end = self.noun(at)
        except Stuck:
            if self.filler(at):
                return [Did(verbs, negated)], at
            raise
        if self.any_of(end, "more than once", "at least twice", "multiple times"):
            times: dict[str, tuple[Operator, float | int]] = {"more": (">", 1), "at": (">=", 2), "multiple": (">", 1)}
            noun.quantity = times[self.low(end)]
            end += 3 if self.low(end) != "multiple" else 2
        return [Related(noun, "verb", negated != noun.none, verbs)], end
