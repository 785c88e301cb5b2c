"""A domain's demo in writing: functions/<domain>/demo.yaml, scenes that somebody outside begins.

title: An order that cannot be paid
scenes:
  - say: Ada orders two lamps; her card is declined.   # told before the events
    publish: OrderPlaced                               # a root contract
    data: {order_id: o-1}                              # omitted: the contract's example
    later: 300                                         # seconds that pass afterwards, of a clock that skips waiting
    times: 3                                           # published so often, each time a story of its own
    story: 1                                           # goes on with the story of that scene, as an answer does
    incurable: true                                    # fails on every attempt, on purpose: no play for the simulation

A value `${OrderPlaced.order_id}` in `data` is taken from the latest event of that type.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from troupe.choreography.admission import AdmissionError, fill, named
from troupe.choreography.discovery import contracts
from troupe.runtime.contract import Event
from troupe.runtime.envelope import first_fault
from troupe.runtime.signature import EventType

_A_WEEK_S = 7 * 86_400
_TAKEN = re.compile(r"\$\{(\w+)\.(\w+)\}")


class DemoError(ValueError):
    """A demo that cannot be played; one sentence that says where and why."""


class _Written(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Scene(_Written):
    """Something that happens outside; the agents do the rest."""

    say: str = Field(min_length=1)
    publish: str
    data: dict[str, Any] | None = None
    later: float = Field(default=0, ge=0, le=_A_WEEK_S)
    times: int = Field(default=1, ge=1, le=100)
    story: int | None = Field(default=None, ge=1)
    incurable: bool = False


class Demo(_Written):
    """What a domain shows of itself."""

    title: str = Field(min_length=1)
    scenes: list[Scene] = Field(min_length=1)


def playable(root: Path) -> dict[str, str]:
    """The domains with a demo: its title, or the sentence that says why it cannot be played."""
    found = {}
    for path in sorted((root / "functions").glob("*/demo.yaml")):
        try:
            found[path.parent.name] = read(root, path.parent.name).title
        except DemoError as error:
            found[path.parent.name] = str(error)
    return found


def read(root: Path, domain: str) -> Demo:
    """The demo of a domain, held against the project's contracts. Raises DemoError."""
    import yaml

    path = _place(root, domain)
    where = path.relative_to(root)
    try:
        demo = Demo.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise DemoError(f"{where}{line}: this is not YAML: {getattr(error, 'problem', None) or error}.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise DemoError(f"{where} cannot be read: {error}.") from None
    except ValidationError as error:
        raise DemoError(f"{where}: {first_fault(error)} troupe/local/demo.py shows what a demo looks like.") from None
    known = contracts(root)
    for number, scene in enumerate(demo.scenes, start=1):
        try:
            _check(scene, number, known)
        except AdmissionError as error:
            raise DemoError(f"{where}, scene {number}: {error}") from None
    return demo


def _place(root: Path, domain: str) -> Path:
    folders = sorted(path.name for path in (root / "functions").iterdir() if path.is_dir() and path.name[0].isalpha())
    path = root / "functions" / domain / "demo.yaml"
    if domain in folders and path.is_file():
        return path
    shown = sorted(folder.parent.name for folder in (root / "functions").glob("*/demo.yaml"))
    there = f"There is one of {', '.join(shown)}." if shown else "No domain has one yet."
    if domain in folders:
        raise DemoError(f"The domain {domain} has no demo: functions/{domain}/demo.yaml is missing. {there}")
    near = difflib.get_close_matches(domain.lower(), folders, n=1)
    raise DemoError(f"There is no domain {domain[:60]}. {f'Did you mean {near[0]}?' if near else there}")


def _check(scene: Scene, number: int, known: Sequence[EventType]) -> None:
    contract = named(scene.publish, known)
    if not contract.terms.root:
        raise AdmissionError(f"{scene.publish} is no root, so an agent publishes it; name what comes from outside.")
    if scene.story is not None and scene.story >= number:
        raise AdmissionError(f"it goes on with the story of scene {scene.story}, which does not come before it.")
    if scene.data is None or not _TAKEN.search(repr(scene.data)):
        fill(contract, contract.example if scene.data is None else scene.data)


def event_of(scene: Scene, known: Sequence[EventType], latest: Callable[[str], Any]) -> Event:
    """What a scene publishes; `latest` gives the data of the latest event of a type, None where there is none.

    Raises DemoError.
    """
    contract = named(scene.publish, known)
    try:
        return fill(contract, contract.example if scene.data is None else _filled(scene.data, latest))
    except AdmissionError as error:
        raise DemoError(f"The scene “{scene.say}” cannot be played. {error}") from None


def _filled(value: Any, latest: Callable[[str], Any]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(part, latest) for key, part in value.items()}
    if isinstance(value, list):
        return [_filled(part, latest) for part in value]
    taken = _TAKEN.fullmatch(value) if isinstance(value, str) else None
    if taken is None:
        return value
    data = latest(taken[1])
    if not isinstance(data, dict) or taken[2] not in data:
        raise AdmissionError(f"It needs {taken[2]} of {taken[1]}, and no such event was published so far.")
    return data[taken[2]]
