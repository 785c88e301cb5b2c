"""One sign alone may be a gift or a company; two are too many."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.orders import FraudCleared, FraudSuspected, OrderPlaced

from .judge import judge

ABROAD = {"card": {"token": "c", "country": "US"}}
DEAR = {"price": "1000.01"}
MANY = {"lines": [{"sku": "bulb", "quantity": 21}]}


def order(**changes: Any) -> OrderPlaced:
    return OrderPlaced.model_validate({**OrderPlaced.example, **changes})


@pytest.mark.parametrize("changes", [{}, ABROAD, DEAR, MANY, {"price": "1000.00", **ABROAD}])
def test_cleared(changes: dict[str, Any]) -> None:
    assert isinstance(judge(order(**changes)), FraudCleared)


@pytest.mark.parametrize("changes", [{**ABROAD, **DEAR}, {**ABROAD, **MANY}, {**DEAR, **MANY}])
def test_suspected(changes: dict[str, Any]) -> None:
    found = judge(order(**changes))
    assert isinstance(found, FraudSuspected) and len(found.signs) == 2
