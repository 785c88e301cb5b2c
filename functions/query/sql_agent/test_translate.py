"""Questions about the library: what is understood, how, and what is declined."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .conftest import LIBRARY, TODAY
from .suggest import suggestions
from .translate import Declined, Translation, attempt, translate

Sql = Callable[[str], str]
Refuse = Callable[[str], Declined]


def test_count(sql: Sql) -> None:
    assert sql("How many books are there?") == "SELECT COUNT(*) AS number_of_books FROM books"


def test_different_values_are_counted_once(sql: Sql) -> None:
    assert "COUNT(DISTINCT members.city)" in sql("How many different cities do members come from?")
    assert sql("What are the different genres?") == "SELECT DISTINCT books.genre FROM books"


def test_average_per_group(sql: Sql) -> None:
    assert "AVG(books.price)" in (found := sql("average price of books by genre"))
    assert "GROUP BY books.genre" in found


def test_groups_of_rows_are_kept_apart_by_their_key(sql: Sql) -> None:
    assert "GROUP BY writers.first_name, writers.last_name, writers.id" in sql(
        "How many books has each writer written?"
    )


def test_things_of_one_label_are_listed_by_it(sql: Sql) -> None:
    assert sql("members from Oslo") == "SELECT members.\"name\" FROM members WHERE members.city = 'Oslo'"


@pytest.mark.parametrize(
    ("question", "operator"),
    [("books with at least 300 pages", ">= 300"), ("books with more than 300 pages", "> 300"),
     ("books with fewer than 300 pages", "< 300"), ("books whose price is not higher than 10", "<= 10"),
     ("books cheaper than 10 euros", "< 10"), ("books whose number of pages is at most 99", "<= 99")],
)  # fmt: skip
def test_comparisons(sql: Sql, question: str, operator: str) -> None:
    assert operator in sql(question)


@pytest.mark.parametrize(
    "question",
    ["members without loans", "members who have no loans", "members who have never borrowed books",
     "Which members do not have any loans?", "members who did not borrow books"],
)  # fmt: skip
def test_without_is_not_exists(sql: Sql, question: str) -> None:
    assert "WHERE NOT EXISTS(SELECT 1 FROM loans" in sql(question)


def test_what_never_happened_has_no_rows(sql: Sql) -> None:
    found = sql("How many books were never loaned?")
    assert "WHERE NOT EXISTS(SELECT 1 FROM loans WHERE loans.book_id = books.id)" in found


def test_without_an_attribute_is_null(sql: Sql) -> None:
    assert sql("members without a phone").endswith("WHERE members.phone IS NULL")


def test_not_from(sql: Sql) -> None:
    assert "writers.country <> 'Norway'" in sql("writers who are not from Norway")
    assert "writers.country <> 'Norway'" in sql("writers that are not Norwegian")


def test_some_rows_of_another_table_do_not_repeat_a_row(sql: Sql) -> None:
    found = sql("members who borrowed novels")
    assert "EXISTS(" in found
    assert found.startswith('SELECT members."name" FROM members WHERE')


def test_a_bridge_pairs_without_counting_twice(sql: Sql) -> None:
    assert "COUNT(*)" in sql("number of books per tag")
    assert "COUNT(DISTINCT books.id)" in sql("number of books per member")


def test_a_sum_over_repeated_rows_is_refused(declined: Refuse) -> None:
    assert "more than once" in declined("total price of books by member").reason


def test_a_sum_is_not_taken_for_its_parts(declined: Refuse) -> None:
    assert "picks parts" in declined("income of loans with fines over 5 euros").reason


def test_two_measures_of_different_rows_are_refused(declined: Refuse) -> None:
    assert "different rows" in declined("income and penalties by genre").reason


def test_a_measure_is_dated_by_its_own_date(sql: Sql) -> None:
    assert "fines.fined_on >= CAST('2026-01-01' AS DATE)" in sql("penalties last quarter")
    assert "loans.loan_date >= CAST('2026-01-01' AS DATE)" in sql("takings by city last quarter")


def test_a_verb_chooses_the_date(sql: Sql) -> None:
    assert "members.joined_on >=" in sql("How many members joined in 2025?")
    assert "books.published_on <" in sql("books published before 2000")
    assert "writers.birth_year < 1950" in sql("writers born before 1950")
    assert "loans.loan_date >=" in sql("members who borrowed books in 2025")


def test_the_period_of_a_group_is_that_of_what_is_counted(sql: Sql) -> None:
    assert "loans.loan_date >= CAST('2025-01-01' AS DATE)" in sql("number of loans per member in 2025")


def test_superlatives(sql: Sql) -> None:
    assert "ORDER BY books.pages DESC NULLS LAST, books.id LIMIT 1" in sql("Which book has the most pages?")
    assert "ORDER BY books.price ASC, books.id LIMIT 3" in sql("the 3 cheapest books")
    assert "ORDER BY COUNT(*) DESC NULLS LAST" in sql("Which writer has the most books?")
    assert sql("top 2 cities by income").endswith("LIMIT 2")


def test_having(sql: Sql) -> None:
    assert "HAVING COUNT(*) >= 2" in sql("writers with at least 2 books")
    assert "HAVING COUNT(*) > 3" in sql("Which cities have more than 3 members?")


def test_a_condition_on_a_measure_groups(sql: Sql) -> None:
    assert "HAVING SUM(loans.fee) > 45" in sql("members with income over 45")
    assert "GROUP BY members.city HAVING" in sql("Which cities have takings above 100?")


def test_the_row_itself_comes_before_its_neighbours(sql: Sql) -> None:
    assert 'SELECT members."name" AS member, COUNT(' in sql("How many loans does each member have?")
    assert sql("names of writers") == "SELECT writers.first_name, writers.last_name FROM writers"
    assert sql("ids of books") == "SELECT books.id FROM books"


def test_names_in_two_parts(sql: Sql) -> None:
    assert "writers.first_name = 'Ada' AND writers.last_name = 'Lind'" in sql("books by Ada Lind")


def test_quotes_in_values_are_data(sql: Sql) -> None:
    assert "= 'Zoë O''Neil'" in sql('loans of member "Zoë O\'Neil"')
    assert "ILIKE '%''; DROP TABLE books; --%'" in sql('books whose title contains "\'; DROP TABLE books; --"')
    assert r"ILIKE '%100\%%'" in sql('books whose title contains "100%"').replace("\\\\", "\\")


def test_one_last_word_needs_no_quotes(sql: Sql) -> None:
    assert "members.phone ILIKE '%555x%'" in sql("members whose phone contains 555x")
    assert "books.title ILIKE 'fjord%'" in sql("books whose title starts with fjord")


def test_shares_need_groups(sql: Sql, declined: Refuse) -> None:
    assert "OVER ()" in sql("share of income by genre in percent")
    assert declined("What percentage of income is novels?")


def test_the_reading_says_how(sql: Sql) -> None:
    found = attempt("takings by city last quarter", LIBRARY, TODAY)
    assert isinstance(found, Translation)
    assert found.reading == "sum of income, by member city, loan date 1 Jan to 31 Mar 2026"
    assert set(found.tables) == {"loans", "members"}


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("How happy are our members?", ("happy",)),
        ("average rating of books", ("rating",)),
        ("delete all loans", ("delete",)),
        ("predict income for next month", ("predict", "next")),
        ("income by shelf", ("shelf",)),
        ("books nobody likes", ("nobody", "likes")),
    ],
)
def test_words_without_a_place_are_named(declined: Refuse, question: str, words: tuple[str, ...]) -> None:
    assert set(words) <= set(declined(question).unplaced)


@pytest.mark.parametrize(
    "question",
    [
        "top 3 books by price in each genre",
        "the longest books",
        "income in 2024 and 2025",
        "members who borrowed both novels and poetry",
        "books by price",
        "average fee per loan",
        "members and tags",
        "most popular writer",
        "top 5 members",
        "5 books",
        "average number of loans per member",
        "the member with the most loans in each city",
        "number of income",
        "show me the thing from yesterday again",
        "compare them",
        "second most expensive book",
        "books by Nobody Inparticular",
        "loans loans",
        "income only for novels and not",
    ],
)
def test_what_is_not_understood_completely_is_declined(declined: Refuse, question: str) -> None:
    assert declined(question).reason


@pytest.mark.parametrize("question", ["", "   ", "?!", "🙂🙂", "\x00\x01", "...", "'", '"'])
def test_what_is_no_question(declined: Refuse, question: str) -> None:
    assert declined(question).kind in ("not-a-question", "unplaced")


@pytest.mark.parametrize(
    "question",
    ["'; DROP TABLE books; --", "books; DROP TABLE books", "books UNION SELECT * FROM members", "a" * 2000,
     "books " * 300, "how many books " + "and how many books " * 50, "books 🙂", "<script>alert(1)</script>", "((((((",
     "% % %", "books where 1=1"],
)  # fmt: skip
def test_hostile_questions_are_declined_without_an_error(declined: Refuse, question: str) -> None:
    assert declined(question).reason


def test_hidden_columns_cannot_be_asked_for() -> None:
    hidden = LIBRARY.merged({"tables": {"members": {"columns": {"phone": {"hidden": True}}}}})
    assert isinstance(attempt("phone of members", hidden, TODAY), Declined)
    everything = attempt("all information about members", hidden, TODAY)
    assert isinstance(everything, Translation)
    assert "phone" not in everything.sql


def test_three_suggestions_that_work() -> None:
    found = suggestions(LIBRARY, TODAY, near="How happy are our members?")
    assert len(found) == 3
    assert all(isinstance(attempt(question, LIBRARY, TODAY), Translation) for question in found)
    assert any("member" in question for question in found)


def test_a_declined_question_comes_with_suggestions() -> None:
    found = translate("How happy are our members?", LIBRARY, TODAY)
    assert isinstance(found, Declined)
    assert len(found.suggestions) == 3
