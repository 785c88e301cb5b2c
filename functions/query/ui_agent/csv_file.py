"""The whole result as a CSV file that spreadsheets open without running anything in it."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from contracts.query import ResultsReady

from .formats import number
from .text import clean

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")
"""A cell that starts like this may be run by a spreadsheet: https://owasp.org/www-community/attacks/CSV_Injection."""
_BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel takes UTF-8 for the machine's old code page."""


def csv_file(result: ResultsReady) -> bytes:
    """RFC 4180, UTF-8, every row and every digit; NULL is an empty field.

    Text that a spreadsheet would take for a formula gets an apostrophe in front, as OWASP advises;
    numbers keep their sign.
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow([_harmless(column.name) for column in result.columns])
    for row in result.rows:
        writer.writerow([_field(value) for value in row])
    return (_BYTE_ORDER_MARK + file.getvalue()).encode()


def _field(value: Any) -> str:
    if value is None:
        return ""
    if number(value) is not None:
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return _harmless(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _harmless(text: str) -> str:
    shown = clean(text)
    return f"'{shown}" if text.lstrip(" \u00a0\ufeff").startswith(_FORMULA_STARTS) else shown
