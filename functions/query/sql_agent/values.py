"""What something is compared with: operators, numbers with units, stored values, quoted texts."""

from __future__ import annotations

from dataclasses import replace

from . import english
from .lexicon import Match
from .looking import Looking, Stuck
from .phrases import (
    Noun,
    Operand,
    Operator,
)


class Values(Looking):
    """Reads comparisons and their operands."""

    def comparison(self, at: int) -> tuple[Operator | None, int]:
        """`more than`, `at least`, `no more than`, `over`, `equal to`, `before`."""
        if self.any_of(at, "not higher than", "not greater than", "not more than", "no more than", "no higher than",
                       "not larger than", "no greater than"):  # fmt: skip
            return "<=", at + 3
        if self.any_of(at, "not lower than", "not less than", "no less than", "no fewer than", "not fewer than",
                       "no lower than", "not smaller than"):  # fmt: skip
            return ">=", at + 3
        if self.says(at + 1, "than", "or", "equal", "to") and self.low(at) in english.MORE | english.FEWER:
            return (">=" if self.low(at) in english.MORE else "<="), at + 5
        for phrase, operator in (
            ("at least", ">="), ("at most", "<="), ("a minimum of", ">="), ("a maximum of", "<="), ("up to", "<="),
            ("equal to", "="), ("equals to", "="), ("equals", "="), ("exactly", "="), ("in excess of", ">"),
            ("minimum of", ">="), ("maximum of", "<="), ("different from", "<>"), ("not equal to", "<>"),
        ):  # fmt: skip
            taken = self.any_of(at, phrase)
            if taken:
                return operator, at + taken  # type: ignore[return-value]
        word, following = self.low(at), self.low(at + 1)
        if word in english.MORE and following == "than":
            return ">", at + 2
        if word in english.FEWER and following == "than":
            return "<", at + 2
        if word in ("over", "above", "exceeding", "exceeds", "exceed", "beyond"):
            return ">", at + 1
        if word in ("under", "below", "beneath"):
            return "<", at + 1
        if word == "than" and self.low(at - 1) in english.MORE:
            return ">", at + 1
        return None, at

    def compared(self, at: int) -> tuple[Operator, tuple[Operand, ...], int]:
        """An operator with what it compares to; equality when only values stand here."""
        if self.low(at) == "either":
            at += 1
        taken = self.any_of(at, "contains", "contain", "containing", "including", "includes", "include", "like", "has")
        if taken:
            at += taken
            at += self.any_of(at, "the word", "the substring", "the string", "the letters", "the letter", "the text",
                              "the phrase", "word", "substring", "a", "an", "the")  # fmt: skip
            operands, at = self.text_list(at)
            return "contains", operands, at
        for phrases, operator in (
            (("starts with", "start with", "starting with", "begins with", "begin with", "beginning with"), "starts"),
            (("ends with", "end with", "ending with", "ends in"), "ends"),
        ):
            taken = self.any_of(at, *phrases)
            if taken:
                at += taken
                at += self.any_of(at, "the letter", "the word", "the letters", "letter")
                operands, at = self.text_list(at)
                return operator, operands, at  # type: ignore[return-value]
        if self.low(at) == "between":
            first, after = self.operand(at + 1)
            if self.low(after) == "and":
                second, after = self.operand(after + 1)
                return "between", (first, second), after
            raise Stuck(at)
        if self.any_of(at, "null", "missing", "unknown", "empty"):
            return "null", (), at + 1
        if self.low(at) in ("from", "in", "of", "at") and not self.comparison(at)[0]:
            at += 1
        operator_found, after = self.comparison(at)
        if operator_found:
            operand, after = self.operand(after)
            return operator_found, (operand,), after
        operands, after = self.value_list(at, literal=True)
        return "=", operands, after

    def operand(self, at: int) -> tuple[Operand, int]:
        """One number with its unit, a quoted text, a date's year, or `the average age`."""
        start = at
        at += self.any_of(at, "the age of", "age")
        if self.kind(at) == "number":
            word = self.words[at]
            after = at + 1
            unit = word.unit
            if self.lem(after) in english.UNIT_WORDS:
                unit = english.UNIT_WORDS[self.lem(after)]
                after += 1
            elif self.says(after, "years", "old") or self.says(after, "year", "old"):
                after += 2
            elif self.says(after, "years") or self.says(after, "times"):
                after += 1
            return Operand(number=word.number, unit=unit), after
        at += self.low(at) == "the"
        if self.low(at) in ("average", "mean", "avg") or self.says(at, "overall", "average"):
            at += 2 if self.low(at) == "overall" else 1
            try:
                noun, after = self.bare_noun(at)
            except Stuck:
                return Operand(noun=Noun(start, at, functions=("avg",))), at
            return Operand(noun=Noun(start, after, senses=noun.senses, owner=noun.owner, functions=("avg",))), after
        raise Stuck(at)

    def text_list(self, at: int) -> tuple[tuple[Operand, ...], int]:
        """What a text contains: quoted texts or stored values, or one last word as it stands."""
        last = self.kind(at) == "word" and self.kind(at + 1) in ("end", "stop")
        if last and not self.value_at(at):
            return (Operand(text=self.words[at].text),), at + 1
        return self.value_list(at, literal=True)

    def value_list(self, at: int, literal: bool = False) -> tuple[tuple[Operand, ...], int]:
        """`Germany and France`, `"CD" or "DVD"`, `32 or 33`; with `literal`, also a text that is not stored."""
        operands: list[Operand] = []
        if self.low(at) == "either":
            at += 1
        joined = ""
        while True:
            operand, after = self.value(at, literal)
            operands.append(replace(operand, joined=joined) if joined else operand)
            at = after
            following = at
            if self.kind(at) == "comma":
                following += 1
            if self.low(following) in ("or", "and", "nor"):
                following += 1
                following += self.low(following) in ("in", "from", "the")
            if following == at:
                break
            try:
                nested = self.value(following, literal and self.kind(following) in ("quoted", "number"))
            except Stuck:
                break
            if self.lexicon_noun(following) and not nested[0].senses:
                break
            joined = next((self.low(k) for k in range(at, following) if self.low(k) in ("and", "or", "nor")), ",")
            at = following
        return tuple(operands), at

    def value(self, at: int, literal: bool) -> tuple[Operand, int]:
        at += self.low(at) == "the" and self.kind(at) == "word"
        word = self.words[at] if at < len(self.words) else None
        if word is None:
            raise Stuck(at)
        if word.kind == "quoted":
            return Operand(text=word.text, senses=self.lexicon.find_value(word.text)), at + 1
        matches = [m for m in self.lexicon.match(self.words, at) if any(s.kind == "value" for s in m.senses)]
        longest = self.literal(at) if literal else None
        if matches:
            return self.whole_name(matches[0])
        if word.kind == "number":
            operand, after = self.operand(at)
            return operand, after
        if longest is not None:
            return longest
        raise Stuck(at)

    def whole_name(self, match: Match) -> tuple[Operand, int]:
        """A value; or two next to each other that are the parts of one name."""
        operand = self.operand_of(match)[0]
        for following in self.lexicon.match(self.words, match.end):
            for sense in operand.senses:
                label = self.lexicon.label(sense.table)
                if len(label) == 2 and sense.column in label:
                    rest = tuple(s for s in following.senses if s.kind == "value" and s.table == sense.table
                                 and s.column in label and s.column != sense.column)  # fmt: skip
                    if rest:
                        second = self.operand_of(following)[0].text
                        parts = (Operand(text=operand.text, senses=(sense,)), Operand(text=second, senses=rest))
                        return Operand(text=f"{operand.text} {second}", senses=(sense,), parts=parts), following.end
        return operand, match.end

    def operand_of(self, match: Match) -> tuple[Operand, ...]:
        text = " ".join(word.text for word in self.words[match.start : match.end])
        return (Operand(text=text, senses=tuple(s for s in match.senses if s.kind == "value")),)

    def literal(self, at: int) -> tuple[Operand, int] | None:
        """A run of capitalised words that nothing else explains: `whose last name is Smith`."""
        end = at
        while end < len(self.words) and self.words[end].kind == "word" and (
            self.words[end].capital or (end > at and self.words[end].lower in ("of", "the", "de", "van", "von"))
        ):  # fmt: skip
            end += 1
        while end > at and not self.words[end - 1].capital:
            end -= 1
        if end == at:
            return None
        text = " ".join(word.text for word in self.words[at:end])
        return Operand(text=text, senses=self.lexicon.find_value(text)), end

    def extreme(self, at: int) -> tuple[bool, int] | None:
        start = at
        at += self.low(at) == "the"
        word = self.low(at)
        degree = english.AGGREGATES.get(word)
        if word in ("most", "least", "fewest"):
            degree = "max" if word == "most" else "min"
        if (degree in ("max", "min") and self.kind(at + 1) in ("end", "stop", "comma")) or (
            degree in ("max", "min") and at > start and not self.lexicon.match(self.words, at + 1)
        ):
            return degree == "max", at + 1
        return None
