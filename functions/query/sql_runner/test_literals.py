import pytest

from .guard import Approved, check
from .policy import Policy
from .refusal import Refusal

POLICY = Policy(tables={})


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        (r"E'it\'s'", "'it''s'"),
        (r"e'a\\b'", r"'a\b'"),
        (r"E'\x41\102\u0043\U00000044\''", "'ABCD'''"),
        (r"E'a''b'", "'a''b'"),
        (r"U&'\0041\+000042\\'", r"'AB\'"),
        ("U&'it''s'", "'it''s'"),
        ("N'abc'", "'abc'"),
        ("$$it's$$", "'it''s'"),
        ("$a$ $$ $a$", "' $$ '"),
        (r"'C:\x'", r"'C:\x'"),
        ("1_000", "1000"),
        ("0xff", "255"),
    ],
)
def test_every_spelling_becomes_the_plain_one(written: str, plain: str) -> None:
    verdict = check(f"SELECT {written}", POLICY)
    assert isinstance(verdict, Approved) and verdict.sql == f"SELECT {plain} LIMIT 1001"


@pytest.mark.parametrize(
    "written", [r"E'\xff'", r"E'\000'", r"E'\ud800'", r"E'\x01'", r"U&'\00'", r"U&'\+110000'", "B'101'", "X'1F'", "1a"]
)
def test_a_spelling_that_means_no_character_is_refused(written: str) -> None:
    verdict = check(f"SELECT {written}", POLICY)
    assert isinstance(verdict, Refusal) and verdict.rule in ("characters", "syntax")
