"""Takes a question apart into phrases, left to right; every word must find its place.

A word that fits nowhere ends the reading (`Stuck`): the translator then declines and names it.
"""

from __future__ import annotations

from collections.abc import Sequence

from . import english
from .clauses import Clauses
from .looking import Stuck
from .phrases import (
    Being,
    Grouped,
    Noun,
    Question,
    Related,
    Said,
)
from .sayings import flat
from .vocabulary import AND, AUXILIARIES, NEGATIONS, PRONOUNS
from .words import name_words


class Grammar(Clauses):
    """Reads one question."""

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
                question.said.extend((*flat(said), *more))
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
        if again := self.said_again(at):
            return at + again
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
        when = self.when(after)
        if when is not None and noun.senses + tuple(noun.said) and not noun.each:
            noun.said.append(when[0])
            after = when[1]
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
        negated = self.lem(at) == "do" and self.low(at + 1) in NEGATIONS
        verb = self.lem(at) in ("be", "have") or negated or self.relation_verb(at)
        predicate = verb or not self.mod_opens(at)
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
            question.said.extend(flat(said))
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
            question.said.extend(flat(found_mod[0]))
            return found_mod[1]
        try:
            noun, after = self.head(at)
        except Stuck:
            return start if self.filler(at) == 0 else at + self.filler(at)
        question.heads.append(noun)
        return after


def _counted(noun: Noun) -> Noun:
    return noun if noun.count_of is not None else Noun(noun.start, noun.end, count_of=noun)
