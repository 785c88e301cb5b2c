import pytest

from .text import clean, one_line, sentence, shortened


@pytest.mark.parametrize("char", ["\x00", "\x07", "\x1b", "\x7f", "\x9f", "\u202e", "\u2066", "\ud800", "\uffff"])
def test_what_no_page_can_show_is_replaced_visibly(char: str) -> None:
    assert clean(f"a{char}b") == "a\ufffdb"


@pytest.mark.parametrize("text", ["Übersee", "👩‍👧", "عربي", "a\tb\nc", "<b>&amp;"])
def test_language_stays_as_it_is(text: str) -> None:
    assert clean(text) == text


def test_line_ends_are_all_the_same() -> None:
    assert clean("a\r\nb\rc") == "a\nb\nc"


def test_shortening_says_that_something_is_missing() -> None:
    assert shortened("twelve", 6) == "twelve"
    assert shortened("thirteen", 6) == "thirt…"


def test_a_line_has_no_breaks_and_no_runs_of_spaces() -> None:
    assert one_line(" a \n\t b  ", 10) == "a b"
    assert len(one_line("x" * 100_000, 10)) == 10


def test_a_sentence_starts_with_a_capital_and_keeps_the_rest() -> None:
    assert sentence("sum of VAT") == "Sum of VAT"
    assert sentence("") == ""
