"""A question as a row of words: numbers read, quotations kept whole, plurals brought to their singular."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Kind = Literal["word", "number", "quoted", "stop", "comma", "possessive", "symbol"]

_IRREGULAR = {
    "people": "person", "men": "man", "women": "woman", "children": "child", "feet": "foot", "geese": "goose",
    "mice": "mouse", "teeth": "tooth", "criteria": "criterion", "indices": "index", "matrices": "matrix",
    "movies": "movie", "cookies": "cookie", "calories": "calorie", "ties": "tie", "pies": "pie", "series": "series",
    "species": "species", "shoes": "shoe", "lives": "life", "wives": "wife", "leaves": "leaf", "shelves": "shelf",
    "halves": "half", "knives": "knife", "analyses": "analysis", "diagnoses": "diagnosis", "crises": "crisis",
    "caches": "cache", "axes": "axis", "buses": "bus", "gases": "gas", "lenses": "lens", "statuses": "status",
    "news": "news", "always": "always", "is": "be", "are": "be", "was": "be", "were": "be", "been": "be", "am": "be",
    "has": "have", "had": "have", "having": "have", "does": "do", "did": "do", "done": "do", "this": "this",
    "its": "its", "his": "his", "hers": "hers", "ours": "our", "theirs": "their", "yes": "yes", "us": "us",
    "across": "across", "perhaps": "perhaps", "less": "less", "plus": "plus", "minus": "minus", "versus": "versus",
    "whereas": "whereas", "besides": "besides", "else": "else", "as": "as", "thus": "thus", "bonuses": "bonus",
    "campuses": "campus", "viruses": "virus", "sms": "sms", "gps": "gps", "usa": "usa", "ages": "age",
}  # fmt: skip

_IRREGULAR_VERBS = {
    "taught": "teach", "bought": "buy", "sold": "sell", "made": "make", "spent": "spend", "paid": "pay", "won": "win",
    "wrote": "write", "written": "write", "held": "hold", "given": "give", "gave": "give", "got": "get", "went": "go",
    "began": "begin", "begun": "begin", "ran": "run", "sent": "send", "met": "meet", "led": "lead", "kept": "keep",
    "took": "take", "taken": "take", "drove": "drive", "driven": "drive", "flew": "fly", "flown": "fly",
    "drew": "draw", "drawn": "draw", "sang": "sing", "sung": "sing", "came": "come", "built": "build",
    "left": "leave", "lost": "lose", "brought": "bring", "chose": "choose", "chosen": "choose", "known": "know",
    "grew": "grow", "grown": "grow", "shown": "show", "seen": "see", "saw": "see", "put": "put",
    "set": "set", "lent": "lend", "born": "bear", "died": "die", "lying": "lie", "said": "say",
    "founded": "found", "rode": "ride", "spoke": "speak", "spoken": "speak", "broke": "break", "rented": "rent",
    "shipped": "ship",
}  # fmt: skip

_NUMBERS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40,
    "fifty": 50, "sixty": 60, "ninety": 90, "hundred": 100, "thousand": 1000, "million": 1_000_000,
}  # fmt: skip
_SCALES = {"hundred": 100, "thousand": 1000, "k": 1000, "million": 1_000_000, "m": 1_000_000, "billion": 10**9}
_CURRENCIES = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"}

_CONTRACTIONS = [
    (re.compile(r"\bwhat's\b", re.I), "what is"), (re.compile(r"\bwho's\b", re.I), "who is"),
    (re.compile(r"\bwhere's\b", re.I), "where is"), (re.compile(r"\bhow's\b", re.I), "how is"),
    (re.compile(r"\blet's\b", re.I), "let us"), (re.compile(r"\bcan't\b|\bcannot\b", re.I), "can not"),
    (re.compile(r"\bwon't\b", re.I), "will not"), (re.compile(r"n't\b", re.I), " not"),
    (re.compile(r"\bi'd\b", re.I), "i would"), (re.compile(r"\bi'm\b", re.I), "i am"),
    (re.compile(r"'ve\b", re.I), " have"), (re.compile(r"'re\b", re.I), " are"),
    (re.compile(r"\be-mail", re.I), "email"), (re.compile(r"\bhis or her\b", re.I), "their"),
    (re.compile(r"\bhe or she\b", re.I), "they"),
]  # fmt: skip

_CONTRACTED = re.compile(r"\bcannot\b|\be-mail|\bor (?:her|she)\b", re.I)
_QUOTED = re.compile(
    r"``\s*(.*?)\s*''|\"([^\"]*)\"|“([^”]*)”|‘([^’]*)’|«([^»]*)»|`([^`]+)`|(?<!\w)'((?:[^']|'(?=\w))*)'(?!\w)"
)
_PIECE = re.compile(
    r"(?P<iso>\d{4}-\d{2}-\d{2}\b)"
    r"|(?P<currency>[$€£¥])?(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d*\.?\d+)(?P<ordinal>st|nd|rd|th)?(?P<scale>[kKmM](?!\w))?(?P<percent>\s?%)?(?![A-Za-z0-9])"
    r"|(?P<possessive>(?<=\w)['’]s\b|(?<=s)['’](?=\s|$))"
    r"|(?P<word>[^\W_]+(?:\.[A-Za-z]\.?)*)"
    r"|(?P<stop>[?!.;]+)|(?P<comma>,)|(?P<space>[\s_\-–—/&+()\[\]:’']+)|(?P<symbol>\S)"
)


@dataclass(frozen=True, slots=True)
class Word:
    """One word of the question, in its place."""

    text: str
    lower: str
    lemma: str
    """The singular of a noun, the base of `be`, `have` and `do`; otherwise the lower-case word."""
    kind: Kind
    number: float | int | None = None
    unit: str = ""
    """`%`, or the currency that stood before a number."""
    capital: bool = False
    ordinal: bool = False


def split(question: str) -> list[Word]:
    """The words of a question, in order. Control characters and repeated spaces are dropped."""
    text = unicodedata.normalize("NFKC", question)
    text = "".join(" " if unicodedata.category(c).startswith("C") else c for c in text)
    words: list[Word] = []
    at = 0
    for match in _QUOTED.finditer(text):
        inner = next((group for group in match.groups() if group is not None), "")
        if not inner.strip():
            continue
        words.extend(_pieces(text[at : match.start()]))
        words.append(Word(inner.strip(), inner.strip().lower(), inner.strip().lower(), "quoted"))
        at = match.end()
    words.extend(_pieces(text[at:]))
    return _with_scales(words)


def _pieces(text: str) -> list[Word]:
    text = text.replace("’", "'")
    if "'" in text or _CONTRACTED.search(text):
        for pattern, replacement in _CONTRACTIONS:
            text = pattern.sub(replacement, text)
    found: list[Word] = []
    for match in _PIECE.finditer(text):
        piece = match.group()
        kind = match.lastgroup
        if match["iso"]:
            found.append(Word(piece, piece, piece, "word"))
        elif match["number"]:
            digits = match["number"].replace(",", "")
            value: float | int = float(digits) if "." in digits else int(digits)
            value = value * _SCALES[match["scale"].lower()] if match["scale"] else value
            unit = "%" if match["percent"] else _CURRENCIES.get(match["currency"] or "", "")
            found.append(
                Word(piece, piece.lower(), piece.lower(), "number", value, unit, ordinal=bool(match["ordinal"]))
            )
        elif match["possessive"]:
            found.append(Word(piece, piece, "'s", "possessive"))
        elif match["word"]:
            lower = piece.lower().rstrip(".")
            lower = lower.replace(".", "")
            number = _NUMBERS.get(lower)
            word_kind: Kind = "word" if number is None or lower in _SCALES else "number"
            found.append(Word(piece, lower, lemma(lower), word_kind, number, capital=piece[0].isupper()))
        elif kind in ("stop", "comma"):
            found.append(Word(piece, piece, piece, "stop" if kind == "stop" else "comma"))
        elif kind == "symbol":
            found.append(Word(piece, piece, piece, "symbol"))
    return found


def _with_scales(words: list[Word]) -> list[Word]:
    """`3 million` is one number."""
    joined: list[Word] = []
    for word in words:
        scale = _SCALES.get(word.lower) if word.kind == "word" else None
        before = joined[-1] if joined else None
        if scale and len(word.lower) > 1 and before and before.kind == "number" and before.number is not None:
            text = f"{before.text} {word.text}"
            joined[-1] = Word(text, text.lower(), text.lower(), "number", before.number * scale, before.unit)
        else:
            joined.append(word)
    return joined


@lru_cache(maxsize=8192)
def lemma(word: str) -> str:
    """The singular of a noun by the spelling rules of English; other words come back as they are."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) < 3 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if len(word) == 3 and word not in ("ids", "ads", "cds", "tvs", "pcs", "ups", "ins", "jobs"):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "zzes", "oes")):
        return word[:-2]
    return word[:-1]


@lru_cache(maxsize=8192)
def verb_bases(word: str) -> tuple[str, ...]:
    """What a verb's form can come from: `performed` is `perform`, `hiring` is `hire` or `hir`."""
    bases = [word]
    if word in _IRREGULAR_VERBS:
        bases.append(_IRREGULAR_VERBS[word])
    bases.append(lemma(word))
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            stem = word[: -len(ending)]
            bases += [stem, stem + "e"]
            if len(stem) > 2 and stem[-1] == stem[-2]:
                bases.append(stem[:-1])
            if stem.endswith("i"):
                bases.append(stem[:-1] + "y")
    return tuple(dict.fromkeys(bases))


def name_words(name: str) -> tuple[str, ...]:
    """The words inside an identifier: `Num_of_Staff`, `numOfStaff` and `NUM OF STAFF` are num, of, staff."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return tuple(lemma(word.lower()) for word in re.findall(r"[^\W\d_]+|\d+", spaced))


def value_words(value: str) -> tuple[str, ...]:
    """The words of a stored value, as a question would have them."""
    text = unicodedata.normalize("NFKC", value)
    return tuple(word.lemma for word in split_plain(text))


def split_plain(text: str) -> list[Word]:
    """The words of a text in which quotation marks mean nothing; punctuation is left out."""
    return [word for word in _pieces(text.replace('"', " ")) if word.kind in ("word", "number")]
