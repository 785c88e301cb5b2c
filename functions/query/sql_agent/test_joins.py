"""Joins: reach, bases, and what may not be joined."""

from __future__ import annotations

import pytest

from troupe.adapters.catalog import Catalog, Column, ForeignKey, Table

from .conftest import LIBRARY
from .joins import Ambiguous, Joins
from .lexicon import Lexicon

JOINS = Joins(Lexicon.of(LIBRARY))


def test_a_row_leads_along_its_foreign_keys() -> None:
    assert JOINS.reach("fines").keys() == {"fines", "loans", "books", "members", "writers"}
    assert JOINS.path("members", "loans") is None


def test_the_base_is_the_table_that_pairs_the_others() -> None:
    assert JOINS.base({"books", "tags"}) == "book_tags"
    assert JOINS.base({"books", "writers"}) == "books"
    assert JOINS.base({"members", "writers"}) == "loans"
    assert JOINS.base({"tags", "members"}) is None


def test_only_a_key_over_both_sides_pairs_uniquely() -> None:
    assert JOINS.pairs_uniquely("book_tags", "books", ["tags"])
    assert not JOINS.pairs_uniquely("loans", "books", ["members"])


def test_two_ways_are_not_one() -> None:
    flights = Table(
        name="flights",
        columns=(Column(name="origin"), Column(name="destination")),
        foreign_keys=(
            ForeignKey(columns=("origin",), table="airports", to=("code",)),
            ForeignKey(columns=("destination",), table="airports", to=("code",)),
        ),
    )
    airports = Table(name="airports", columns=(Column(name="code"),), primary_key=("code",))
    joins = Joins(Lexicon.of(Catalog(tables=(flights, airports))))
    with pytest.raises(Ambiguous, match="origin or destination"):
        joins.path("flights", "airports")
