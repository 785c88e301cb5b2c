import pytest

from contracts.query import Column, QuerySuccess, ResultsReady

from .result import structured


def found(**changes: object) -> QuerySuccess:
    return QuerySuccess.model_validate(QuerySuccess.example | changes)


def test_the_contracts_example_becomes_the_next_contracts_example() -> None:
    assert structured(found()) == ResultsReady.model_validate(ResultsReady.example)


def test_everything_needed_to_judge_the_answer_is_passed_on() -> None:
    result = structured(found(truncated=True, tables=["stores", "regions", "stores"], elapsed_ms=12.5))
    assert (result.question, result.sql, result.reading) == (found().question, found().sql, found().reading)
    assert (result.row_count, result.truncated, result.elapsed_ms) == (1, True, 12.5)
    assert result.tables == ["regions", "stores"]


def test_what_the_publisher_said_about_a_column_is_kept() -> None:
    said = Column(name="amt_usd", type="number", label="Net worth", unit="EUR", role="dimension")
    assert structured(found(columns=[said], rows=[[1]])).columns == [said]


def test_a_unit_in_the_name_moves_out_of_the_heading() -> None:
    (column,) = structured(found(columns=[{"name": "avg_weight_kg", "type": "number"}], rows=[[1]])).columns
    assert (column.label, column.unit) == ("Average weight", "kg")


def test_a_role_that_was_said_wins_over_a_period_that_was_guessed() -> None:
    (column,) = structured(
        found(columns=[{"name": "year", "type": "integer", "role": "measure"}], rows=[[2026]])
    ).columns
    assert (column.role, column.grain) == ("measure", "")


def test_columns_of_the_same_name_can_be_told_apart() -> None:
    twice = [{"name": "name", "type": "text"}] * 2
    labels = [column.label for column in structured(found(columns=twice, rows=[["a", "b"]])).columns]
    assert labels == ["Name", "Name (2)"]


def test_no_rows_is_a_result_too() -> None:
    assert structured(found(rows=[])).row_count == 0


def test_a_row_with_a_missing_cell_is_refused_with_its_number() -> None:
    with pytest.raises(ValueError, match="Row 2 of the result has 0 cells for 1 columns"):
        structured(found(rows=[[1], []]))
