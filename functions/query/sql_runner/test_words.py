"""The last gate alone, on text that no tree stands behind."""

import pytest

from .refusal import Refused
from .words import check_words


@pytest.mark.parametrize(
    "text",
    [
        'SELECT COUNT(*) FROM "farm"."fields" WHERE "a" = \'it\'\'s\' AND "b" >= 1.5e-3 LIMIT 10',
        'SELECT SUM("x") OVER (PARTITION BY "a" ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) FROM "t" AS "u"',
        "SELECT CAST('1' AS DECIMAL(10, 2)), \"a\" -> 'b' #>> '{c}'",
    ],
)
def test_lets_known_words_through(text: str) -> None:
    check_words(text, 0)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("SELECT PG_SLEEP(1)", "functions"),
        ("SELECT UPPER ( PG_READ_FILE ('x'))", "functions"),
        ('SELECT "pg_sleep"(1)', "functions"),
        ('SELECT "a" FROM "t" FOR UPDATE', "words"),
        ('SELECT "a" INTO "b" FROM "t"', "words"),
        ("SELECT a", "words"),
        ("SELECT CURRENT_USER", "words"),
        ("SELECT 1; SELECT 2", "characters"),
        ("SELECT 1 -- x", "operators"),
        ("SELECT 1 /* x */", "operators"),
        ("SELECT $1", "characters"),
        ("SELECT 'open", "characters"),
        ("SELECT 1a", "characters"),
        ("SELECT \\", "characters"),
        ("SELECT 1 <-> 2", "operators"),
        ("SELECT ü", "characters"),
    ],
)
def test_stops_every_other(text: str, rule: str) -> None:
    with pytest.raises(Refused) as caught:
        check_words(text, 0)
    assert caught.value.refusal.rule == rule


def test_a_column_list_looks_like_a_call_and_is_accounted_for() -> None:
    text = 'SELECT "x" FROM (VALUES (1)) AS "t"("x")'
    check_words(text, 1)
    with pytest.raises(Refused):
        check_words(text, 0)
