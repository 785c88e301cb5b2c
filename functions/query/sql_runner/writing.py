"""The syntax tree → PostgreSQL text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from sqlglot import exp
from sqlglot.errors import ErrorLevel
from sqlglot.generators.postgres import PostgresGenerator

from .refusal import Refused


class _Writer(PostgresGenerator):
    """PostgreSQL has no brackets after CURRENT_TIME."""

    TRANSFORMS: ClassVar[dict[Any, Callable[..., str]]] = {
        **PostgresGenerator.TRANSFORMS,
        exp.CurrentTime: lambda _writer, _time: "CURRENT_TIME",
    }


def write(tree: exp.Expr) -> str:
    """The text of `tree`, without comments. Raises Refused when sqlglot cannot write it for PostgreSQL."""
    try:
        return _Writer(dialect="postgres", comments=False, unsupported_level=ErrorLevel.RAISE).generate(tree)
    except RecursionError:
        raise
    except Exception as error:
        # Like the parser, the generator trips over some nonsense; a guard fails closed.
        raise Refused("round-trip", "The statement cannot be written out again; say it more simply.") from error
