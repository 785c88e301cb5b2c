"""What must hold for any text at all."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlglot import exp, parse

from .guard import Approved, check
from .policy import Policy, TableRule
from .refusal import Refusal

pytestmark = pytest.mark.thorough

POLICY = Policy(
    schema="farm", tables={"fields": TableRule(), "farmers": TableRule(columns=("id", "name"), deny=("salary",))}
)

ATTACKS = [
    "SELECT * FROM barns",
    "SELECT * FROM house.fields",
    "SELECT salary FROM farmers",
    "SELECT pg_read_file('x')",
    "SELECT 'x'::regclass",
    "SELECT x.pg_read_file FROM unnest(ARRAY['x']) AS x",
    "WITH barns AS (SELECT * FROM barns) SELECT * FROM barns",
    "WITH a AS (DELETE FROM fields RETURNING id) SELECT * FROM a",
    "SELECT name FROM fields FOR UPDATE",
    "SELECT name INTO b FROM fields",
    "SELECT date_part('year FROM now()) || pg_sleep(1) || extract(year', now())",
    "SELECT 1; DELETE FROM fields",
]
_TEXT = """
    SELECT FROM WHERE WITH AS RECURSIVE UNION ALL JOIN ON USING LATERAL VALUES ORDER BY GROUP LIMIT CASE WHEN THEN END
    fields farmers barns house.fields a b x salary name id * ( ) ( ) , , . ; = + - :: || [ ] ' " -- /* */ $$ 1 2
    pg_sleep( count( unnest( ARRAY[ 'x' int regclass INSERT DELETE UPDATE INTO FOR CURRENT_USER U& E' \\ @ ? : =>
"""
PIECES = _TEXT.split()
BLANKS = st.sampled_from([" ", "\n", "\t", "  ", "/**/", "/* a */", "/* /* b */ */ ", " --c\n"])
_WORD = re.compile(r"'(?:[^']|'')*'|\w+|[^\w\s]+|\s+")


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map(lambda words: "SELECT " + " ".join(words)))
@example("SELECT * EXCEPT (name) FROM fields")
@example("SELECT EXTRACT('a''b' FROM id) FROM fields")
def test_what_is_approved_reads_allowed_tables_only(sql: str) -> None:
    assert_harmless(sql)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_any_text_gets_a_verdict(text: str) -> None:
    assert_harmless(text)
    assert_harmless(f"SELECT {text} FROM fields")
    assert_harmless(f"SELECT '{text}' AS \"{text}\"")


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=40))
def test_any_printable_text_can_be_compared_with(text: str) -> None:
    quoted = text.replace("'", "''")
    verdict = check(f"SELECT id FROM fields WHERE name = '{quoted}'", POLICY)
    assert isinstance(verdict, Approved)
    assert verdict.sql == f"SELECT id FROM farm.fields WHERE name = '{quoted}' LIMIT 1001"


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(ATTACKS), st.data())
def test_dressing_up_an_attack_does_not_help(attack: str, data: st.DataObject) -> None:
    dressed = "".join(dress(word, data) for word in _WORD.findall(attack))
    assert isinstance(check(dressed, POLICY), Refusal), dressed


def dress(word: str, data: st.DataObject) -> str:
    if word.isspace():
        return data.draw(BLANKS)
    if word.startswith("'"):
        return word
    changed = "".join(letter.upper() if data.draw(st.booleans()) else letter.lower() for letter in word)
    return changed + data.draw(st.sampled_from(["", "", "", " ", "\n", "/**/"]))


def assert_harmless(sql: str) -> None:
    """The verdict's own words, checked anew: a single query, of allowed tables, that is approved again."""
    verdict = check(sql, POLICY)
    if isinstance(verdict, Refusal):
        assert verdict.rule and verdict.reason
        return
    (tree,) = parse(verdict.sql, dialect="postgres")
    assert isinstance(tree, (exp.Select, exp.SetOperation, exp.Subquery))
    ctes = {cte.alias for cte in tree.find_all(exp.CTE)}
    for table in tree.find_all(exp.Table):
        if isinstance(table.this, exp.Identifier):
            assert (table.db == "farm" and table.name in POLICY.tables) or (not table.db and table.name in ctes)
    assert "salary" not in {column.name for column in tree.find_all(exp.Column) if column.table == "farmers"}
    assert not {"pg_sleep", "pg_read_file"} & {call.name.lower() for call in tree.find_all(exp.Anonymous)}
    again = check(verdict.sql, POLICY)
    assert isinstance(again, Approved) and again.tables == verdict.tables
