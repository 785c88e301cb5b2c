"""A browser for the session, and views made the way the agents make them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from contracts.query import QuerySuccess, ResultsReady, ViewRendered
from functions.query.integration_agent.result import structured
from functions.query.ui_agent.page import page

from .browser import DEMANDED_BY, Browser, demanded, find_browser

ViewOf = Callable[..., ViewRendered]


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    executable = find_browser()
    if executable is None:
        reason = "No Chromium on the PATH (apt-get install chromium), so nobody has seen the page."
        if demanded():
            pytest.fail(f"{reason} CI or {DEMANDED_BY}=1 demands it.")
        pytest.skip(f"{reason} {DEMANDED_BY}=1 makes this a failure.")
    browser = Browser(executable, tmp_path_factory.mktemp("browser"))
    yield browser
    browser.close()


def result_of(columns: dict[str, str], rows: list[list[Any]], /, **changes: Any) -> ResultsReady:
    """What the integration agent makes of rows; `columns` are names and types, a unit after a space."""
    described = []
    for name, said in columns.items():
        type_, _, unit = said.partition(" ")
        described.append({"name": name, "type": type_, "unit": unit})
    facts = {"question": "Which one?", "sql": "SELECT 1", "reading": "sum of sales", "columns": described, "rows": rows}
    return structured(QuerySuccess.model_validate(facts | changes))


@pytest.fixture
def view_of() -> ViewOf:
    """The view of such a result."""
    return lambda *arguments, **changes: page(result_of(*arguments, **changes))
