"""What is said about a noun after it: `from Brazil`, `over 20 dollars`, `in 2024`, `named Plaza`."""

from __future__ import annotations

from . import english
from .looking import Stuck
from .orders import Orders
from .phrases import (
    Adjectival,
    Being,
    Both,
    Either,
    InUnit,
    Noun,
    Related,
    Said,
    Shared,
    Superlative,
    When,
    Where,
)
from .times import UNITS, Period, read_period
from .vocabulary import AUXILIARIES, NEGATIONS, PREPOSITIONS, RELATIVES


class Sayings(Orders):
    """Reads one thing said after another."""

    def mods(self, at: int, noun: Noun | None = None, stop_at_verb: bool = False) -> tuple[list[Said], int]:
        said: list[Said] = []
        while at < len(self.words):
            if stop_at_verb and (self.relation_verb(at) or self.lem(at) in AUXILIARIES):
                break
            found = self.mod(at, noun)
            if found is None:
                joined = self.joined_mod(at, said, noun)
                if joined is None:
                    filler = self.filler(at) if noun is not None else 0
                    if filler:
                        at += filler
                        continue
                    break
                at = joined
                continue
            said.extend(flat(found[0]))
            at = found[1]
        return said, at

    def joined_mod(self, at: int, said: list[Said], noun: Noun | None) -> int | None:
        """`… and whose …`, `… or before 2008`, `…, but not from Spain`."""
        word = self.low(at)
        after = at + 1
        if self.kind(at) == "comma":
            if self.low(after) in ("and", "or", "but"):
                word, after = self.low(after), after + 1
            else:
                word = "and"
        if word not in ("and", "or", "but") or not said:
            return None
        if not self.mod_opens(after) or self.low(after) in ("the", "a"):
            return None
        found = self.mod(after, noun)
        if found is None:
            return None
        more, end = found
        if word == "or":
            options = said[-1].options if isinstance(said[-1], Either) else (said[-1],)
            if not isinstance(more, Where | Being | When | Adjectival) or not all(
                isinstance(option, Where | Being | When | Adjectival) for option in options
            ):
                return None
            said[-1] = Either((*options, more))
        else:
            said.extend(flat(more))
        return end

    def mod_opens(self, at: int) -> bool:
        """Whether something said about a noun can begin here."""
        word = self.low(at)
        if self.kind(at) not in ("word", "number"):
            return False
        if word in PREPOSITIONS | RELATIVES | NEGATIONS | {"whose", "where", "having", "without", "before", "after",
           "since", "until", "named", "called", "except", "excluding", "above", "below", "over", "under", "aged",
           "sorted", "ordered", "ranked", "grouped", "per", "living", "located", "based", "but", "with", "sort",
           "order", "other", "containing", "then", "starting", "limited", "split", "broken", "compared"}:  # fmt: skip
            return True
        if self.comparison(at)[0] is not None or english.IRREGULAR_DEGREES.get(word, ("", ""))[1] == "more":
            return True
        if self.lem(at) in ("be", "have", "do"):
            return True
        return self.participle(at)

    def mod(self, at: int, noun: Noun | None) -> tuple[Said, int] | None:
        """One thing said about a noun, or None."""
        if self.kind(at) not in ("word", "number", "quoted"):
            return None
        for reader in (
            self.share,
            self.in_unit,
            self.order,
            self.when,
            self.grouping,
            self.naming,
            self.excluding,
            self.whose,
            self.relative,
            self.having,
            self.comparing,
            self.prepositional,
            self.reduced,
            self.apposed,
        ):
            if self.in_key and reader == self.order:
                continue
            try:
                found = reader(at)
            except Stuck:
                continue
            if found is not None:
                return found
        return None

    def apposed(self, at: int) -> tuple[Said, int] | None:
        """`airline "JetBlue"`, `feature AirCon`: a name right after what it names."""
        if at == 0 or not (self.kind(at) == "quoted" or (self.words[at].capital and self.value_at(at))):
            return None
        named = self.ends_with_noun(at)
        if named is None:
            return None
        operands, after = self.value_list(at, literal=True)
        if named[0].kind == "column":
            return Where(Noun(at - 1, at, senses=named), "=", operands), after
        return Being(operands, link="called"), after

    def share(self, at: int) -> tuple[Said, int] | None:
        taken = self.any_of(
            at, "in percent of the total", "in percent of total", "in percent", "as a percentage of the total",
            "as a percentage of total", "as percentage of total", "as a percentage", "as percentage", "as percent",
            "in percentage", "as a share of the total", "as a share of total",
        )  # fmt: skip
        return (Shared(), at + taken) if taken else None

    def in_unit(self, at: int) -> tuple[Said, int] | None:
        """`in milliseconds`, `in dollars`."""
        unit = english.UNIT_WORDS.get(self.lem(at + 1)) if self.low(at) in ("in", "as") else None
        if not unit or (self.lem(at + 1) in UNITS and unit not in english.SECONDS) or self.low(at + 1) == "day":
            return None
        return InUnit(unit), at + 2

    def when(self, at: int) -> tuple[Said, int] | None:
        start = at
        side = ""
        taken = self.any_of(
            at, "on or after", "on or before", "starting from", "starting in", "up to", "since", "before", "after",
            "until", "prior to", "later than", "earlier than", "from before", "as of",
        )  # fmt: skip
        if taken:
            side = " ".join(self.low(at + k) for k in range(taken))
            at += taken
        else:
            at += self.any_of(
                at, "in the", "during the", "over the", "for the", "within the", "from the", "in", "during", "on",
                "for", "over", "within", "throughout", "of",
            )  # fmt: skip
            if self.low(start) == "from" and not read_period(self.words, start, self.today):
                at = start + 1
        if side and self.says(at, "the", "year"):
            at += 2
        found = read_period(self.words, at, self.today)
        if found is None and self.low(at) == "the" and side:
            found = read_period(self.words, at + 1, self.today)
        if found is None and at > start and self.low(start) in ("from", "between"):
            found = read_period(self.words, start, self.today)
        if found is None:
            return None
        after = found.end
        bare_year = after == at + 1 and self.kind(at) == "number"
        if bare_year and at == start and self.low(start - 1) == "top":
            return None
        if bare_year and self.low(start) in ("over", "of", "for") and self.names_amount(after):
            return None
        if bare_year and self.low(start) in ("over", "above", "below", "under"):
            return None
        period = _sided(found.period, side)
        periods = [period]
        compared = False
        while True:
            again = after
            if self.low(again) in ("or", "and", "versus", "vs") or self.kind(again) == "comma":
                again += 1
                again += self.low(again) in ("and", "or")
            if again == after:
                break
            if self.low(again) in ("in", "during"):
                again += 1
            another = read_period(self.words, again, self.today)
            if another is None or side:
                break
            periods.append(another.period)
            compared |= self.low(another.end - 2) in ("and", "versus", "vs") or "and" in (
                self.low(after), self.low(after + 1)
            )  # fmt: skip
            after = another.end
        if self.low(after) == "only":
            after += 1
        open_side = _OPEN_SIDES.get(self.low(after + 1)) if self.low(after) == "or" and not side else None
        if open_side and not read_period(self.words, after + 2, self.today):
            return When(tuple(_sided(p, open_side) for p in periods), bare_year, compared=compared), after + 2
        return When(tuple(periods), year_only=bare_year, compared=compared), after

    def names_amount(self, at: int) -> bool:
        return self.lem(at) in english.UNIT_WORDS

    def naming(self, at: int) -> tuple[Said, int] | None:
        """`named X`, `called X`, `with the name X`."""
        taken = self.any_of(at, "named", "called", "with the name", "with name", "titled", "entitled", "by the name of")
        if not taken:
            return None
        operands, after = self.value_list(at + taken, literal=True)
        return Being(operands, link="named"), after

    def excluding(self, at: int) -> tuple[Said, int] | None:
        taken = self.any_of(
            at, "excluding", "except for", "except", "other than", "but not from", "but not in", "but not", "not from",
            "not in", "not located in", "not including", "outside of", "outside",
        )  # fmt: skip
        if not taken:
            return None
        after = at + taken
        after += self.low(after) in ("the", "those") and 1
        if self.lem(after) in ("null", "empty"):
            return None
        try:
            operands, after = self.value_list(after)
        except Stuck:
            return None
        held = {sense.table for operand in operands for sense in operand.senses}
        for match in self.lexicon.match(self.words, after):
            if any(sense.kind == "table" and sense.table in held for sense in match.senses):
                after = match.end
                break
        return Being(operands, link="", negated=True), after

    def whose(self, at: int) -> tuple[Said, int] | None:
        if self.low(at) != "whose":
            return None
        return self.condition(at + 1)

    def condition(self, at: int) -> tuple[Said, int]:
        """`age is over 20`, `name contains 'love'`, `number of products is the largest`."""
        noun, after = self.attribute(at)
        if not (noun.count_of or any(s.kind != "table" for s in noun.senses) or self.lem(after) == "be"):
            raise Stuck(after)
        negated = False
        if self.low(after) in ("do", "does", "did") and self.low(after + 1) == "not":
            negated, after = True, after + 2
        if self.lem(after) in ("be", "have") and self.lem(after) == "be":
            after += 1
        if self.low(after) in ("not", "never"):
            negated, after = True, after + 1
        if self.lem(after) == "be":
            after += 1
        best = self.extreme(after)
        if best is not None:
            return Superlative("whose", most=best[0], by=noun), best[1]
        operator, operands, end = self.compared(after)
        return Where(noun, operator, operands, negated), end

    def comparing(self, at: int) -> tuple[Said, int] | None:
        """`older than 20`, `over 20 dollars`, `above age 20`, `aged 32 or 33`, `longer than 5 minutes`."""
        if self.low(at) == "aged":
            operator, operands, after = self.compared(at + 1)
            noun = self.named_attribute(at, "age")
            return (Where(noun, operator, operands), after) if noun else None
        degree = english.IRREGULAR_DEGREES.get(self.low(at))
        if (
            degree
            and degree[1] == "more"
            and self.low(at + 1) == "than"
            and degree[0] not in ("high", "great", "large")
        ):
            try:
                operand, after = self.operand(at + 2)
            except Stuck:
                return None
            return Adjectival(degree[0], ">", operand), after
        operator, after = self.comparison(at)
        if operator is None:
            return None
        if self.kind(after) == "number":
            try:
                operand, end = self.operand(after)
            except Stuck:
                return None
            if self.low(end) in ("in", "of") and self.when(end) is None:
                try:
                    noun, behind = self.bare_noun(end + 1)
                    if any(s.kind in ("column", "measure") for s in noun.senses):
                        return Where(noun, operator, (operand,)), behind
                except Stuck:
                    pass
            return Adjectival("", operator, operand), end
        try:
            noun, end = self.bare_noun(after)
            operand, end = self.operand(end)
        except Stuck:
            if self.low(after) == "the" or self.low(after) == "average":
                try:
                    operand, end = self.operand(after)
                except Stuck:
                    return None
                return Adjectival("", operator, operand), end
            return None
        return Where(noun, operator, (operand,)), end

    def prepositional(self, at: int) -> tuple[Said, int] | None:
        """`of the singers`, `from France`, `in each concert`, `for all stadiums`."""
        link = self.low(at)
        if link not in PREPOSITIONS or link in ("with", "under", "over", "as"):
            return None
        after = at + 1
        if link == "in" and self.says(after, "terms", "of"):
            after += 2
        if self.low(after) in ("between",):
            return None
        if link == "of" and self.low(after) == "the" and self.low(after + 1) in ("highest", "lowest", "largest"):
            keys = self.lexicon.match(self.words, after + 2)
            if keys and all(sense.kind == "column" for sense in keys[0].senses):
                return self.most_of(after)
        if link in ("on", "at", "in") and self.kind(after + 1) == "number":  # `on floor 3`
            for match in self.lexicon.match(self.words, after):
                senses = tuple(s for s in match.senses if s.kind == "column" and s.cost < 0.3)
                if match.end == after + 1 and senses and len(senses) == len(match.senses):
                    operand, end = self.operand(match.end)
                    return Where(Noun(after, match.end, senses=senses), "=", (operand,)), end
        try:
            operands, end = self.value_list(after)
            nouns = [m for m in self.lexicon.match(self.words, after) if any(s.kind != "value" for s in m.senses)]
            only_numbers = all(operand.number is not None for operand in operands)
            if not only_numbers and not self.noun_follows(end) and not (nouns and nouns[0].end >= end):
                return Being(operands, link=link), end
        except Stuck:
            pass
        try:
            noun, end = self.noun(after)
        except Stuck:
            return None
        return Related(noun, link), end


def flat(said: Said) -> tuple[Said, ...]:
    """The parts of what one clause says."""
    return said.parts if isinstance(said, Both) else (said,)


_OPEN_SIDES = {"before": "until", "earlier": "until", "after": "since", "later": "since"}
"""`in 2001 or before`, `2002 or later`."""


def _sided(period: Period, side: str) -> Period:
    if side in ("before", "prior to", "earlier than", "from before"):
        return Period(None, period.start)
    if side in ("after", "later than"):
        return Period(period.end, None)
    if side in ("since", "on or after", "starting from", "starting in"):
        return Period(period.start, None)
    if side in ("until", "on or before", "up to"):
        return Period(None, period.end)
    return period
