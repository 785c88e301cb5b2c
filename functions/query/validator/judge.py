"""What becomes of SQL that failed."""

from __future__ import annotations

from contracts.query import (
    ClarificationRequested,
    QueryError,
    QueryErrorKind,
    QuestionFailed,
    SQLRevisionRequested,
)

ATTEMPTS = 3
"""Statements per question, the first included; what three could not do, another wording may."""
RULES = "offline"
"""The translator that writes the same SQL each time: there is nothing that it could mend."""

_DIAGNOSES: dict[QueryErrorKind, str] = {
    "unknown-column": "The warehouse says: {reason} Use only tables and columns that are listed.",
    "type-mismatch": "The warehouse says: {reason} Compare and compute with values of the column's own type.",
    "timeout": "It ran longer than allowed: {reason} Filter before joining, join less, and group by less.",
}
"""What its writer is told, by the kinds of failure that a writer can mend."""


def judge(event: QueryError, request: str) -> SQLRevisionRequested | ClarificationRequested | QuestionFailed:
    """Mended if somebody can, as often as is allowed; then asked about, in a request of this id."""
    diagnosis = _DIAGNOSES.get(event.kind)
    if diagnosis is None or event.translator == RULES:
        return QuestionFailed(**event.model_dump(include=set(QuestionFailed.model_fields)))
    if event.attempt < ATTEMPTS:
        return SQLRevisionRequested(
            question=event.question,
            sql=event.sql,
            diagnosis=diagnosis.format(reason=_sentence(event.reason)),
            attempt=event.attempt + 1,
            asked_by=event.asked_by,
            reworded_by=event.reworded_by,
        )
    return ClarificationRequested(
        request=request,
        question=event.question,
        reason=f"{event.attempt} statements failed, the last one so: {_sentence(event.reason)}",
        attempts=event.attempt,
        asked_by=event.asked_by,
        reworded_by=event.reworded_by,
    )


def _sentence(reason: str) -> str:
    text = " ".join(reason.split())
    return text if text.endswith((".", "!", "?")) else f"{text}."
