"""What only the Data API has: answers of at most 1 MiB, clusters that sleep, secrets, and no connection to lose."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from botocore.exceptions import EndpointConnectionError

from tests.warehouse.data_api import CLUSTER, LIMIT, StandIn
from troupe.adapters import _data_api_side, _pg_text
from troupe.adapters.warehouse import Warehouse, WarehouseError


@pytest.fixture(autouse=True)
def forgotten(stand_in: StandIn) -> None:
    stand_in.calls.clear()
    stand_in.largest = 0


@pytest.fixture
def reader(stand_in: StandIn) -> Warehouse:
    return Warehouse.through_data_api(CLUSTER, "reader-secret", "warehouse")


def test_an_answer_beyond_one_call_comes_in_pages(reader: Warehouse, stand_in: StandIn) -> None:
    sql = "SELECT order_line_id, repeat('é\"', 100) AS text FROM order_lines ORDER BY 1 DESC LIMIT 10000"
    answer = reader.query(sql, max_rows=9_999)

    ids = [row[0] for row in answer.rows]
    assert ids == list(range(ids[0], ids[0] - 9_999, -1)) and answer.truncated
    assert {row[1] for row in answer.rows} == {'é"' * 100}
    assert len([call for call in stand_in.calls if call.startswith("FETCH")]) > 5
    assert stand_in.largest <= LIMIT
    assert stand_in.open_transactions == 0


def test_rows_that_grow_along_the_way_are_read_in_smaller_pages(reader: Warehouse) -> None:
    sql = "SELECT n, repeat('x', n * 400) AS text FROM generate_series(1, 200) AS n"
    answer = reader.query(sql, max_rows=200)

    assert [(row[0], len(row[1])) for row in answer.rows] == [(n, n * 400) for n in range(1, 201)]


def test_a_row_beyond_one_call_is_the_querys_own_fault(reader: Warehouse, stand_in: StandIn) -> None:
    with pytest.raises(WarehouseError, match="A single row is larger") as failure:
        reader.query("SELECT repeat('x', 2000000)")

    assert failure.value.kind == "other" and stand_in.open_transactions == 0


def test_every_query_is_read_only_and_rolled_back(reader: Warehouse, stand_in: StandIn) -> None:
    reader.query("SELECT 1")
    with pytest.raises(WarehouseError):
        reader.query("SELECT 1 / 0")

    assert stand_in.calls[:2] == ["BeginTransaction", "SET TRANSACTION READ ONLY"]
    assert stand_in.calls.count("RollbackTransaction") == stand_in.calls.count("BeginTransaction") == 2
    assert stand_in.open_transactions == 0


def test_a_sleeping_cluster_is_waited_for(
    reader: Warehouse, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(_data_api_side.time, "sleep", pauses.append)
    stand_in.asleep_for = 3

    assert reader.query("SELECT 1").rows == [[1]]
    assert pauses == [1, 2, 3]


def test_a_cluster_that_stays_asleep_is_tried_again_later(
    reader: Warehouse, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_data_api_side.time, "sleep", lambda _: None)
    stand_in.asleep_for = 6

    with pytest.raises(WarehouseError, match="asleep") as failure:
        reader.query("SELECT 1")

    assert failure.value.kind == "unavailable" and stand_in.asleep_for == 0


@pytest.mark.parametrize(
    ("cluster", "secret"), [("arn:aws:rds:eu-central-1:1:cluster:x", "reader-secret"), (CLUSTER, "no-such-secret")]
)
def test_a_wrong_cluster_or_secret_is_the_infrastructures_failure(stand_in: StandIn, cluster: str, secret: str) -> None:
    with pytest.raises(WarehouseError) as failure:
        Warehouse.through_data_api(cluster, secret, "warehouse").query("SELECT 1")

    assert failure.value.kind == "unavailable"


def test_a_network_that_is_down_is_the_infrastructures_failure(
    reader: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: object, **__: object) -> object:
        raise EndpointConnectionError(endpoint_url="https://rds-data.example")

    monkeypatch.setattr(_data_api_side, "client", down)
    with pytest.raises(WarehouseError, match="cannot be reached") as failure:
        reader.query("SELECT 1")

    assert failure.value.kind == "unavailable"


@pytest.mark.parametrize(
    ("code", "message", "kind", "said"),
    [
        ("StatementTimeoutException", "Request timed out", "timeout", "Request timed out"),
        ("AccessDeniedException", "User is not authorized", "unavailable", "User is not authorized"),
        ("ServiceUnavailableError", "", "unavailable", "ServiceUnavailableError"),
        ("BadRequestException", "Multistatements aren't supported", "other", "Multistatements aren't supported"),
        ("BadRequestException", 'ERROR: relation "x" is gone\n  Position: 15; SQLState: 42P01', "other",
         'relation "x" is gone'),
        ("DatabaseErrorException", "ERROR: no column a; SQLState: 42703", "unknown-column", "no column a"),
    ],
)  # fmt: skip
def test_an_error_is_understood(code: str, message: str, kind: str, said: str) -> None:
    error = _data_api_side._understood({"Code": code, "Message": message})

    assert isinstance(error, WarehouseError) and (error.kind, error.message) == (kind, said)


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("()", [None]),
        ('("")', [""]),
        ("(,)", [None, None]),
        ('(1,"a ""b"" \\\\ c",)', ["1", 'a "b" \\ c', None]),
        ('("(x,y)","{1,2}")', ["(x,y)", "{1,2}"]),
    ],
)
def test_a_row_is_read_back(text: str, cells: list[str | None]) -> None:
    assert _pg_text.row(text, len(cells)) == cells


@pytest.mark.parametrize("text", ["", "(", "(1", "(1,2)", "(1)x", '("a)'])
def test_a_row_of_another_shape_is_noticed(text: str) -> None:
    with pytest.raises(ValueError, match="cells"):
        _pg_text.row(text, 1)


@pytest.mark.parametrize(
    ("text", "convert", "items"),
    [
        ("{}", int, []),
        ("[0:1]={1,NULL}", int, [1, None]),
        ('{"NULL",NULL,"a\\"b\\\\c",x y}', str, ["NULL", None, 'a"b\\c', "x y"]),
        ("{{1,2},{3,4}}", int, [[1, 2], [3, 4]]),
    ],
)
def test_an_array_is_read_back(text: str, convert: Callable[[str], object], items: list[object]) -> None:
    assert _pg_text.array(text, convert) == items


@pytest.mark.parametrize("text", ["", "1", "{1", "{1}}", '{"a', "x{1}"])
def test_an_array_of_another_shape_is_noticed(text: str) -> None:
    with pytest.raises(ValueError, match="array"):
        _pg_text.array(text, str)
