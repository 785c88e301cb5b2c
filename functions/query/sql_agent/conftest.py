"""A library to ask about: small enough to know by heart, with every kind of relation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from troupe.adapters.catalog import Catalog, Column, ForeignKey, Measure, Table

from .translate import Declined, Translation, attempt

TODAY = date(2026, 5, 20)


def column(name: str, type_: str = "text", *values: str, **more: object) -> Column:
    return Column(name=name, type=type_, values=values, complete=bool(values), **more)  # type: ignore[arg-type]


def key(name: str, table: str, to: str = "id") -> ForeignKey:
    return ForeignKey(columns=(name,), table=table, to=(to,))


LIBRARY = Catalog(
    tables=(
        Table(
            name="writers",
            columns=(
                column("id", "integer"),
                column("first_name", "text", "Ada", "Ibo"),
                column("last_name", "text", "Lind", "Okri"),
                column("country", "text", "Norway", "Ghana"),
                column("birth_year", "integer"),
            ),
            primary_key=("id",),
        ),
        Table(
            name="books",
            columns=(
                column("id", "integer"),
                column("title", "text", "The Fjord", "Harmattan", "Lind"),
                column("writer_id", "integer"),
                column("genre", "text", "Novel", "Poetry"),
                column("pages", "integer"),
                column("price", "number", unit="EUR"),
                column("published_on", "date"),
                column("in_print", "boolean"),
            ),
            primary_key=("id",),
            foreign_keys=(key("writer_id", "writers"),),
        ),
        Table(
            name="members",
            columns=(
                column("id", "integer"),
                column("name", "text", "Zoë O'Neil", "Max Roe"),
                column("city", "text", "Oslo", "Accra"),
                column("joined_on", "date"),
                column("phone", "text"),
            ),
            primary_key=("id",),
        ),
        Table(
            name="loans",
            columns=(
                column("id", "integer"),
                column("book_id", "integer"),
                column("member_id", "integer"),
                column("loan_date", "date"),
                column("fee", "number", unit="EUR"),
            ),
            primary_key=("id",),
            foreign_keys=(key("book_id", "books"), key("member_id", "members")),
        ),
        Table(
            name="fines",
            columns=(
                column("id", "integer"),
                column("loan_id", "integer"),
                column("amount", "number", unit="EUR"),
                column("fined_on", "date"),
            ),
            primary_key=("id",),
            foreign_keys=(key("loan_id", "loans"),),
        ),
        Table(
            name="tags",
            columns=(column("id", "integer"), column("name", "text", "classic", "slim")),
            primary_key=("id",),
        ),
        Table(
            name="book_tags",
            columns=(column("book_id", "integer"), column("tag_id", "integer")),
            primary_key=("book_id", "tag_id"),
            foreign_keys=(key("book_id", "books"), key("tag_id", "tags")),
        ),
    ),
    measures=(
        Measure(name="income", expression="SUM(loans.fee)", table="loans", synonyms=("takings",), unit="EUR"),
        Measure(name="penalties", expression="SUM(fines.amount)", table="fines", date="fines.fined_on"),
    ),
    default_date="loans.loan_date",
)


@pytest.fixture
def sql() -> Callable[[str], str]:
    """The SQL for a question about the library."""

    def translated(question: str) -> str:
        found = attempt(question, LIBRARY, TODAY)
        assert isinstance(found, Translation), found  # noqa: S101
        return found.sql

    return translated


@pytest.fixture
def declined() -> Callable[[str], Declined]:
    """Why a question about the library is declined."""

    def refused(question: str) -> Declined:
        found = attempt(question, LIBRARY, TODAY)
        assert isinstance(found, Declined), found  # noqa: S101
        return found

    return refused
