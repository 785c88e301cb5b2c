"""Superlatives and aggregates before a noun: `top 5`, `youngest`, `average and maximum`."""

from __future__ import annotations

from . import english
from .looking import Stuck
from .nouns import Nouns
from .phrases import (
    Said,
    Superlative,
)


class Degrees(Nouns):
    """Reads how much of it, or which of them."""

    def top(self, at: int) -> tuple[int | None, Superlative | None, int]:
        """`top 5`, `3 most expensive`, `youngest`, `best selling`, `most popular`, `first 10`."""
        limit: int | None = None
        top = down = False
        if self.low(at) in ("top", "bottom", "first") and self.kind(at + 1) == "number":
            number = self.words[at + 1].number
            limit = number if isinstance(number, int) and number > 0 else None
            top, down = self.low(at) == "top", self.low(at) == "bottom"
            if limit is None:
                raise Stuck(at + 1)
            at += 2
        elif self.kind(at) == "number" and self.is_superlative(at + 1):
            number = self.words[at].number
            limit = number if isinstance(number, int) and number > 0 else None
            if limit is None:
                raise Stuck(at)
            at += 1
        elif self.low(at) == "top" and self.lexicon.match(self.words, at + 1):
            limit, top, at = 1, True, at + 1
        superlative, after = self.superlative(at)
        if superlative is None and (top or down):
            superlative = Superlative("top" if top else "bottom", most=top)
        return limit, superlative, after

    def is_superlative(self, at: int) -> bool:
        return self.superlative(at)[0] is not None

    def superlative(self, at: int) -> tuple[Superlative | None, int]:
        word, following = self.low(at), self.low(at + 1)
        if word in ("best", "top", "worst", "most", "least") and following in (
            "selling",
            "sold",
            "purchased",
            "bought",
        ):
            return Superlative(f"{word} {following}", most=word not in ("worst", "least"), selling=True), at + 2
        if word in ("most", "least") and following in (
            "common",
            "popular",
            "frequent",
            "used",
            "frequently",
            "commonly",
        ):
            end = at + 2
            if following in ("frequently", "commonly") or self.low(end) in ("used", "occurring"):
                end += self.low(end) in ("used", "occurring", "ordered", "purchased")
            return Superlative(f"{word} {following}", most=word == "most", popular=True), end
        if word in ("most", "least") and following == "recent":
            return Superlative("most recent", "new", most=word == "most"), at + 2
        if word in ("most", "least") and following in english.ADJECTIVES:
            return Superlative(f"{word} {following}", following, most=word == "most"), at + 2
        if word in ("highest", "best", "lowest", "worst", "most", "least") and following == "paid":
            return Superlative(f"{word} paid", "paid", most=word in ("highest", "best", "most")), at + 2
        degree = english.IRREGULAR_DEGREES.get(word)
        if degree and degree[1] == "most" and not self.is_quantity_at(at + 1, word):
            return Superlative(word, degree[0]), at + 1
        return None, at

    def is_quantity_at(self, at: int, word: str) -> bool:
        """Whether what follows is an attribute, so that `highest` is a maximum rather than a kind of row."""
        if word not in english.AGGREGATES:
            return False
        if self.low(at) in ("and", ",") or self.says(at, "number", "of"):
            after = self.conjunction(at)
            following = after + (self.low(after) == "the")
            return (
                self.says(at, "number", "of")
                or self.low(following) in english.AGGREGATES
                or (self.low(following) in ("most", "least"))
            )
        matches = self.lexicon.match(self.words, at)
        if not matches:
            return False
        owned = self.lexicon.match(self.words, matches[0].end) if self.kind(matches[0].end) == "word" else []
        if owned and any(s.kind == "table" for s in matches[0].senses):
            return all(s.kind in ("column", "measure") for s in owned[0].senses)  # `the highest booking amount`
        return not any(sense.kind in ("table", "value") for sense in matches[0].senses) and not (
            len(matches) > 1 and False
        )

    def functions(self, at: int) -> tuple[tuple[str, ...], int]:
        """`average, minimum and maximum`."""
        found: list[str] = []
        start = at
        while True:
            word = self.low(at)
            if self.says(at, "sum", "of") or self.says(at, "average", "of") or self.says(at, "total", "of"):
                found.append(english.AGGREGATES[word])
                at += 2
            elif (
                word in ("most", "least")
                and self.low(at + 1) in ("expensive", "recent")
                and (self.is_quantity_at(at + 2, "highest"))
            ):
                found.append("max" if word == "most" else "min")
                at += 2
            elif word in english.PURE_AGGREGATES or (word in english.AGGREGATES and self.is_quantity_at(at + 1, word)):
                if self.column_here(at, word):
                    break
                found.append(english.AGGREGATES[word])
                at += 1
            else:
                break
            after = self.conjunction(at)
            following = self.low(after + 1) if self.low(after) == "the" else self.low(after)
            if after > at and (following in english.AGGREGATES or following in ("most", "least")):
                at = after + (self.low(after) == "the")
        if not found:
            return (), start
        return tuple(dict.fromkeys(found)), at

    def column_here(self, at: int, word: str) -> bool:
        """Whether `total` is itself a column here rather than a sum: it ends the phrase, or belongs to its name."""
        matches = self.lexicon.match(self.words, at)
        if matches and matches[0].end > at + 1 and matches[0].senses[0].cost < 0.3:
            return True
        if word not in ("total", "average", "overall", "combined"):
            return False
        after = self.conjunction(at + 1)
        if after > at + 1 and self.low(after + (self.low(after) == "the")) in english.AGGREGATES:
            return False
        if not any(sense.kind == "column" for match in matches for sense in match.senses):
            return False
        return not self.lexicon.match(self.words, at + 1) and self.low(at + 1) not in (
            "number", "amount", "of", "count", "the", "and",
        )  # fmt: skip

    def most_of(self, at: int) -> tuple[Said, int] | None:
        """`the most albums`, `the highest average attendance`, `the largest number of products`."""
        at += self.low(at) == "the"
        limit: int | None = None
        number = at + (self.low(at) == "top")
        if self.kind(number) == "number" and self.low(number + 1) in english.IRREGULAR_DEGREES | english.AGGREGATES:
            value = self.words[number].number
            limit, at = (value if isinstance(value, int) and value > 0 else None), number + 1
            if limit is None:
                return None
        word = self.low(at)
        if word in ("most", "fewest", "least"):
            most = word == "most"
            try:
                noun, after = self.noun(at + 1)
            except Stuck:
                return None
            return Superlative(" ".join((word, "of")), most=most, by=noun), after
        if word in ("highest", "largest", "greatest", "biggest", "lowest", "smallest", "maximum", "minimum", "longest",
                    "shortest", "best", "top", "earliest", "latest"):  # fmt: skip
            most = word not in ("lowest", "smallest", "minimum", "shortest", "earliest")
            after = at + 1
            try:
                noun, end = self.noun(after)
            except Stuck:
                return None
            return Superlative(word, most=most, by=noun, limit=limit), end
        return None
