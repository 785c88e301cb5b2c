"""Identifiers as PostgreSQL reads them: folded, quoted where a bare word could mean something else."""

from __future__ import annotations

import re

from sqlglot import exp

from .refusal import Refused
from .vocabulary import RESERVED, SESSION_WORDS

MAX_BYTES = 63
"""PostgreSQL cuts longer names silently, so that they would mean another name."""

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*\Z")
_ASCII_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


def fold(tree: exp.Expr) -> None:
    """Writes every name as the database would: unquoted ones in lower case, then all of them quoted."""
    for name in tree.find_all(exp.Identifier):
        text = name.name
        if not name.args.get("quoted"):
            text = text.translate(_ASCII_LOWER)
            if not text.replace("$", "_").isidentifier():  # sqlglot takes `FROM t f(1)` for columns named 1
                raise Refused("names", f"{text} is not a name.")
            if text in SESSION_WORDS and isinstance(name.parent, exp.Column):
                raise Refused("words", f"The word {text.upper()} is not one that questions may use.")
        if not text or not text.isprintable() or len(text.encode()) > MAX_BYTES:
            raise Refused("names", f"A name must have 1 to {MAX_BYTES} printable bytes.")
        name.set("this", text)
        name.set("quoted", True)


def unquote(tree: exp.Expr) -> None:
    """Takes the quotes off names that mean the same without them, for the people who read the SQL."""
    for name in tree.find_all(exp.Identifier):
        name.set("quoted", not (_PLAIN.match(name.name) and name.name not in RESERVED))
