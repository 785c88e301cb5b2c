"""Random choreographies: a project that a seed writes, with fan-out, joins, loops, effects and everything between.

Every figure ends in further events that somebody hears or in a terminal event, so every root of a generated project
can come to an end. Agents draw their answers anew each time they think.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random

_ENGINE = Path(__file__).resolve().parents[3]
_COPIED = ("app.py", "requirements.txt", "functions/requirements.txt")
_NUMBERED = 'f"{event.ref}.{i}"'
LIMITS = {"max_depth": 40, "max_repeats": 3, "max_events": 60}
"""Small, so that the guards have something to do."""

_CONTRACT = '''

class {name}(Event{terms}):
    """Something that happened in a made-up choreography."""

    example: ClassVar[dict[str, Any]] = {{"ref": "a", "n": 1}}

    ref: str
    n: int
    note: str = ""
'''

_TILL = '''
"""An outside effect that takes the decision's key, as Payments does: made under the same key, it is made once."""

from decimal import Decimal

from troupe import Grant, Need
from troupe.runtime.aws import client


class Till(Need):
    keyed = True
    grants = (
        Grant(
            ("s3:PutObject",), ("arn:{partition}:s3:::{app}-{stage}-payloads-{account}-{region}/effects/*",)
        ),
    )

    def __init__(self, bucket):
        self._bucket = bucket

    @classmethod
    def open(cls, settings):
        return cls(settings.payload_bucket)

    def charge(self, amount: Decimal, currency: str, *, key: str) -> str:
        client("s3").put_object(Bucket=self._bucket, Key=f"effects/{key}", Body=f"{amount} {currency}".encode())
        return f"receipt-{key}"
'''


def project(folder: Path, seed: int) -> Path:
    """Writes the project of a seed into an empty folder; returns the folder."""
    return write(folder, _Choreography(f"dance{seed}", Random(f"choreography {seed}")).files())  # noqa: S311


def write(folder: Path, files: Mapping[str, str], limits: Mapping[str, int] = LIMITS) -> Path:
    """Writes a project with these files, by path, beside the engine and the recorder; returns the folder.

    limits: settings of its stage in cdk.json.
    """
    for part in _COPIED:
        (folder / part).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_ENGINE / part, folder / part)
    for part in ("stacks", "troupe"):
        (folder / part).symlink_to(_ENGINE / part, target_is_directory=True)
    recorder = _ENGINE / "functions" / "platform" / "recorder"
    shutil.copytree(recorder, folder / "functions" / "platform" / "recorder", ignore=_without_caches)
    settings = json.loads((_ENGINE / "cdk.json").read_text(encoding="utf-8"))
    settings["context"] |= {"app": "dance", "stage": "dev", "stages": {"dev": dict(limits)}}
    (folder / "cdk.json").write_text(json.dumps(settings), encoding="utf-8")
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text.lstrip("\n"), encoding="utf-8")
    return folder


_without_caches = shutil.ignore_patterns("__pycache__", "test_*")


class _Choreography:
    """Grows from a root, figure by figure, until the budget is used up; what is open then ends."""

    def __init__(self, domain: str, chance: Random) -> None:
        self._domain = domain
        self._chance = chance
        self._contracts: list[str] = []
        self._agents: dict[str, str] = {}
        self._budget = 3 + chance.randrange(4)
        self._open: list[str] = []
        self._expires = False
        self._named = 0

    def files(self) -> dict[str, str]:
        """Path → text of every file of the choreography."""
        self._open.append(self._event(root=True))
        figures: list[Callable[[str], None]] = [
            self._step, self._either, self._fan_out, self._join, self._loop, self._effect, self._large,
            self._listener, self._expiring_join, self._fan_out,
        ]  # fmt: skip
        while self._open:
            event = self._open.pop(0)
            if self._budget > 0:
                self._budget -= 1
                self._chance.choice(figures)(event)
            else:
                self._end(event)
        if self._expires:
            self._closer()
        head = f'"""The events of {self._domain}, written by the simulation."""\n\n'
        head += "from typing import Any, ClassVar\n\nfrom troupe import Event\n"
        return {f"contracts/{self._domain}.py": head + "".join(self._contracts), **self._agents}

    def _step(self, event: str) -> None:
        after = self._event()
        self._agent(f"def act(event: {event}) -> {after}:\n    return {_made(after)}")
        self._open.append(after)

    def _either(self, event: str) -> None:
        left, right, after = self._event(), self._event(), self._event()
        self._agent(
            f"def act(event: {event}) -> {left} | {right}:\n"
            f"    return {_made(left)} if random.random() < 0.5 else {_made(right)}"
        )
        self._agent(f"def act(event: {left} | {right}) -> {after}:\n    return {_made(after)}")
        self._open.append(after)

    def _fan_out(self, event: str) -> None:
        after = self._event()
        self._agent(
            f"def act(event: {event}) -> list[{after}]:\n"
            f"    return [{_made(after, _NUMBERED)} for i in range(random.randint(1, 3))]"
        )
        self._open.append(after)

    def _join(self, event: str) -> None:
        left, right, came, went, after = (self._event() for _ in range(5))
        self._split(event, left, right)
        self._agent(f"def act(event: {left}) -> {came}:\n    return {_made(came)}")
        self._agent(f"def act(event: {right}) -> {went}:\n    return {_made(went)}")
        on = self._chance.choice(("", '(join_on="ref")'))
        self._agent(
            f"def act(left: {came}, right: {went}) -> {after}:\n    return {_made(after, 'left.ref', 'left')}", on
        )
        self._open.append(after)

    def _expiring_join(self, event: str) -> None:
        left, right, went, after = (self._event() for _ in range(4))
        self._expires = True
        self._split(event, left, right)
        self._agent(
            f"def act(event: {right}) -> {went} | None:\n    return {_made(went)} if random.random() < 0.6 else None"
        )
        self._agent(
            f"def act(left: {left}, right: {went}) -> {after}:\n    return {_made(after, 'left.ref', 'left')}",
            '(join_on="ref", within_s=1200)',
        )
        self._open.append(after)

    def _loop(self, event: str) -> None:
        draft, again, approved = self._event(), self._event(), self._event()
        self._agent(f"def act(event: {event} | {again}) -> {draft}:\n    return {_made(draft)}")
        self._agent(
            f"def act(event: {draft}) -> {again} | {approved}:\n"
            f"    return {_made(again)} if random.random() < 0.5 else {_made(approved)}",
            f"(at_most={2 + self._named % 3})",
        )
        self._open.append(approved)

    def _effect(self, event: str) -> None:
        after = self._event()
        folder = self._agent(
            f"def act(event: {event}, till: Till, context: Context) -> {after}:\n"
            f'    till.charge(Decimal(event.n), "EUR", key=context.key)\n    return {_made(after)}',
            imports="from decimal import Decimal\n\nfrom .till import Till\n",
        )
        self._agents[f"{folder}/till.py"] = _TILL
        self._open.append(after)

    def _large(self, event: str) -> None:
        after = self._event()
        self._agent(
            f"def act(event: {event}) -> {after}:\n"
            f'    return {after}(ref=event.ref, n=event.n + 1, note=str(uuid.uuid4()) + "x" * 120_000)'
        )
        self._open.append(after)

    def _listener(self, event: str) -> None:
        where = self._chance.choice(("", '(where={"n": [{"numeric": [">", 2]}]})'))
        self._agent(f"def act(event: {event}) -> None:\n    return None", where)
        self._open.append(event)

    def _split(self, event: str, left: str, right: str) -> None:
        self._agent(f"def act(event: {event}) -> tuple[{left}, {right}]:\n    return {_made(left)}, {_made(right)}")

    def _end(self, event: str) -> None:
        after = self._event(terminal=True)
        self._agent(f"def act(event: {event}) -> {after}:\n    return {_made(after)}")

    def _closer(self) -> None:
        after = self._event(terminal=True)
        self._agent(
            f'def act(event: JoinExpired) -> {after}:\n    return {after}(ref="late", n=0, note=str(uuid.uuid4()))',
            imports="from troupe import JoinExpired\n",
        )

    def _event(self, *, root: bool = False, terminal: bool = False) -> str:
        self._named += 1
        name = f"{self._domain.title()}Event{self._named}"
        terms = ", root=True, within_s=3600" if root else ", terminal=True" if terminal else ""
        self._contracts.append(_CONTRACT.format(name=name, terms=terms))
        return name

    def _agent(self, handler: str, terms: str = "", imports: str = "") -> str:
        folder = f"functions/{self._domain}/agent{len([n for n in self._agents if n.endswith('agent.py')])}"
        size = self._chance.choice((1, 3, 10))
        names = ", ".join(sorted({c for c in self._names() if _mentions(handler, c)}))
        self._agents[f"{folder}/agent.py"] = (
            f'"""A made-up agent."""\n\nimport random\nimport uuid\n\nfrom contracts.{self._domain} import {names}\n'
            f"from troupe import Agent, Context\n{imports}\nagent = Agent(timeout_s=5, batch_size={size})\n\n\n"
            f"@agent.on{terms}\n{handler}\n"
        )
        return folder

    def _names(self) -> list[str]:
        return [f"{self._domain.title()}Event{i + 1}" for i in range(self._named)]


def _mentions(text: str, name: str) -> bool:
    position = text.find(name)
    while position >= 0:
        if not text[position + len(name) : position + len(name) + 1].isalnum():
            return True
        position = text.find(name, position + 1)
    return False


def _made(name: str, ref: str = "event.ref", event: str = "event") -> str:
    return f"{name}(ref={ref}, n={event}.n + 1, note=str(uuid.uuid4()))"
