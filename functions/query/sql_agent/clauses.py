"""Clauses: `who have pets`, `that were never sold`, `owned by students`, `with no albums`."""

from __future__ import annotations

from .looking import Stuck
from .phrases import (
    Both,
    Did,
    Related,
    Said,
)
from .predicates import Predicates
from .vocabulary import AUXILIARIES, NEGATIONS, PRONOUNS, RELATIVES


class Clauses(Predicates):
    """Reads verbs with their objects."""

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
        if self.low(after) in ("from", "in", "at", "to", "for", "with", "on") and not self.lexicon.match(
            self.words, after + 1
        ):
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
