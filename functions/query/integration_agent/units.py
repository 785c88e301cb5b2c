"""Units that a column's name states by itself, as in `weight_kg`."""

from __future__ import annotations

from .words import words

_BY_LAST_WORD = {
    "pct": "%", "percent": "%", "percentage": "%",
    "eur": "EUR", "usd": "USD", "gbp": "GBP", "chf": "CHF", "jpy": "JPY", "cny": "CNY", "inr": "INR",
    "ms": "ms", "seconds": "s", "secs": "s", "minutes": "min", "hours": "h",
    "kg": "kg", "km": "km", "cm": "cm", "mm": "mm", "kwh": "kWh", "mwh": "MWh", "celsius": "°C",
    "kb": "kB", "mb": "MB", "gb": "GB",
}  # fmt: skip


def stated_unit(name: str) -> tuple[str, str]:
    """Splits a name into what is left for the heading and the unit that it ends on.

    `weight_kg` is `("weight", "kg")`. A name that is nothing but a unit (`hours`, `percentage`) keeps
    its heading and still tells its unit. Without a unit: `(name, "")`.
    """
    parts = words(name)
    unit = _BY_LAST_WORD.get(parts[-1], "") if parts else ""
    if not unit or len(parts) == 1:
        return name, unit
    return " ".join(parts[:-1]), unit
