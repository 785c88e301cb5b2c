"""The offline translator: a question becomes SQL when every word of it is understood, else it says which is not."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, Protocol

from troupe.adapters.catalog import Catalog

from . import english
from .grammar import Grammar, Stuck
from .joins import Ambiguous, Joins
from .lexicon import Lexicon
from .meaning import Meaning
from .read import Reader
from .reading import sentence
from .unclear import Unclear
from .words import Word, split

MAX_WORDS = 120
"""Questions longer than this are declined: what so many words ask is more than one question."""


@dataclass(frozen=True, slots=True)
class Translation:
    """A question that was understood completely."""

    sql: str
    reading: str
    """How it was read, in one sentence."""
    tables: tuple[str, ...]
    suggestions: tuple[str, ...] = ()
    """More questions that can be answered."""


@dataclass(frozen=True, slots=True)
class Declined:
    """A question that was not understood completely."""

    reason: str
    unplaced: tuple[str, ...] = ()
    """The words without a place."""
    suggestions: tuple[str, ...] = ()
    """Questions nearby that can be answered."""
    kind: Literal["unplaced", "ambiguous", "not-a-question"] = "unplaced"


class Translator(Protocol):
    """Whatever turns a question into SQL."""

    name: str

    def translate(self, question: str) -> Translation | Declined:
        """The SQL that answers the question, or why there is none."""
        ...


@dataclass(frozen=True, slots=True)
class OfflineTranslator:
    """Translates by rules over one catalog: no model, no network."""

    catalog: Catalog
    today: date
    name: str = "offline"

    def translate(self, question: str) -> Translation | Declined:
        """The SQL that answers the question, or which words stood in the way, with more questions that work."""
        found = translate(question, self.catalog, self.today)
        if isinstance(found, Declined):
            return found
        from .suggest import suggestions

        return replace(found, suggestions=tuple(suggestions(self.catalog, self.today, question)))


_KNOWN: OrderedDict[int, tuple[Catalog, Lexicon, Joins]] = OrderedDict()


def prepared(catalog: Catalog) -> tuple[Lexicon, Joins]:
    """The lexicon and the joins of a catalog, built once and kept while it is in use."""
    known = _KNOWN.get(id(catalog))
    if known is None or known[0] is not catalog:
        lexicon = Lexicon.of(catalog)
        known = (catalog, lexicon, Joins(lexicon))
        _KNOWN[id(catalog)] = known
        while len(_KNOWN) > 8:
            _KNOWN.popitem(last=False)
    return known[1], known[2]


def translate(question: str, catalog: Catalog, today: date) -> Translation | Declined:
    """One question over one catalog. `today` is used unless the catalog states its own day."""
    found = attempt(question, catalog, today)
    if isinstance(found, Translation):
        return found
    from .suggest import suggestions

    return Declined(found.reason, found.unplaced, tuple(suggestions(catalog, today, question)), found.kind)


def attempt(question: str, catalog: Catalog, today: date) -> Translation | Declined:
    """As `translate`, without suggestions."""
    words = split(question)
    if not any(word.kind in ("word", "number", "quoted") for word in words):
        return Declined("There is no question to read.", kind="not-a-question")
    if len(words) > MAX_WORDS:
        return Declined("The question is too long to be read as one. Please ask for one thing at a time.",
                        kind="not-a-question")  # fmt: skip
    strange = [word.text for word in words if word.kind == "symbol" and word.text not in '$€£¥%*=<>#@"“”']
    lexicon, joins = prepared(catalog)
    try:
        if any(word.kind == "symbol" for word in words):
            return Declined(f"I could not place: {_listed([w.text for w in words if w.kind == 'symbol'])}.",
                            tuple(dict.fromkeys(strange)) or ("symbol",))  # fmt: skip
        grammar = Grammar(words, lexicon, catalog.as_of or today)
        reader = Reader(lexicon, joins)
        meaning = reader.read(grammar.question())
        return _written(meaning, lexicon, joins)
    except Stuck as stuck:
        unplaced = _unplaced(words, stuck.at, lexicon)
        return Declined(f"I could not place: {_listed(unplaced)}.", tuple(unplaced))
    except (Unclear, Ambiguous) as unclear:
        return _declined(unclear, words)


def _written(meaning: Meaning, lexicon: Lexicon, joins: Joins) -> Translation | Declined:
    from sqlglot import exp

    from .scopes import Unreachable
    from .sql import statement

    try:
        tree = statement(meaning, lexicon, joins)
    except Unreachable as unreachable:
        return Declined(f"I cannot answer this safely: {unreachable}.", kind="ambiguous")
    tables = tuple(dict.fromkeys(table.name for table in tree.find_all(exp.Table)))
    return Translation(tree.sql(dialect="postgres"), sentence(meaning, lexicon), tables)


def _declined(unclear: Unclear | Ambiguous, words: list[Word]) -> Declined:
    if isinstance(unclear, Ambiguous):
        return Declined(f"This can be read in more than one way: {unclear}.", kind="ambiguous")
    phrase = [word.text for word in words[unclear.start : unclear.end] if word.lower not in english.FILLER]
    about = f"“{' '.join(phrase)}”: " if phrase else ""
    if unclear.ambiguous:
        return Declined(
            f"This can be read in more than one way: {about}{unclear.reason}.", tuple(phrase), kind="ambiguous"
        )
    return Declined(f"I could not place {about or 'something: '}{unclear.reason}.", tuple(phrase))


def _unplaced(words: list[Word], at: int, lexicon: Lexicon) -> list[str]:
    """The words that mean nothing here, from where the reading stopped; at least the one at which it did."""
    unknown = [
        word.text
        for index, word in enumerate(words)
        if index >= at and word.kind in ("word", "quoted") and not _known(words, index, lexicon)
    ]
    if unknown:
        return list(dict.fromkeys(unknown))[:8]
    for word in words[min(at, len(words) - 1) :]:
        if word.kind in ("word", "number", "quoted") and word.lower not in english.FILLER:
            return [word.text]
    return [words[min(at, len(words) - 1)].text]


def _known(words: list[Word], index: int, lexicon: Lexicon) -> bool:
    word = words[index]
    if word.kind == "quoted":
        return False
    common = english.FILLER | english.REQUEST | english.MORE | english.FEWER | english.AGGREGATES.keys()
    small = {"in", "on", "by", "at", "for", "to", "from", "with", "or", "and", "not", "no", "who", "what", "which",
             "whose", "than", "per", "each", "how", "many", "much", "have", "be", "do", "as", "if", "but",
             "is"}  # fmt: skip
    return (
        word.lower in common
        or word.lemma in small
        or bool(lexicon.match(words, index))
        or any(phrase and word.lemma in phrase for entries in lexicon.phrases.values() for phrase, _ in entries)
    )


def _listed(words: list[str]) -> str:
    return ", ".join(words)
