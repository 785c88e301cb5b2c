"""Phrases to meaning: what is listed, counted or measured, by what, in which order, under which conditions."""

from __future__ import annotations

from .columns import measured_unit
from .draft import FLOATING, Draft
from .heads import Heads
from .meaning import (
    Aggregate,
    Bucket,
    Col,
    Meaning,
    Measured,
    Share,
    Sort,
)
from .phrases import (
    Grouped,
    InUnit,
    Noun,
    Ordered,
    Question,
    Related,
    Said,
    Shared,
    Shown,
)
from .unclear import Unclear


class Reader(Heads):
    """Reads one question apart into its meaning. Raises Unclear where it has not exactly one."""

    def read(self, question: Question) -> Meaning:
        if not question.heads:
            raise Unclear("nothing is asked for")
        self.question = question
        self.draft = Draft(limit=question.limit)
        floats: list[Said] = []
        for head in question.heads:
            self.lift(head, floats)
        for shown in [said for said in (*floats, *question.said) if isinstance(said, Shown)]:
            question.heads.append(shown.noun)
        floats = [said for said in floats if not isinstance(said, Shown)]
        question.said = [said for said in question.said if not isinstance(said, Shown)]
        self.count_rows(floats)
        kept: list[Said] = []
        for said in question.said:
            if isinstance(said, Related):
                self.lift(said.noun, floats)
                if said.noun.each and not said.negated and said.noun.quantity is None:
                    floats.append(Grouped((said.noun,)))
                    continue
            kept.append(said)
        for said in [s for s in kept if isinstance(s, Grouped | Ordered)]:
            for noun in said.nouns:
                self.lift(noun, floats)
        self.floats = [*floats, *(s for s in kept if isinstance(s, FLOATING))]
        self.whole = [s for s in kept if not isinstance(s, FLOATING)]
        for said in self.floats:
            for noun in said.nouns if isinstance(said, Grouped) else ():
                self.whole.extend(self.undated(noun))
                if noun.unit_of_time is not None and not noun.senses:
                    self.whole.extend(noun.said)
                    noun.said = []
        return self.assemble()

    def assemble(self) -> Meaning:
        draft = self.draft
        subject = self.subject()
        self.ranked: tuple[str, list[Sort], int | None] | None = None
        self.check_heads()
        for head in self.question.heads:
            self.head(head, subject)
        counted = self.counted_table(subject)
        self.apply_whole(subject, counted)
        for said in self.floats:
            if isinstance(said, Grouped):
                for noun in said.nouns:
                    self.group(noun, counted if draft.numbers else subject)
        for said in self.floats:
            if isinstance(said, Ordered):
                self.ordered(said, subject, counted)
        if any(isinstance(said, Shared) for said in self.floats):
            if len(draft.numbers) != 1 or isinstance(draft.numbers[0], Share) or not draft.groups:
                raise Unclear("a share of what is not clear")
            share = Share(draft.numbers[0])
            draft.outputs = [share if output == draft.numbers[0] else output for output in draft.outputs]
            draft.numbers = [share]
        if draft.groups and not draft.numbers:
            raise Unclear("it is grouped, but nothing is counted or summed")
        if self.pending_rank is not None or (draft.limit is not None and not draft.order):
            raise Unclear("it does not say by what to rank", ambiguous=True)
        self.check_units()
        self.implicit_groups(counted)
        return self.finish(subject, counted)

    def check_heads(self) -> None:
        """Rows that a condition spoke of before are hardly asked for: `places with shops over 5 and shops under 3`."""
        spoken_of: set[str] = set()
        for head in self.question.heads:
            table = self.entity(head)
            if table in spoken_of and head.said:
                raise Unclear("it is not clear whether this is asked for too", head.start, head.end, True)
            spoken_of |= self.told_of(head)

    def told_of(self, noun: Noun) -> set[str]:
        """The tables of whose rows something is said inside a noun phrase."""
        found: set[str] = set()
        for said in noun.said:
            if isinstance(said, Related):
                table = self.entity(said.noun) if said.noun.said else None
                found |= ({table} if table else set()) | self.told_of(said.noun)
        return found

    def check_units(self) -> None:
        """`in milliseconds` says nothing new of a number that is in milliseconds; anything else is declined."""
        for said in self.floats:
            if isinstance(said, InUnit):
                cols = [n.col for n in self.draft.numbers if isinstance(n, Aggregate)]
                cols += [e for e in self.draft.listed if isinstance(e, Col)]
                if not any(measured_unit(self.lexicon.column(c.table, c.column)) == said.unit for c in cols):
                    raise Unclear("the numbers are not in this unit")

    def counted_table(self, subject: str) -> str:
        for number in self.draft.numbers:
            inner = number.of if isinstance(number, Share) else number
            if isinstance(inner, Measured):
                return inner.alternatives[0].table
            if isinstance(inner, Aggregate):
                return inner.col.table
            return inner.col.table if inner.col else inner.table
        return subject

    def finish(self, subject: str, counted: str) -> Meaning:
        draft = self.draft
        conditions = tuple(dict.fromkeys(draft.conditions))
        if not draft.numbers:
            if not draft.listed:
                raise Unclear("nothing is asked for")
            outputs = list(dict.fromkeys(draft.outputs))
            return Meaning(subject, tuple(outputs), conditions, order=tuple(draft.order), limit=draft.limit,
                           distinct=draft.distinct or self.asks_for_kinds())  # fmt: skip
        if draft.groups and draft.limit is None:
            draft.groups.extend(col for col in self.conditions.compared if col not in draft.groups)
        outputs = list(dict.fromkeys(draft.outputs))
        shown = [group for group in draft.groups if group not in outputs]
        outputs = [*shown, *(o for o in outputs if o in draft.groups), *(o for o in outputs if o not in draft.groups)]
        stray = [o for o in outputs if isinstance(o, Col | Bucket) and o not in draft.groups]
        if stray:
            raise Unclear("an attribute beside a number, without a group")
        if not draft.groups and (draft.order or draft.limit):
            raise Unclear("one number has no order")
        return Meaning(
            counted, tuple(outputs), conditions, tuple(draft.groups),
            tuple(k for k in draft.keys if k not in draft.groups), tuple(draft.having), tuple(draft.order), draft.limit,
        )  # fmt: skip

    def asks_for_kinds(self) -> bool:
        """`Show all payment methods`: the values of one attribute of no rows in particular, each of them once."""
        heads, listed = self.question.heads, self.draft.listed
        if len(heads) != 1 or len(listed) != 1 or not isinstance(listed[0], Col) or not heads[0].plural:
            return False
        if heads[0].owner or heads[0].said or self.question.said or self.draft.order or self.draft.limit:
            return False
        column = self.lexicon.column(listed[0].table, listed[0].column)
        return column.type == "text" and column.name not in self.lexicon.label(listed[0].table)
