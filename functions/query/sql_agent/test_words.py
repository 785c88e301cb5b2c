"""Words: numbers, quotations, plurals, verbs, identifiers."""

from __future__ import annotations

import pytest

from .words import lemma, name_words, split, value_words, verb_bases


@pytest.mark.parametrize(
    ("plural", "singular"),
    [("cities", "city"), ("boxes", "box"), ("people", "person"), ("movies", "movie"), ("addresses", "address"),
     ("status", "status"), ("sales", "sale"), ("gas", "gas"), ("series", "series"), ("analysis", "analysis")],
)  # fmt: skip
def test_plurals_come_back_to_their_singular(plural: str, singular: str) -> None:
    assert lemma(plural) == singular


@pytest.mark.parametrize(
    ("form", "base"),
    [("performed", "perform"), ("hiring", "hire"), ("taught", "teach"), ("shipped", "ship"), ("carried", "carry"),
     ("used", "use"), ("born", "bear")],
)  # fmt: skip
def test_verbs_come_back_to_their_base(form: str, base: str) -> None:
    assert base in verb_bases(form)


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [("20,000", 20000, ""), ("$5", 5, "USD"), ("3 million", 3_000_000, ""), ("12%", 12, "%"), ("2.5k", 2500, ""),
     ("seven", 7, "")],
)  # fmt: skip
def test_numbers_are_read_with_scale_and_unit(text: str, number: float, unit: str) -> None:
    (word,) = split(text)
    assert (word.kind, word.number, word.unit) == ("number", number, unit)


@pytest.mark.parametrize("text", ['"Old Town"', "'Old Town'", "‘Old Town’", "“Old Town”", "`` Old Town ''"])
def test_quotations_are_kept_whole(text: str) -> None:
    assert [(word.kind, word.text) for word in split(f"in {text}?")] == [
        ("word", "in"), ("quoted", "Old Town"), ("stop", "?"),
    ]  # fmt: skip


def test_an_apostrophe_is_not_a_quotation() -> None:
    assert [word.text for word in split("Bob's and Ann's bikes don't fit")][:3] == ["Bob", "'s", "and"]
    assert "not" in [word.lower for word in split("they don't fit")]
    assert "not" in [word.lower for word in split("they don’t fit")]


def test_identifiers_fall_apart_into_words() -> None:
    assert name_words("Num_of_Staff") == ("num", "of", "staff")
    assert name_words("openYear2") == ("open", "year2") or name_words("openYear2") == ("open", "year", "2")
    assert name_words("HTTPStatus") == ("http", "status")


def test_values_have_the_words_that_questions_have() -> None:
    assert value_words("AC/DC") == value_words("ac dc") == ("ac", "dc")


def test_control_characters_vanish() -> None:
    assert [word.text for word in split("how\x00 many\x1b\n books")] == ["how", "many", "books"]
