"""The model's part in a translation, with a model that answers as told."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.query import QueryReceived, SQLGenerated, SQLGenerationError
from troupe.adapters.model import Model, ModelError, ModelSettings
from troupe.runtime.model_use import ModelUse

from .chosen import Choice, translated
from .conftest import LIBRARY, TODAY
from .model_translator import ModelTranslator
from .prompt import schema
from .translate import OfflineTranslator

USE = ModelUse(model_id="m-1", prompt_sha256="0" * 64, input_tokens=1, output_tokens=2, latency_ms=3)
KNOWN = QueryReceived(question="How many books are there?")
UNKNOWN = QueryReceived(question="How happy are our members in Oslo?")
SQL = "SELECT AVG(fee) AS happiness FROM loans"


class Told(Model):
    """Answers as told; keeps what it was asked."""

    def __init__(self, answer: Any) -> None:
        super().__init__(ModelSettings(id="m-1"))
        self.answer, self.asked = answer, []

    def decide(self, instructions: str, event: Any, into: Any, given: Any = None) -> Any:
        self.asked.append(instructions)
        if isinstance(self.answer, ModelError):
            raise self.answer
        return into[0](**given, model=USE, **self.answer)


def ask(event: QueryReceived, choice: Choice, model: Told) -> SQLGenerated | SQLGenerationError:
    return translated(event, choice, OfflineTranslator(LIBRARY, TODAY), ModelTranslator(model, LIBRARY, TODAY))


def test_the_model_s_sql_says_whose_it_is() -> None:
    found = ask(UNKNOWN, "model", Told({"sql": SQL, "reading": "average fee"}))
    assert isinstance(found, SQLGenerated)
    assert (found.question, found.sql, found.translator, found.model) == (UNKNOWN.question, SQL, "m-1", USE)


@pytest.mark.parametrize("kind", ["timeout", "throttled", "refused", "malformed", "unavailable", "not-configured"])
def test_a_model_that_does_not_answer_is_an_error_with_its_reason(kind: Any) -> None:
    found = ask(UNKNOWN, "model", Told(ModelError(kind, "Because.", USE)))
    assert isinstance(found, SQLGenerationError) and (found.reason, found.model) == ("Because.", USE)


def test_rules_go_first_where_both_translate() -> None:
    model = Told({"sql": SQL, "reading": "average fee"})
    known = ask(KNOWN, "offline-then-model", model)
    assert isinstance(known, SQLGenerated) and known.translator == "offline" and not model.asked
    unknown = ask(UNKNOWN, "offline-then-model", model)
    assert isinstance(unknown, SQLGenerated) and unknown.translator == "m-1" and len(model.asked) == 1


def test_where_both_say_no_both_say_why() -> None:
    found = ask(UNKNOWN, "offline-then-model", Told(ModelError("timeout", "Too late.")))
    assert isinstance(found, SQLGenerationError)
    assert "happy" in found.reason and found.reason.endswith("Too late.")
    assert found.unplaced == ["happy"] and len(found.suggestions) == 3


def test_offline_asks_no_model() -> None:
    model = Told(AssertionError())
    assert isinstance(ask(UNKNOWN, "offline", model), SQLGenerationError) and not model.asked


def test_the_prompt_holds_how_to_work_the_day_and_the_schema() -> None:
    model = Told({"sql": SQL, "reading": "average fee"})
    ask(UNKNOWN, "model", model)
    (prompt,) = model.asked
    assert prompt.startswith("You translate one question") and "Today is 2026-05-20." in prompt
    assert "Table members" in prompt and "member_id integer, refers to members.id" in prompt
    assert "Measure income, takings in EUR = SUM(loans.fee)" in prompt


def test_the_prompt_holds_no_hidden_column_and_only_values_that_are_needed() -> None:
    writers, books, members, *others = LIBRARY.tables
    names = tuple(f"Member {number}" for number in range(40))
    hidden = [
        c.model_copy(update={"hidden": True}) if c.name == "phone" else c.model_copy(update={"values": names})
        if c.name == "name" else c for c in members.columns
    ]  # fmt: skip
    catalog = LIBRARY.model_copy(
        update={"tables": (writers, books, members.model_copy(update={"columns": tuple(hidden)}), *others)}
    )
    model = Told({"sql": SQL, "reading": "?"})
    ModelTranslator(model, catalog, TODAY).answer(QueryReceived(question="What did Member 17 borrow?"))
    (prompt,) = model.asked
    assert "phone" not in prompt
    assert "'Member 17'" in prompt and "'Member 18'" not in prompt
    assert "values 'Oslo', 'Accra'" in schema(LIBRARY, "")
