"""The words of a question and what can be told by looking at them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from . import english
from .lexicon import Lexicon, Sense
from .vocabulary import AUXILIARIES, PREPOSITIONS, RELATIVES
from .words import Word, verb_bases


class Stuck(Exception):
    """The reading ended at this word, which fits nowhere."""

    def __init__(self, at: int) -> None:
        super().__init__(at)
        self.at = at


class Looking:
    """Looks at words; changes nothing."""

    def __init__(self, words: Sequence[Word], lexicon: Lexicon, today: date) -> None:
        self.words = list(words)
        self.lexicon = lexicon
        self.today = today
        self.in_key = 0
        """Inside the key of an order, directions belong to the order."""
        self.sorting = False
        """After `Sort the shops`, `by size` is an order and not a group."""

    def low(self, at: int) -> str:
        return self.words[at].lower if 0 <= at < len(self.words) else ""

    def lem(self, at: int) -> str:
        word = self.words[at] if 0 <= at < len(self.words) else None
        return word.lemma if word and word.kind in ("word", "number") else ""

    def kind(self, at: int) -> str:
        return self.words[at].kind if 0 <= at < len(self.words) else "end"

    def says(self, at: int, *phrase: str) -> bool:
        return all(self.low(at + k) == word for k, word in enumerate(phrase))

    def any_of(self, at: int, *phrases: str) -> int:
        """How many words the first fitting phrase has; 0 when none fits."""
        for phrase in phrases:
            parts = phrase.split()
            if self.says(at, *parts):
                return len(parts)
        return 0

    def verb(self, at: int) -> tuple[str, ...]:
        return verb_bases(self.low(at)) if self.kind(at) == "word" else ()

    def conjunction(self, at: int) -> int:
        start = at
        if self.kind(at) == "comma" or self.low(at) == "&":
            at += 1
        for phrase in ("and also", "as well as", "along with", "together with", "and the corresponding",
                       "and their respective", "and", "plus"):  # fmt: skip
            taken = self.any_of(at, phrase)
            if taken:
                return at + taken
        return at if at > start else start

    def verb_of_request(self, at: int) -> bool:
        if self.low(at) in ("rank", "order") and self.low(at + 1) in ("of", "and", "for", "from", "in", "who", "that"):
            return False  # something that has a rank, or orders, is asked for
        return self.low(at) in (english.REQUEST - {"name", "state"}) | {"sort", "order", "rank", "then"}

    def filler(self, at: int) -> int:
        """How many words here say nothing: `in total`, `as well`, or a last `for each`."""
        last = self.any_of(at, "for each", "in each", "of each", "for each of them", "for each one")
        if last and self.kind(at + last) in ("end", "stop"):
            return last
        if again := self.said_again(at):
            return again
        return self.any_of(
            at, "in total", "as well", "in the database", "in our database", "overall", "altogether", "there",
            "respectively", "please", "exist", "do we have", "have we got", "are there", "is there", "too", "on record",
            "in the system", "we have", "on file", "for me", "available",
        )  # fmt: skip

    def said_again(self, at: int) -> int:
        """How many words at the end only repeat the relation: `that use it`, `corresponding to each`, `in it`."""
        end = at
        end += self.low(end) in RELATIVES
        end += self.lem(end) in AUXILIARIES
        end += self.relation_verb(end)
        end += self.low(end) in PREPOSITIONS
        named = self.any_of(end, "each of them", "each one", "each", "it", "them")
        return end + named - at if end > at and named and self.kind(end + named) in ("end", "stop") else 0

    def participle(self, at: int) -> bool:
        word = self.low(at)
        verbal = word.endswith(("ed", "ing")) or word in english.PAST
        named = self.lexicon_noun(at) and (not self.past(at) or self.longer_noun(at))
        return self.kind(at) == "word" and verbal and not named and self.relation_verb(at)

    def past(self, at: int) -> bool:
        """Whether a word looks like something done: `joined`, `sold`."""
        word = self.low(at)
        return self.kind(at) == "word" and (word.endswith("ed") or word in english.PAST) and self.relation_verb(at)

    def lexicon_noun(self, at: int) -> bool:
        return any(
            sense.cost <= 0.3 and sense.kind in ("table", "column", "measure")
            for match in self.lexicon.match(self.words, at)
            for sense in match.senses
        )

    def longer_noun(self, at: int) -> bool:
        """Whether several words from here on are a name: `born state`, `listed price`."""
        return any(
            match.end > at + 1
            and self.low(match.end - 1) not in PREPOSITIONS
            and sense.cost <= 0.3
            and sense.kind != "value"
            for match in self.lexicon.match(self.words, at)
            for sense in match.senses
        )

    def relation_verb(self, at: int) -> bool:
        """A verb that only relates rows to rows, or that the catalog's own names contain."""
        if self.kind(at) != "word":
            return False
        bases = self.verb(at)
        return any(base in english.RELATION_VERBS for base in bases) or self.schema_verb(at)

    def schema_verb(self, at: int) -> bool:
        """A verb of which the catalog names the doer or the deed: `teaches`, where there are teachers."""
        roots = {_root(base) for base in self.verb(at)}
        return bool(roots & self.lexicon.roots)

    def value_at(self, at: int) -> bool:
        return any(sense.kind == "value" for match in self.lexicon.match(self.words, at) for sense in match.senses)

    def noun_follows(self, at: int) -> bool:
        matches = self.lexicon.match(self.words, at)
        return any(sense.kind != "value" for match in matches for sense in match.senses) or (
            bool(matches) and self.noun_follows(matches[0].end)
        )

    def column_phrase(self, at: int) -> bool:
        """Whether `number of …` here is the name of a column, or of a part of one."""
        for match in self.lexicon.match(self.words, at):
            if match.end > at + 1 and any(sense.kind in ("column", "measure") for sense in match.senses):
                return True
        return False

    def ends_with_noun(self, at: int) -> tuple[Sense, ...] | None:
        """The senses of the table or column whose name ends right before this word."""
        for start in range(max(0, at - 4), at):
            for match in self.lexicon.match(self.words, start):
                senses = tuple(s for s in match.senses if s.kind in ("table", "column"))
                if match.end == at and senses:
                    return senses
        return None

    def key_follows(self, at: int) -> bool:
        return any(s.kind in ("column", "measure") for m in self.lexicon.match(self.words, at) for s in m.senses)


def _root(word: str) -> str:
    return word[:-1] if word.endswith("e") else word
