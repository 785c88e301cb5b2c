"""Asks a deployed stage: through its desk, waiting for the story to come to something."""

from __future__ import annotations

from pathlib import Path

from troupe.cli.terminal import err, line
from troupe.local.answer import Answer, read_answer, write_page
from troupe.local.ask import question_event
from troupe.local.play import Played, Say
from troupe.operations.desk import Desk
from troupe.operations.reach import reached

_PATIENCE_S = 150.0
"""For a root that says no time limit of its own."""
_GRACE_S = 30.0
"""Beyond the root's time limit: until the watchdog has spoken."""


def ask_stage(root: Path, stage: str, question: str, story: str, say: Say) -> tuple[Answer, Played]:
    """Asks, or waits again for a `story` asked earlier; writes the page to .troupe/views.

    Raises AskError, DeskError, ReachError. Whoever stops waiting is told how to go on.
    """
    event = None if story else question_event(root, question)
    with reached(root, stage) as here:
        desk = Desk(here.names)
        if event is not None:
            say(f"Asking the desk of {stage}")
            story = desk.say(event)
        within = (event.terms.within_s if event else None) or _PATIENCE_S
        say(f"Waiting for the agents of {stage} ({story})")
        try:
            status = desk.wait(story, within + _GRACE_S)
        except KeyboardInterrupt:
            err().print(f"They go on without you; see later: troupe ask --stage {line(stage)} --story {line(story)}")
            raise
        told = desk.story(story)
        page = desk.view(story) if status.get("page") else ""
        view = write_page(page, story, root / ".troupe" / "views") if page else None
        return read_answer(told, view), Played(told, here.names)
