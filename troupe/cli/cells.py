"""How a value of a result is shown in a table on the terminal."""

from __future__ import annotations

import json
from typing import Any


def heading(column: dict[str, Any]) -> str:
    """The heading of a column, with its unit."""
    label = column.get("label") or column["name"]
    return f"{label} ({column['unit']})" if column.get("unit") else label


def is_number(column: dict[str, Any]) -> bool:
    """Whether its cells stand to the right."""
    return column.get("type") in ("integer", "number")


def cell(value: Any, column: dict[str, Any]) -> str:
    """The text of a cell: — for no value, digits grouped in what is measured, a period by its name."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and column.get("role") != "identifier" and column.get("role") != "time":
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.2f}" if abs(value) >= 1 else f"{value:,.4g}"
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False)
    return _period(str(value), column.get("grain", ""))


def _period(text: str, grain: str) -> str:
    year, month = text[:4], text[5:7]
    if not (year.isdigit() and month.isdigit()):
        return text
    match grain:
        case "year":
            return year
        case "quarter":
            return f"{year} Q{(int(month) + 2) // 3}"
        case "month":
            return f"{year}-{month}"
        case "day" | "week":
            return text[:10]
    return text
