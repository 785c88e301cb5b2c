import csv
import io

import pytest

from .conftest import ResultOf
from .csv_file import csv_file


def read(file: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.decode("utf-8-sig"), newline="")))


def test_every_row_and_every_digit_is_in_the_file(result_of: ResultOf) -> None:
    rows = [['Köln, "Mitte"\nSüd', 1234.56789], ["12345678901234567890", None]] + [["x", n] for n in range(999)]
    assert read(csv_file(result_of({"place": "dimension", "sales": "measure"}, rows))) == [
        ["place", "sales"],
        ['Köln, "Mitte"\nSüd', "1234.56789"],
        ["12345678901234567890", ""],
        *([["x", str(n)] for n in range(999)]),
    ]


def test_spreadsheets_are_told_that_it_is_utf_8(result_of: ResultOf) -> None:
    assert csv_file(result_of({"ort": "dimension"}, [["ü"]])) == b"\xef\xbb\xbfort\r\n\xc3\xbc\r\n"


@pytest.mark.parametrize(
    "formula",
    ["=1+1", "+cmd|' /C calc'!A0", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", " =1", "\ufeff=1", "%0A=1", "|x"],
)
def test_text_that_a_spreadsheet_would_run_is_made_text(result_of: ResultOf, formula: str) -> None:
    header, (cell,) = read(csv_file(result_of({formula: "dimension"}, [[formula]])))
    assert header[0][0] == cell[0] == "'"


@pytest.mark.parametrize("value", [-5, -1.5, "-12345678901234567890", "+3", "1e5"])
def test_numbers_keep_their_sign(result_of: ResultOf, value: object) -> None:
    assert read(csv_file(result_of({"n": "measure"}, [[value]])))[1] == [str(value)]


def test_values_that_are_neither_text_nor_number(result_of: ResultOf) -> None:
    result = result_of(dict.fromkeys("abcd", "dimension"), [[True, False, None, ["x", 1]]])
    assert read(csv_file(result))[1] == ["true", "false", "", '["x", 1]']


def test_what_no_file_can_hold_is_replaced(result_of: ResultOf) -> None:
    assert read(csv_file(result_of({"t": "dimension"}, [["a\x00\ud800b"]])))[1] == ["a\ufffd\ufffdb"]
