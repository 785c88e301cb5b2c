"""The agent: a question in, SQL or an honest no out."""

from __future__ import annotations

from contracts.query import QueryReceived, SQLGenerated, SQLGenerationError

from .answer import answer
from .conftest import LIBRARY, TODAY
from .translate import OfflineTranslator

TRANSLATOR = OfflineTranslator(LIBRARY, TODAY)


def test_an_understood_question_becomes_sql() -> None:
    found = answer(QueryReceived(question="How many books are there?"), TRANSLATOR)
    assert isinstance(found, SQLGenerated)
    assert found.sql == "SELECT COUNT(*) AS number_of_books FROM books"
    assert (found.reading, found.translator) == ("number of books", "offline")


def test_another_becomes_an_error_that_names_its_words() -> None:
    found = answer(QueryReceived(question="How happy are our members?"), TRANSLATOR)
    assert isinstance(found, SQLGenerationError)
    assert found.unplaced == ["happy"]
    assert len(found.suggestions) == 3
