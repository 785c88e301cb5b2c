"""The mistakes: each takes one safeguard out of a copy of the engine, and says which faults it alone stands against."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

ENGINE = Path(__file__).resolve().parents[2] / "troupe"


@dataclass(frozen=True, slots=True)
class Mutant:
    """An edit of a copy of the engine or of agents, and the weather in which it shows."""

    safeguard: str
    file: str
    sound: str
    """The text as it is; stands in the file exactly once."""
    broken: str
    rates: dict[str, float]
    seed: int
    """Catches the mutant, and passes on what is there as it is."""
    violated: str
    """What the violation says, in part."""


MUTANTS = [
    Mutant(
        "decision record",
        "runtime/turn.py",
        "letter.outputs = turn.services.decisions.record(task.key, outputs, letter.message_id, letter.attempt)",
        "letter.outputs = outputs",
        {"again": 0.2},
        seed=1,
        violated="versions",
    ),
    Mutant(
        "conditional decision",
        "runtime/decisions.py",
        "earlier = put_once(self._table, item)",
        'earlier = client("dynamodb").put_item(TableName=self._table, Item=item) and None',
        {"race": 0.1},
        seed=1,
        violated="versions",
    ),
    Mutant(
        "conditional append",
        "event_store/append.py",
        "winner = put_once(self._events, item)",
        'winner = client("dynamodb").put_item(TableName=self._events, Item=item) and None',
        {"duplicate": 0.5},
        seed=1,
        violated="was written a second time",
    ),
    Mutant(
        "retry of failed entries",
        "runtime/publisher.py",
        'if not (code := result.get("ErrorCode")):',
        'if not (code := result.get("ErrorCode")) or code not in _PERMANENT:',
        {"entry-fails": 0.3},
        seed=1,
        violated="and never published it",
    ),
    Mutant(
        "ids of runtime events",
        "runtime/outputs.py",
        "event.type_name(), namespace, message_id, said)",
        "event.type_name(), namespace)",
        {"thinking-fails": 0.8, "redrive": 0.5},
        seed=2,
        violated="was published in",
    ),
    Mutant(
        "look-up before guard",
        "runtime/turn.py",
        "if letter.outputs is None and (reason := found.halted.get(_halted(task))) is not None:",
        "if (reason := found.halted.get(_halted(task))) is not None:",
        {"service-out": 0.3},
        seed=1,
        violated="and never published it",
    ),
    Mutant(
        "deadline hand-back",
        "runtime/turn.py",
        "if position and turn.remaining_s() <",
        "if False and turn.remaining_s() <",
        {"thinking-is-slow": 0.6, "agent-down-from-the-start": 1.0},
        seed=4,
        violated="began a thought with",
    ),
    Mutant(
        "guards",
        "runtime/guards.py",
        "elif acted >= settings.max_repeats:",
        "elif acted >= settings.max_repeats * 10:",
        {"agent-down-from-the-start": 0.1},
        seed=6,
        violated="5: ",
    ),
    Mutant(
        "halted flags",
        "runtime/turn.py",
        "if letter.outputs is None and (reason :=",
        "if False and (reason :=",
        {"delay": 0.5},
        seed=5,
        violated="which was halted before",
    ),
    Mutant(
        "join freeze",
        "runtime/joins.py",
        "SET #body = if_not_exists(#body, :body), #id = if_not_exists(#id, :id), ",
        "SET #body = :body, #id = :id, ",
        {"shuffle": 0.3},
        seed=2,
        violated="the join workshop.assembler/assemble acted",
    ),
    Mutant(
        "namespace of a reprocess",
        "runtime/rehearsal.py",
        'return self.id if self.mode == "reprocess" else',
        'return "" if self.mode == "reprocess" else',
        {"replay": 0.2, "replay-killed": 0.1},
        seed=1,
        violated="by a reprocess and decided nothing about it where it should",
    ),
]


def copy_with(mutant: Mutant, folder: Path) -> Path:
    """A copy of the engine with the mistake in it; the folder to put on the path."""
    shutil.copytree(ENGINE, folder / "troupe", ignore=shutil.ignore_patterns("__pycache__"))
    make(mutant, folder / "troupe")
    return folder


def make(mutant: Mutant, folder: Path) -> None:
    """Makes the mistake in the copy under `folder`, relative to which the mutant names its file."""
    path = folder / mutant.file
    text = path.read_text(encoding="utf-8")
    count = text.count(mutant.sound)
    if count != 1:
        raise AssertionError(
            f"{mutant.file} holds `{mutant.sound}` {count} times; the mutant of the {mutant.safeguard} "
            "edits that text: adapt it where the mutants are listed."
        )
    path.write_text(text.replace(mutant.sound, mutant.broken), encoding="utf-8")
