"""Groups and orders: `by country`, `for each shop`, `in descending order of age`."""

from __future__ import annotations

from . import english
from .degrees import Degrees
from .looking import Stuck
from .phrases import (
    Grouped,
    Noun,
    Ordered,
    Question,
    Related,
    Said,
)
from .times import UNITS
from .vocabulary import PREPOSITIONS


class Orders(Degrees):
    """Reads by what to group and to sort."""

    def grouping(self, at: int) -> tuple[Said, int] | None:
        start = at
        taken = self.any_of(
            at, "grouped by", "broken down by", "split by", "organized by", "group by", "for each", "in each",
            "of each", "from each", "at each", "on each", "to each", "by each", "within each", "for every",
            "in every", "of every",
            "with each", "under each", "from every", "per each", "per", "each", "by different", "for all different",
        )  # fmt: skip
        is_by = False
        if not taken:
            if self.low(at) != "by":
                return None
            taken, is_by = 1, True
        at += taken
        if not is_by and self.low(start) == "each" and self.kind(at) in ("end", "stop"):
            return None
        if is_by and (self.sorting or self.is_order_key(at)):
            return None
        if taken == 2 and self.low(start) in PREPOSITIONS - {"per"} and self.low(start + 1) in ("each", "every"):
            noun, after = self.noun(at)
            noun.each = True
            if not self.can_group_more(after):
                return Related(noun, self.low(start)), after
        nouns: list[Noun] = []
        while True:
            try:
                noun, after = self.noun(at)
            except Stuck:
                if not nouns:
                    return None
                break
            if is_by and not noun.senses and noun.unit_of_time is None:
                return None
            nouns.append(noun)
            at = after
            following = at
            if self.kind(at) == "comma":
                following += 1
            if self.low(following) in ("and", "per", "by", "then"):
                following += 1
                following += self.low(following) == "by"
            if following == at or not self.can_group(following):
                break
            at = following
        return Grouped(tuple(nouns)), at

    def can_group_more(self, at: int) -> bool:
        return self.low(at) == "and" and self.can_group(at + 1)

    def can_group(self, at: int) -> bool:
        """Whether another dimension follows, rather than another thing asked for."""
        if self.low(at) in ("the", "their", "its", "how", "what", "return", "show", "number", "total", "average"):
            return False
        if self.lem(at) in UNITS:
            return True
        return any(sense.kind in ("column", "table") for m in self.lexicon.match(self.words, at) for sense in m.senses)

    def is_order_key(self, at: int) -> bool:
        """`top 10 customers by total spend`: what follows `by` is a number to rank by."""
        while self.low(at) in ("the", "their", "its"):
            at += 1
        if self.low(at) in english.PURE_AGGREGATES | {"number", "count", "highest", "most", "descending", "ascending"}:
            return True
        matches = self.lexicon.match(self.words, at)
        return bool(matches) and all(sense.kind == "measure" for sense in matches[0].senses)

    def order(self, at: int) -> tuple[Said, int] | None:
        start = at
        down: bool | None = None
        taken = self.any_of(
            at, "ordered", "sorted", "ranked", "arranged", "listed", "and sorted", "sort by", "order by", "rank by",
            "in order of", "in the order of", "arranged",
        )  # fmt: skip
        if self.low(at) == "listed" and self.low(at + 1) not in ("in", "by", "from", "alphabetically"):
            return None
        direction, after = self.direction(at)
        if not taken and direction is None:
            if (
                self.low(at) == "by"
                and (self.sorting or self.is_order_key(at + 1))
                and self.low(at + 1) not in (english.DIRECTION_UP | english.DIRECTION_DOWN)
            ):
                nouns, after = self.order_keys(at + 1)
                down, after = self.direction(after)
                if down is None:
                    ends = self.from_to(after)
                    down, after = ends or (None, after)
                return Ordered(nouns, down), after
            phrase = self.from_to(at)
            if phrase:
                return Ordered((), phrase[0]), phrase[1]
            backward = self.any_of(
                at, "in reverse alphabetical order", "in reversed alphabetical order", "in reverse alphabetic order",
                "in reverse lexicographical order", "in reversed lexicographical order",
            )  # fmt: skip
            if backward:
                return Ordered((), True), at + backward
            alphabetic = self.any_of(at, "alphabetically", "in alphabetical order", "in alphabetic order")
            return (Ordered((), False), at + alphabetic) if alphabetic else None
        if taken:
            at += taken
            if self.words[at - 1].lower in ("by", "of"):
                at -= 1
            down, at = self.direction(at)
        else:
            down, at = direction, after
        if self.low(at) in ("by", "of", "according"):
            at += 2 if self.says(at, "according", "to") else 1
            nouns, at = self.order_keys(at)
        elif (
            down is not None
            and self.words[at - 1].lower not in ("order", "sequence", "manner")
            and self.key_follows(at)
        ):
            nouns, at = self.order_keys(at)
        else:
            nouns = ()
        if down is None:
            down, at = self.direction(at)
        if down is None:
            phrase = self.from_to(at)
            if phrase:
                down, at = phrase
        if not nouns and self.low(at) == "by":
            nouns, at = self.order_keys(at + 1)
        return (Ordered(nouns, down), at) if at > start else None

    def order_request(self, at: int) -> tuple[Said, int] | None:
        """`and sort by age`, `order the results by level from high to low`."""
        if self.low(at) not in ("sort", "order", "rank", "arrange", "sorted", "ordered", "list"):
            return None
        if self.low(at) == "list" and not self.says(at, "list", "them"):
            return None
        at += 1
        while self.low(at) in ("them", "the", "it", "results", "result", "rows", "these", "output", "list"):
            at += 1
        down, at = self.direction(at)
        if self.low(at) not in ("by", "of", "on"):
            return (Ordered((), down), at) if down is not None else None
        nouns, at = self.order_keys(at + 1)
        if down is None:
            down, at = self.direction(at)
        if down is None:
            phrase = self.from_to(at)
            if phrase:
                down, at = phrase
        return Ordered(nouns, down), at

    def order_keys(self, at: int) -> tuple[tuple[Noun, ...], int]:
        nouns: list[Noun] = []
        while True:
            if self.low(at) in ("descending", "ascending"):
                at += 1
            while self.low(at) in ("the", "their", "its") and not self.lexicon.match(self.words, at):
                at += 1
            if self.any_of(at, "frequency", "count", "popularity") and not self.says(at, "count", "of"):
                nouns.append(Noun(at, at + 1, count_of=Noun(at, at)))
                at += 1
            elif self.any_of(at, "value", "values") and not self.lexicon.match(self.words, at):
                at += 1
            else:
                self.in_key += 1
                try:
                    noun, at = self.noun(at)
                finally:
                    self.in_key -= 1
                nouns.append(noun)
            after = self.conjunction(at)
            if self.low(after) == "then":
                after += 1
                after += self.low(after) == "by"
            if after == at or self.mod_opens(after) or self.verb_of_request(after):
                return tuple(nouns), at
            try:
                self.noun(after)
            except Stuck:
                return tuple(nouns), at
            at = after

    def direction(self, at: int) -> tuple[bool | None, int]:
        start = at
        if self.low(at) in ("in", "by"):
            at += 1
        at += self.low(at) in ("a", "an", "the")
        word = self.low(at)
        if word in english.DIRECTION_UP | english.DIRECTION_DOWN:
            if self.low(at) in ("alphabetical", "ascending", "descending") and self.low(at + 1) in (
                "alphabetical", "lexicographical", "chronological",
            ):  # fmt: skip
                at += 1
            down = word in english.DIRECTION_DOWN
            if word in ("alphabetical", "chronological") and self.low(at + 1) in ("descending",):
                down, at = True, at + 1
            at += 1
            at += self.low(at) in ("order", "sequence", "manner")
            return down, at
        return None, start

    def from_to(self, at: int) -> tuple[bool, int] | None:
        """`from the oldest to the youngest`, `from high to low`, `highest first`."""
        degrees = {
            "high": True, "highest": True, "most": True, "largest": True, "oldest": True, "old": True, "large": True,
            "longest": True, "greatest": True, "biggest": True, "richest": True, "heaviest": True, "big": True,
            "low": False, "lowest": False, "least": False, "smallest": False, "youngest": False, "young": False,
            "small": False, "shortest": False, "fewest": False, "lightest": False, "newest": True, "latest": True,
            "earliest": False, "a": False, "z": True, "cheapest": False, "expensive": True, "recent": True,
        }  # fmt: skip
        if self.low(at) == "from":
            at += 1
            at += self.low(at) == "the"
            first = self.low(at)
            if first in ("most", "least") and self.low(at + 1) in ("expensive", "recent"):
                at += 1
            if first not in degrees or self.low(at + 1) != "to":
                return None
            at += 2
            at += self.low(at) == "the"
            if self.low(at) in ("most", "least") and self.low(at + 1) in ("expensive", "recent"):
                at += 1
            if self.low(at) not in degrees or degrees[self.low(at)] == degrees[first]:
                return None
            return degrees[first], at + 1
        at += self.low(at) == "with"
        at += self.low(at) == "the"
        if self.low(at) in degrees and self.low(at) not in ("a", "z") and self.low(at + 1) == "first":
            return degrees[self.low(at)], at + 2
        return None

    def sort_first(self, at: int, question: Question) -> int:
        """`Sort all the shops by size in descending order, and return the name of each shop.`"""
        self.sorting = True
        noun, at = self.noun(at + 1)
        question.heads.append(noun)
        more, at = self.mods(at)
        question.said.extend(more)
        self.sorting = False
        after = self.conjunction(at)
        if after > at and self.low(after) in english.REQUEST:
            question.heads = []
            question.said.append(Related(noun, "of")) if noun.senses else None
            return self.heads(self.greeting(after), question)
        return at
