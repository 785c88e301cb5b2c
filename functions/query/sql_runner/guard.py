"""The guard: SQL that somebody or some model wrote goes in; SQL that may run comes out, or a refusal.

One SELECT over allowed tables, with allowed functions, casts and operators, capped in rows. What
runs is regenerated from the syntax tree, never the text that came in. Whatever the guard does not
know is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlglot import exp

from .casts import check_casts
from .columns import narrow
from .names import fold, unquote
from .policy import Policy
from .reading import read
from .refusal import Refusal, Refused
from .rows import limit_rows
from .scopes import Scopes
from .shapes import check_shapes
from .sizes import check_sizes
from .words import check_words
from .writing import write


@dataclass(frozen=True, slots=True)
class Approved:
    """The statement may run, in this form only."""

    sql: str
    """Regenerated from the tree. Asks for at most `limit` + 1 rows: the one more shows that there are more."""
    tables: tuple[str, ...]
    """The real tables that it reads, in alphabetical order."""
    limit: int
    """Rows that may be shown."""


def check(sql: str, policy: Policy, claims: Mapping[str, str | int] | None = None) -> Approved | Refusal:
    """Judges `sql` by `policy`; `claims` say who asks, for policies that show each asker their own rows."""
    try:
        tree = _read(sql, policy)
        scopes = Scopes(policy)
        scopes.walk(tree)
        check_casts(tree)
        check_sizes(tree, policy.limits.max_generated)
        narrow(scopes.tables.values(), policy, claims or {})
        limit = limit_rows(tree, policy.limits.max_rows)
        text = _write(tree)
    except Refused as refused:
        return refused.refusal
    except RecursionError:
        return Refusal("size", "The statement is nested too deeply.")
    return Approved(text, tuple(sorted({name for _, name in scopes.tables.values()})), limit)


def _read(sql: str, policy: Policy) -> exp.Query:
    """The tree that is judged: the one that the regenerated text gives, for some spellings make another tree first."""
    first = read(sql, policy.limits.max_characters)
    check_shapes(first)
    fold(first)
    text = write(first)
    tree = read(text, len(text))
    check_shapes(tree)
    fold(tree)
    return tree


def _write(tree: exp.Query) -> str:
    """The text that runs: every word of it checked, and read back as the same tree."""
    quoted = write(tree)
    check_words(quoted, sum(1 for alias in tree.find_all(exp.TableAlias) if alias.args.get("columns")))
    readable = tree.copy()
    unquote(readable)
    for text in (write(readable), quoted):
        if _reads_as(text, tree):
            return text
    raise Refused("round-trip", "The statement reads differently once it is written out again; say it more simply.")


def _reads_as(text: str, tree: exp.Query) -> bool:
    try:
        again = read(text, len(text))
        fold(again)
    except Refused:
        return False
    return again == tree
