"""Asks a question of the project's agents, as `troupe ask` does."""

from __future__ import annotations

from pathlib import Path

from troupe.choreography.admission import AdmissionError, spoken
from troupe.choreography.discovery import contracts
from troupe.choreography.graph import read_project
from troupe.local.answer import Answer, read_answer, write_view
from troupe.local.front_door import login
from troupe.local.play import Played, Say, play
from troupe.runtime.contract import Event

ASKED = "QueryReceived"
"""The root event of the question choreography. Its contract belongs to the project, so it is known by name only."""


class AskError(ValueError):
    """A question that cannot even be put to the agents; one sentence."""


def ask(root: Path, question: str, say: Say, *, warehouse: str = "") -> tuple[Answer, Played]:
    """Lets the agents answer; writes the page to .troupe/views.

    Raises AskError for a question that cannot be put, DiscoveryError, SignatureError or LocalCloudError when the
    project or this machine is not up to it. That there is no answer is an Answer, too.
    """
    event = question_event(root, question)
    if warehouse:
        say("Looking whether the database answers")
        _must_answer(warehouse)
    with play(root, event, say, warehouse=warehouse) as played:
        view = write_view(played.story, root / ".troupe" / "views")
        return read_answer(played.story, view), played


def answer(root: Path, event: Event, correlation_id: str, say: Say, *, warehouse: str = "") -> tuple[Answer, Played]:
    """Lets the agents go on with a question that waits for this event; as `ask` otherwise."""
    with play(root, event, say, warehouse=warehouse, correlation_id=correlation_id) as played:
        view = write_view(played.story, root / ".troupe" / "views")
        return read_answer(played.story, view), played


def question_event(root: Path, question: str) -> Event:
    """The question as its event. Raises AskError."""
    contract = next((c for c in contracts(root) if c.type_name() == ASKED), None)
    if contract is None or not read_project(root).hearers(ASKED):
        raise AskError(
            f"There is nobody to ask: no agent of this project hears {ASKED}. "
            "The question choreography lies in contracts/query.py and functions/query/."
        )
    # Bytes that are no UTF-8 arrive as lone surrogates, which no JSON can carry.
    question = question.encode(errors="surrogateescape").decode(errors="replace").strip()
    if not question:
        raise AskError(f'There is no question. Ask something such as: make ask Q="{contract.example["question"]}"')
    try:
        return spoken(contract, {"question": question}, login())
    except AdmissionError as error:
        raise AskError(f"This question cannot be asked. {error}") from None


def _must_answer(url: str) -> None:
    import psycopg

    if not url.startswith(("postgresql://", "postgres://")):
        raise AskError("The database is given by a URL that begins with postgresql://.")
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.Error as error:
        raise AskError(f"The database cannot be reached: {' '.join(str(error).split())[:400]}") from None
