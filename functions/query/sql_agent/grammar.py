"""Takes a question apart into phrases, left to right; every word must find its place.

A word that fits nowhere ends the reading (`Stuck`): the translator then declines and names it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from . import english
from .lexicon import Lexicon, Match, Sense
from .phrases import (
    Adjectival,
    Being,
    Did,
    Either,
    Grouped,
    Noun,
    Operand,
    Operator,
    Ordered,
    Question,
    Related,
    Said,
    Shared,
    Superlative,
    Both,
    InUnit,
    Shown,
    When,
    Where,
)
from .times import ADVERBS, UNITS, Period, read_period
from .words import Word, name_words, verb_bases

DETERMINERS = {"the", "a", "an", "all", "any", "our", "their", "its", "his", "her", "some", "these", "those", "every",
               "each", "different", "distinct", "unique", "individual", "various", "both", "of", "such"}  # fmt: skip
PRONOUNS = {"they", "he", "she", "it", "we", "you", "them", "i"}
RELATIVES = {"who", "that", "which", "whom"}
PREPOSITIONS = {"of", "in", "from", "by", "for", "at", "on", "to", "among", "across", "within", "through", "with",
                "about", "under", "into", "over", "between", "as", "via", "using", "during"}  # fmt: skip
AUXILIARIES = {"be", "have", "do", "can", "could", "will", "would", "should", "may", "might"}
NEGATIONS = {"not", "never", "neither"}
AND = {"and", "plus"}


class Stuck(Exception):
    """The reading ended at this word, which fits nowhere."""

    def __init__(self, at: int) -> None:
        super().__init__(at)
        self.at = at


class Grammar:
    """Reads one question."""

    def __init__(self, words: Sequence[Word], lexicon: Lexicon, today: date) -> None:
        self.words = list(words)
        self.lexicon = lexicon
        self.today = today
        self.in_key = 0
        """Inside the key of an order, directions belong to the order."""
        self.sorting = False
        """After `Sort the shops`, `by size` is an order and not a group."""

    # Looking

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

    # The whole

    def question(self) -> Question:
        """The phrases of the question. Raises Stuck at the first word without a place."""
        question = Question()
        at = self.leading(0, question)
        at = self.request(at, question)
        while at < len(self.words):
            after = self.tail(at, question)
            if after == at:
                raise Stuck(at)
            at = after
        return question

    def leading(self, at: int, question: Question) -> int:
        """`For each shop, …`, `In 2023, …`, `Among customers from Paris, …`."""
        if self.low(at) in ("for", "in", "among", "during", "over", "per", "by", "across", "since", "within"):
            found = self.mod(at, None)
            if found:
                said, after = found
                if isinstance(said, Related) and said.link in ("for", "of", "among", "in"):
                    noun = said.noun
                    said = Grouped((noun,)) if noun.each or self.low(at) == "for" else said
                more, after = self.mods(after)
                question.said.extend((*_flat(said), *more))
                return after + 1 if self.kind(after) == "comma" else after
        return at

    def request(self, at: int, question: Question) -> int:
        at = self.greeting(at)
        if self.any_of(at, "sort", "order", "rank"):
            return self.sort_first(at, question)
        if self.any_of(at, "how many"):
            return self.how_many(at + 2, question)
        if self.any_of(at, "how much"):
            return self.how_much(at + 2, question)
        if self.low(at) in ("which", "what", "who", "whose") and self.lem(at + 1) != "be":
            return self.which(at, question)
        if self.low(at) in ("what", "which", "who") and self.lem(at + 1) == "be":
            if self.low(at) == "who":
                question.heads = []
            at += 2
        elif self.low(at) == "count" and not (self.says(at, "count", "of")):
            noun, at = self.noun(at + 1)
            question.heads.append(_counted(noun))
            question.how_many = True
            return self.more_heads(at, question)
        return self.heads(at, question)

    def greeting(self, at: int) -> int:
        """Skips `Please show me`, `Can you tell me`, `I would like to see`."""
        start = at
        while at < len(self.words):
            word = self.low(at)
            if (
                (word in english.REQUEST and not self.names_something(at, start))
                or (at > start and word in ("me", "us", "you", "to", "out", "for"))
                or word in ("please", "hi", "hello", "hey", "kindly", "i", "you", "we", "ok", "so")
                or (self.kind(at) == "comma" and at > start)
            ):
                at += 1
            else:
                break
        return at

    def names_something(self, at: int, start: int) -> bool:
        """`name` and `state` ask at the beginning of a question, unless they are what is asked for."""
        if self.low(at) in ("name", "state", "report", "order", "view", "list", "present", "like", "want", "need"):
            after = self.low(at + 1)
            return at > start or after in ("of", "and", "for", "with") or self.kind(at + 1) in ("comma", "end")
        return False

    def heads(self, at: int, question: Question) -> int:
        noun, at = self.head(at)
        question.heads.append(noun)
        return self.more_heads(at, question)

    def head(self, at: int) -> tuple[Noun, int]:
        if self.any_of(at, "how many"):
            noun, at = self.noun(at + 2)
            if self.lem(at) in ("do", "have") and self.low(at + 1) in PRONOUNS and self.relation_verb(at + 2):
                at += 3
            elif self.says(at, "are", "there"):
                at += 2
            return _counted(noun), at
        if self.low(at) in ("what", "which") and self.low(at + 1) != "be":
            at += 1
        return self.noun(at)

    def more_heads(self, at: int, question: Question) -> int:
        """`… , country and age`."""
        while True:
            after = self.conjunction(at)
            if after == at:
                return at
            if self.verb_of_request(after):
                return at
            trial = self.attempt_head(after)
            if trial is None:
                return at
            noun, at = trial
            question.heads.append(noun)

    def attempt_head(self, at: int) -> tuple[Noun, int] | None:
        if self.mod_opens(at):
            return None
        try:
            return self.head(at)
        except Stuck:
            return None

    def verb_of_request(self, at: int) -> bool:
        return self.low(at) in (english.REQUEST - {"name", "state"}) | {"sort", "order", "rank", "then"}

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

    def how_many(self, at: int, question: Question) -> int:
        question.how_many = True
        noun, at = self.noun(at)
        counted = _counted(noun)
        question.heads.append(counted)
        return self.clause(at, question, noun)

    def how_much(self, at: int, question: Question) -> int:
        """`How much revenue …`, `How much did each customer spend …`."""
        if self.low(at) in ("money",):
            at += 1
        if self.lem(at) in ("do", "be", "have"):
            after = self.clause_subject(at)
            if after is not None:
                noun, end, verbs = after
                kinds = self.money_measures(verbs)
                if kinds:
                    question.heads.append(Noun(at, end, senses=kinds, functions=("sum",)))
                    question.said.append(Grouped((noun,)) if noun.each else Related(noun, "by", verbs=verbs))
                    return end
            raise Stuck(at)
        noun, at = self.noun(at)
        if not noun.functions and noun.count_of is None:
            noun.functions = ("sum",)
        question.heads.append(noun)
        return self.clause(at, question, noun)

    def money_measures(self, verbs: Sequence[str]) -> tuple:  # type: ignore[type-arg]
        """The measures called sales, revenue or spend, for `spend`, `pay`, `earn` and their like."""
        if not set(verbs) & (english.SPEND_VERBS | english.EARN_VERBS):
            return ()
        for name in ("sale", "revenue", "spend", "spending", "turnover", "income", "earning"):
            senses = tuple(
                sense
                for phrase, sense in self.lexicon.phrases.get(name, ())
                if phrase == (name,) and sense.kind == "measure"
            )
            if senses:
                return senses
        return ()

    def clause_subject(self, at: int) -> tuple[Noun, int, tuple[str, ...]] | None:
        """`did each customer spend`: the subject and the verb between which nothing stands."""
        at += 1
        try:
            noun, after = self.noun(at)
        except Stuck:
            return None
        verbs = self.verb(after)
        if not verbs:
            return None
        return noun, after + 1, verbs

    def clause(self, at: int, question: Question, head: Noun) -> int:
        """What follows `how many X`: `are there`, `does each Y have`, `were issued in 2023`."""
        if self.lem(at) in ("do", "have", "can", "be", "will") and self.kind(at) == "word":
            aux = self.lem(at)
            if self.low(at + 1) in PRONOUNS:
                verb = self.verb(at + 2)
                if verb and self.relation_verb(at + 2):
                    return at + 3
                raise Stuck(at + 2)
            if aux == "be" and self.low(at + 1) == "there":
                return at + 2
            if aux in ("do", "have", "be"):
                asked = self.inverted(at, head)
                if asked:
                    said, after = asked
                    question.said.extend(said)
                    return after
        if self.relation_verb(at) or self.lem(at) in AUXILIARIES:
            said, after = self.predicate(at, head)
            question.said.extend(said)
            return after
        return at

    def inverted(self, at: int, head: Noun) -> tuple[list[Said], int] | None:
        """`does each artist have`, `do conductors have`, `did they make in 2022`."""
        try:
            noun, after = self.noun(at + 1, stop_at_verb=True)
        except Stuck:
            return None
        if not (noun.senses or noun.said) or not self.relation_verb(after):
            return None
        verbs = self.verb(after)
        after += 1
        if self.low(after) in ("from", "in", "to", "at", "for", "with", "on") and self.kind(after + 1) in (
            "end",
            "stop",
        ):
            after += 1
        said: Said = Grouped((noun,)) if noun.each and not noun.none else Related(noun, "of", verbs=verbs)
        return [said], after

    def which(self, at: int, question: Question) -> int:
        """`Which genre has the most tracks`, `What cities do more than one employee come from`."""
        if self.low(at) == "who":
            noun = self.people(at)
            at += 1
        elif self.low(at) == "whose":
            raise Stuck(at)
        else:
            noun, at = self.noun(at + 1, stop_at_verb=True)
        question.heads.append(noun)
        if self.lem(at) == "do" or (self.lem(at) == "have" and self.inverted(at, noun)):
            asked = self.inverted(at, noun)
            if asked:
                noun.said.extend(asked[0])
                return asked[1]
        named = self.is_named_subject(at, noun)
        if named is not None:
            return named
        after = self.conjunction(at)
        if after > at:
            return self.more_heads(at, question)
        predicate = self.lem(at) in ("be", "have") or not self.mod_opens(at)
        if at < len(self.words) and self.kind(at) not in ("stop", "comma") and predicate:
            said, at = self.predicate(at, noun)
            noun.said.extend(said)
            more, at = self.mods(at)
            noun.said.extend(more)
        return at

    def is_named_subject(self, at: int, noun: Noun) -> int | None:
        """`What continent is Brazil in?`"""
        if self.lem(at) != "be" or self.low(at + 1) in ("the", "not"):
            return None
        try:
            operands, after = self.value_list(at + 1)
        except Stuck:
            return None
        if self.low(after) in ("in", "from", "of", "located") and self.kind(after + 1) in ("end", "stop"):
            noun.said.append(Being(operands, link="of"))
            return after + 1
        return None

    def people(self, at: int) -> Noun:
        """`who`: the one table of people, when there is one."""
        agents = [table.name for table in self.lexicon.tables if self.lexicon.is_agent(table.name)]
        senses = tuple(
            sense
            for table in agents
            for phrase, sense in self.lexicon.phrases.get(name_words(table)[0], ())
            if phrase == name_words(table) and sense.kind == "table" and sense.table == table
        )
        if len(agents) != 1 or not senses:
            raise Stuck(at)
        return Noun(at, at + 1, senses=senses)

    def tail(self, at: int, question: Question) -> int:
        """What comes after the request: conditions, order, another request."""
        if self.kind(at) in ("stop", "comma"):
            after = at + 1
            while self.kind(after) in ("stop", "comma"):
                after += 1
            if after >= len(self.words):
                return after
            if self.says(after, "how", "many") and (after + 2 >= len(self.words) or self.kind(after + 2) == "stop"):
                question.heads = [_counted(question.heads[0]), *question.heads[1:]]
                question.how_many = True
                return after + 2
            return self.another(after, question)
        if self.low(at) in AND or self.low(at) == "&":
            return self.another(at + 1, question)
        found = self.mod(at, None)
        if found:
            said, after = found
            question.said.extend(_flat(said))
            return after
        if self.low(at) in ("limit",) and self.kind(at + 1) == "number":
            question.limit = int(self.words[at + 1].number or 0)
            return at + 2
        filler = self.filler(at)
        return at + filler

    def another(self, at: int, question: Question) -> int:
        """`; show the shop name as well`, `Return their first name and revenue`, `and sort by age`."""
        start = at
        if self.low(at) == "then":
            at += 1
        found = self.order_request(at)
        if found:
            question.said.append(found[0])
            return found[1]
        greeted = self.greeting(at)
        if greeted > at or self.low(at) in ("their", "its"):
            again: list[Noun] = []
            asked = Question(heads=again)
            after = self.heads(greeted, asked)
            question.heads.extend(again)
            question.said.extend(asked.said)
            return after
        found_mod = self.mod(at, None)
        if found_mod:
            question.said.extend(_flat(found_mod[0]))
            return found_mod[1]
        try:
            noun, after = self.head(at)
        except Stuck:
            return start if self.filler(at) == 0 else at + self.filler(at)
        question.heads.append(noun)
        return after

    def filler(self, at: int) -> int:
        return self.any_of(
            at, "in total", "as well", "in the database", "in our database", "overall", "altogether", "there",
            "respectively", "please", "exist", "do we have", "have we got", "are there", "is there", "too", "on record",
            "in the system", "we have", "on file", "for me",
        )  # fmt: skip

    # Noun phrases

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
            while self.low(at) in ("the", "of", "all", "amount", "value") and not self.lexicon.match(self.words, at):
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

    def column_phrase(self, at: int) -> bool:
        """Whether `number of …` here is the name of a column, or of a part of one."""
        for match in self.lexicon.match(self.words, at):
            if match.end > at + 1 and any(sense.kind in ("column", "measure") for sense in match.senses):
                return True
        return False

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
            return self.says(at, "number", "of") or self.low(following) in english.AGGREGATES or (
                self.low(following) in ("most", "least")
            )
        matches = self.lexicon.match(self.words, at)
        if not matches:
            return False
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
            elif word in ("most", "least") and self.low(at + 1) in ("expensive", "recent") and (
                self.is_quantity_at(at + 2, "highest")
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

    def noun_follows(self, at: int) -> bool:
        matches = self.lexicon.match(self.words, at)
        return any(sense.kind != "value" for match in matches for sense in match.senses) or (
            bool(matches) and self.noun_follows(matches[0].end)
        )

    def operand_of(self, match: Match) -> tuple[Operand, ...]:
        text = " ".join(word.text for word in self.words[match.start : match.end])
        return (Operand(text=text, senses=tuple(s for s in match.senses if s.kind == "value")),)

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
            if tables and any(s.kind == "table" for s in owners):
                said: list[Said] = [Related(Noun(at, match.end, senses=owners), "of")]
                return Noun(start, following[0].end, senses=tables, said=said), following[0].end
            if tables and not second:
                raise Stuck(after)
        return noun, after

    # What is said about a noun

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
            said.extend(_flat(found[0]))
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
            said.extend(_flat(more))
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

    def participle(self, at: int) -> bool:
        word = self.low(at)
        verbal = word.endswith(("ed", "ing")) or word in english.PAST
        named = self.lexicon_noun(at) and not self.past(at)
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

    def ends_with_noun(self, at: int) -> tuple[Sense, ...] | None:
        """The senses of the table or column whose name ends right before this word."""
        for start in range(max(0, at - 4), at):
            for match in self.lexicon.match(self.words, start):
                senses = tuple(s for s in match.senses if s.kind in ("table", "column"))
                if match.end == at and senses:
                    return senses
        return None

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
        if not unit or self.lem(at + 1) in UNITS and unit not in english.SECONDS or self.low(at + 1) == "day":
            return None
        return InUnit(unit), at + 2

    def when(self, at: int) -> tuple[Said, int] | None:
        start = at
        side = ""
        taken = self.any_of(
            at, "on or after", "on or before", "starting from", "starting in", "up to", "since", "before", "after", "until",
            "prior to", "later than", "earlier than", "from before", "as of",
        )  # fmt: skip
        if taken:
            side = " ".join(self.low(at + k) for k in range(taken))
            at += taken
        else:
            at += self.any_of(at, "in the", "during the", "over the", "for the", "within the", "in", "during", "on", "for",
                              "over", "within", "from the", "throughout", "of", "from the")  # fmt: skip
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
        if bare_year and at == start:
            if not (self.kind(at) == "number" and self.low(start - 1) not in ("top",)):
                return None
        if bare_year and self.low(start) in ("over", "of", "for") and self.names_amount(after):
            return None
        if bare_year and self.low(start) in ("over", "above", "below", "under"):
            return None
        period = _sided(found.period, side)
        periods = [period]
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
            after = another.end
        if self.low(after) == "only":
            after += 1
        return When(tuple(periods), year_only=bare_year), after

    def names_amount(self, at: int) -> bool:
        return self.lem(at) in english.UNIT_WORDS

    def grouping(self, at: int) -> tuple[Said, int] | None:
        start = at
        taken = self.any_of(
            at, "grouped by", "broken down by", "split by", "organized by", "group by", "for each", "in each", "of each",
            "from each", "at each", "on each", "to each", "by each", "within each", "for every", "in every", "of every",
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
        elif down is not None and self.words[at - 1].lower not in ("order", "sequence", "manner") and self.key_follows(at):
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

    def key_follows(self, at: int) -> bool:
        return any(s.kind in ("column", "measure") for m in self.lexicon.match(self.words, at) for s in m.senses)

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
        return None if True else None

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

    def attribute(self, at: int) -> tuple[Noun, int]:
        """The name of an attribute only: nothing said about it but `of` what."""
        noun, after = self.bare_noun(at)
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

    def compared(self, at: int) -> tuple[Operator, tuple[Operand, ...], int]:
        """An operator with what it compares to; equality when only values stand here."""
        if self.low(at) == "either":
            at += 1
        taken = self.any_of(at, "contains", "contain", "containing", "including", "includes", "include", "like", "has")
        if taken:
            at += taken
            at += self.any_of(at, "the word", "the substring", "the string", "the letters", "the letter", "the text",
                              "the phrase", "word", "substring", "a", "an", "the")  # fmt: skip
            operands, at = self.value_list(at, literal=True)
            return "contains", operands, at
        for phrases, operator in (
            (("starts with", "start with", "starting with", "begins with", "begin with", "beginning with"), "starts"),
            (("ends with", "end with", "ending with", "ends in"), "ends"),
        ):
            taken = self.any_of(at, *phrases)
            if taken:
                at += taken
                at += self.any_of(at, "the letter", "the word", "the letters", "letter")
                operands, at = self.value_list(at, literal=True)
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

    def comparison(self, at: int) -> tuple[Operator | None, int]:
        """`more than`, `at least`, `no more than`, `over`, `equal to`, `before`."""
        if self.any_of(at, "not higher than", "not greater than", "not more than", "no more than", "no higher than",
                       "not larger than", "no greater than"):  # fmt: skip
            return "<=", at + 3
        if self.any_of(at, "not lower than", "not less than", "no less than", "no fewer than", "not fewer than",
                       "no lower than", "not smaller than"):  # fmt: skip
            return ">=", at + 3
        for phrase, operator in (
            ("greater than or equal to", ">="), ("less than or equal to", "<="), ("more than or equal to", ">="),
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

    def relative(self, at: int) -> tuple[Said, int] | None:
        """`who have pets`, `that were sold in 2022`, `which are older than 20`."""
        word = self.low(at)
        if word not in RELATIVES and not self.any_of(at, "where", "for which there", "in which"):
            return None
        after = at + (3 if self.says(at, "for", "which", "there") else 2 if self.says(at, "in", "which") else 1)
        if self.low(after) in PRONOUNS or self.low(after) == "there":
            return self.pronoun_clause(after)
        if word == "where":
            try:
                return self.condition(after)
            except Stuck:
                return self.subject_clause(after)
        if word in ("that", "which", "whom") and self.lem(after) not in AUXILIARIES and not self.relation_verb(after):
            return self.subject_clause(after)
        found, end = self.predicate(after, None)
        if not found:
            return Did(()), end
        return (found[0], end) if len(found) == 1 else (Both(tuple(found)), end)

    def subject_clause(self, at: int) -> tuple[Said, int] | None:
        """`where singers above age 20 are from`, `that teachers teach`."""
        try:
            noun, after = self.noun(at, stop_at_verb=True)
        except Stuck:
            return None
        if not noun.senses:
            return None
        verbs: list[str] = []
        while self.lem(after) in ("be", "have") or self.relation_verb(after):
            verbs.extend(self.verb(after))
            after += 1
        if not verbs:
            return None
        if self.low(after) in ("from", "in", "at", "to", "for", "with", "on") and not self.lexicon.match(self.words, after + 1):
            after += 1
        return Related(noun, "verb", noun.none, tuple(verbs)), after

    def pronoun_clause(self, at: int) -> tuple[Said, int] | None:
        """`they have conducted`, `it has made`, `there are two or more people`."""
        if self.low(at) == "there":
            if self.lem(at + 1) != "be":
                return None
            noun, after = self.noun(at + 2)
            return Related(noun, "of", negated=noun.none), after
        at += 1
        verbs: list[str] = []
        while self.lem(at) in AUXILIARIES or self.relation_verb(at):
            verbs.extend(self.verb(at))
            at += 1
            if self.lem(at) == "to" and self.relation_verb(at + 1):
                at += 1
        if not verbs:
            return None
        if self.low(at) in ("in", "for", "from", "at", "to", "on", "with") and self.kind(at + 1) in (
            "stop",
            "end",
            "comma",
        ):
            at += 1
        return Did(tuple(verbs)), at

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
        if self.low(at) in ("a", "an", "the") and self.low(at + 1) in ("greater", "higher", "larger", "lower", "smaller",
                                                                        "bigger", "longer", "shorter", "heavier"):  # fmt: skip
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
            assert isinstance(being, Being)
            return Where(owner, "=", being.operands, negated), end
        return Related(noun, "have", negated, verbs), end

    def most_of(self, at: int) -> tuple[Said, int] | None:
        """`the most albums`, `the highest average attendance`, `the largest number of products`, `most years of work`."""
        start = at
        at += self.low(at) == "the"
        word = self.low(at)
        if word in ("most", "fewest", "least"):
            most = word == "most"
            try:
                noun, after = self.noun(at + 1)
            except Stuck:
                return None
            return Superlative(" ".join((word, "of")), most=most, by=_amount(noun)), after
        if word in ("highest", "largest", "greatest", "biggest", "lowest", "smallest", "maximum", "minimum", "longest",
                    "shortest", "best", "top", "earliest", "latest"):  # fmt: skip
            most = word not in ("lowest", "smallest", "minimum", "shortest", "earliest")
            after = at + 1
            try:
                noun, end = self.noun(after)
            except Stuck:
                return None
            return Superlative(word, most=most, by=_amount(noun)), end
        return None if at == start else None

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
        elif self.low(after) in ("of", "in", "at") and (self.kind(after + 1) in ("number", "quoted") or self.value_at(after + 1)
                                                        or self.comparison(after + 1)[0]):  # fmt: skip
            after_be = after + 1
        try:
            operator, operands, end = self.compared(after_be)
        except Stuck:
            return None
        return noun, operator, operands, end

    def value_at(self, at: int) -> bool:
        return any(sense.kind == "value" for match in self.lexicon.match(self.words, at) for sense in match.senses)

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
            if self.low(end) in ("in", "of"):
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

    def named_attribute(self, at: int, name: str) -> Noun | None:
        senses = tuple(
            sense
            for phrase, sense in self.lexicon.phrases.get(name, ())
            if phrase == (name,) and sense.kind == "column"
        )
        return Noun(at, at + 1, senses=senses) if senses else None

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

    def reduced(self, at: int) -> tuple[Said, int] | None:
        """`owned by students`, `living in Paris`, `they teach`, `working there`, `sold`."""
        if self.low(at) in PRONOUNS:
            return self.pronoun_clause(at)
        if self.low(at) in NEGATIONS or self.participle(at) or (self.low(at) == "that" and False):
            try:
                found, after = self.predicate(at, None)
            except Stuck:
                return None
            if not found:
                return Did(self.verb(at)), after
            return (found[0], after) if len(found) == 1 else (Both(tuple(found)), after)
        return None

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
            elif word in ("also", "ever", "all", "actually", "both", "currently") and self.low(at + 1) not in ("the",):
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
                    by, after = _amount(named), end
                return [Superlative("most", most=self.low(at + 1) == "most", by=by)], after
            raise Stuck(at)
        when = self.when(at)
        if when is not None:
            said = when[0]
            assert isinstance(said, When)
            if negated:
                return [Did(verbs, negated=True), said], when[1]
            periods: list[Said] = [When(said.periods, said.year_only, verbs)]
            end = when[1]
            if self.low(end) == "or" and self.mod_opens(end + 1):
                another = self.when(end + 1)
                if another is not None:
                    assert isinstance(another[0], When)
                    option = When(another[0].periods, another[0].year_only, verbs)
                    return [Either((periods[0], option))], another[1]
            return periods, end
        comparing = self.comparing(at)
        if comparing is not None and not negated and self.quantity(at)[0] is None:
            return [comparing[0]], comparing[1]
        link = ""
        if self.low(at) in PREPOSITIONS:
            if self.kind(at + 1) in ("end", "stop"):
                return [Did(verbs, negated)], at + 1
            grouped = self.grouping(at) if self.low(at) != "by" or self.low(at + 1) in ("each", "every") else None
            if grouped is not None and not negated:
                return [Did(verbs, False), grouped[0]], grouped[1]
            prepositional = self.prepositional(at)
            if prepositional is not None:
                said = prepositional[0]
                only_columns = isinstance(said, Related) and said.noun.senses and all(
                    sense.kind == "column" for sense in said.noun.senses
                )
                if self.low(at) == "by" and only_columns and isinstance(said, Related) and not negated:
                    return [Did(verbs), Grouped((said.noun,))], prepositional[1]
                if isinstance(said, Being):
                    return [Being(said.operands, self.low(at), negated)], prepositional[1]
                assert isinstance(said, Related)
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




def _flat(said: Said) -> tuple[Said, ...]:
    return said.parts if isinstance(said, Both) else (said,)


def _counted(noun: Noun) -> Noun:
    return noun if noun.count_of is not None else Noun(noun.start, noun.end, count_of=noun)


def _amount(noun: Noun) -> Noun:
    """`the most albums` ranks by how many; `the most sales` by the measure."""
    return noun


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


def _root(word: str) -> str:
    return word[:-1] if word.endswith("e") else word
