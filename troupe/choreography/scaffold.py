"""Writes a new agent: its folder, the contracts that are missing, and a test that fails until it thinks."""

from __future__ import annotations

import ast
import keyword
import os
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import troupe
from troupe.choreography.discovery import PLATFORM_EVENTS, contracts
from troupe.choreography.graph import PLATFORM

LONGEST_ID = 40
"""Characters of `domain.name`: with app, stage and suffix it must fit into Lambda's 64 and SQS's 80."""
_FOLDER = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_EVENT = re.compile(r"[A-Z][A-Za-z0-9]{0,99}")


class ScaffoldError(ValueError):
    """A new agent that cannot be written; nothing has been."""


@dataclass(frozen=True, slots=True)
class _Plan:
    domain: str
    name: str
    on: tuple[str, ...]
    emits: tuple[str, ...]
    modules: dict[str, str]
    """Event → the module that a reader imports it from."""
    missing: tuple[str, ...]

    @property
    def id(self) -> str:
        return f"{self.domain}.{self.name}".replace("_", "-")

    @property
    def own_story(self) -> bool:
        """True when everything it hears is new: then the story begins and ends with this agent."""
        return set(self.on) <= set(self.missing)


def new_agent(root: Path, place: str, on: Sequence[str], emits: Sequence[str]) -> list[Path]:
    """Writes functions/<place>/agent.py and test_agent.py, and what is missing in contracts/<domain>.py.

    `place` is `domain/name`, `on` the events it hears (any of them), `emits` those it may publish (one of
    them). Returns the files written. Raises ScaffoldError with one sentence, and then nothing is written;
    DiscoveryError when the project's contracts cannot be read.
    """
    root = root.resolve()
    plan = _plan(root, place, tuple(dict.fromkeys(on)), tuple(dict.fromkeys(emits)))
    folder = root / "functions" / plan.domain / plan.name
    contract = root / "contracts" / f"{plan.domain}.py"
    texts = {folder / "agent.py": _agent(plan), folder / "test_agent.py": _test(plan)}
    if plan.missing:
        texts[contract] = _contract(contract, plan)
    tidy = {path: _tidy(text, path, root) for path, text in texts.items()}
    _write(folder, tidy)
    sys.modules.pop(f"contracts.{plan.domain}", None)  # or the next agent of this process would not see the new events
    return sorted(tidy)


def _plan(root: Path, place: str, on: tuple[str, ...], emits: tuple[str, ...]) -> _Plan:
    domain, slash, name = place.partition("/")
    if not slash:
        raise ScaffoldError(f"{place} is not a place for an agent; write domain/name, such as query/auditor.")
    for part in (domain, name):
        _check_folder(part)
    if domain == PLATFORM:
        raise ScaffoldError("The domain platform belongs to the engine; choose a name of your own.")
    if len(f"{domain}.{name}") > LONGEST_ID:
        raise ScaffoldError(
            f"{domain}/{name} is longer than {LONGEST_ID} characters, and AWS's names for it would not fit."
        )
    if (root / "functions" / domain / name).exists():
        raise ScaffoldError(f"functions/{domain}/{name} is there already; nothing is overwritten.")
    if not on:
        raise ScaffoldError("An agent reacts to something: say --on EVENT.")
    both = set(on) & set(emits)
    if both:
        raise ScaffoldError(f"{both.pop()} is both heard and published: the agent would answer itself for ever.")
    modules = {t.type_name(): "troupe" for t in PLATFORM_EVENTS} | {
        t.type_name(): t.__module__ for t in contracts(root)
    }
    if "Tick" in on and len(on) > 1:
        raise ScaffoldError("A Tick comes by schedule to a handler of its own; let another agent hear the rest.")
    taken = next((e for e in emits if modules.get(e) == "troupe"), None)
    if taken:
        raise ScaffoldError(f"{taken} is for the platform to say; let the agent publish an event of its own.")
    missing = tuple(event for event in (*on, *emits) if event not in modules)
    for event in missing:
        _check_event(event)
    if missing and (root / "contracts" / domain).is_dir():
        raise ScaffoldError(
            f"contracts/{domain}/ is a folder, so there is no telling where {missing[0]} goes; declare it there first."
        )
    modules |= dict.fromkeys(missing, f"contracts.{domain}")
    return _Plan(domain, name, on, emits, modules, missing)


def _check_folder(name: str) -> None:
    if not _FOLDER.fullmatch(name) or keyword.iskeyword(name):
        likely = re.sub(r"[^a-z0-9]+", "_", re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()).strip("_")
        hint = f"write {likely}" if _FOLDER.fullmatch(likely) and not keyword.iskeyword(likely) else "use letters"
        raise ScaffoldError(f"{name!r} cannot name a folder of Python code (lower case, digits, underscores): {hint}.")


def _check_event(name: str) -> None:
    if not _EVENT.fullmatch(name) or keyword.iskeyword(name):
        raise ScaffoldError(f"{name!r} cannot name an event: it is a class, such as OrderPlaced.")
    if name in (*troupe.__all__, "Any", "ClassVar"):
        raise ScaffoldError(f"{name} already means something else in a contract; choose another name.")


def _agent(plan: _Plan) -> str:
    decorator = '@agent.on(every="5 minutes")' if plan.on == ("Tick",) else "@agent.on"
    published = " | ".join(plan.emits) or "None"
    return (
        f'"""To do: say what {plan.id} is for."""\n\n'
        f"{_imports(plan, 'Agent', events=(*plan.on, *plan.emits))}\n"
        "agent = Agent()\n\n\n"
        f"{decorator}\n"
        f"def act(event: {' | '.join(plan.on)}) -> {published}:\n"
        f'    raise NotImplementedError("{plan.id} does not think yet: write it in agent.py.")\n'
    )


def _test(plan: _Plan) -> str:
    heard = plan.on[0]
    if plan.emits:
        what = f"answers_{_words(heard)}_with_{_words(plan.emits[0])}"
        body = (
            "    answer = act(event)\n"
            "    # To do: say what the answer must hold.\n"
            f"    assert isinstance(answer, {plan.emits[0]})\n"
        )
    else:
        what = f"reacts_to_{_words(heard)}"
        body = "    act(event)\n    # To do: say what must have happened.\n"
    return (
        f'"""What {plan.id} is for; fails until agent.py does it."""\n\n'
        f"{_imports(plan, events=(heard, *plan.emits[:1]))}\n"
        "from .agent import act\n\n\n"
        f"def test_{what}() -> None:\n    event = {heard}.read({heard}.example)\n{body}"
    )


def _imports(plan: _Plan, *of_troupe: str, events: Sequence[str]) -> str:
    names: dict[str, list[str]] = {"troupe": list(of_troupe)} if of_troupe else {}
    for event in events:
        names.setdefault(plan.modules[event], []).append(event)
    return "".join(f"from {module} import {', '.join(sorted(names[module]))}\n" for module in sorted(names))


def _contract(path: Path, plan: _Plan) -> str:
    """The contract module with the missing events appended."""
    text = path.read_text(encoding="utf-8") if path.exists() else f'"""The events of {plan.domain}."""\n'
    try:
        body = ast.parse(text).body
    except SyntaxError as error:
        raise ScaffoldError(f"contracts/{path.name}:{error.lineno}: {error.msg}; Python cannot read it.") from error
    opening = 0
    for statement in body:
        is_docstring = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if not (is_docstring or (isinstance(statement, ast.ImportFrom) and statement.module == "__future__")):
            break
        opening = statement.end_lineno or 0
    lines = text.splitlines()
    needed = [] if not opening else [""]
    needed += ["from typing import Any, ClassVar", "from troupe import Event"]
    head = "\n".join([*lines[:opening], *needed, *lines[opening:]])
    return head + "\n\n\n" + "\n\n".join(_class(event, plan) for event in plan.missing)


def _class(event: str, plan: _Plan) -> str:
    allowed, terms = "", ""
    if event in plan.on:
        terms = ", root=True"
        if not plan.emits:
            allowed = f"# troupe: allow endless-root, because {plan.id} is all that reacts to it so far\n"
    elif plan.own_story:
        terms = ", terminal=True"
    else:
        allowed = "# troupe: allow unheard-event, because no agent takes it up yet\n"
    party = "hears" if event in plan.on else "publishes"
    return (
        f"{allowed}class {event}(Event{terms}):\n"
        f'    """To do: say what has happened; {plan.id} {party} it."""\n\n'
        '    example: ClassVar[dict[str, Any]] = {"note": "To do: say what it tells."}\n\n'
        "    note: str\n"
    )


def _words(event: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", event).lower()


def _tidy(text: str, path: Path, root: Path) -> str:
    """The text as the project's linter has it: imports sorted and merged, lines of the right length."""
    ours = 'lint.isort.known-first-party = ["contracts", "functions", "troupe"]'  # before the files are there, too
    for arguments in (["check", "--fix-only", "--select", "I", "--config", ours], ["format"]):
        command = [sys.executable, "-m", "ruff", *arguments, "--quiet", "--stdin-filename", str(path), "-"]
        run = subprocess.run(command, input=text, capture_output=True, text=True, check=False, cwd=root)  # noqa: S603
        if run.returncode != 0:
            raise ScaffoldError(f"{path.name} could not be formatted: {run.stderr.strip().splitlines()[-1]}")
        text = run.stdout
    return text


def _write(folder: Path, texts: dict[Path, str]) -> None:
    """All or nothing: the folder appears complete, and a contract is as it was if that fails."""
    others = {path: text for path, text in texts.items() if path.parent != folder}
    before = {path: path.read_bytes() if path.exists() else None for path in others}
    parents = [p for p in (folder.parent, *(path.parent for path in others)) if not p.exists()]
    draft = folder.parent / f".{folder.name}-{secrets.token_hex(4)}"
    try:
        draft.mkdir(parents=True)
        for path, text in texts.items():
            if path.parent == folder:
                (draft / path.name).write_text(text, encoding="utf-8")
        for path, text in others.items():
            _replace(path, text.encode())
        draft.rename(folder)
    except BaseException as error:
        shutil.rmtree(draft, ignore_errors=True)
        for path, content in before.items():
            if content is not None:
                _replace(path, content)
            else:
                path.unlink(missing_ok=True)
        for parent in parents:
            if parent.is_dir() and not any(parent.iterdir()):
                parent.rmdir()
        if isinstance(error, OSError):
            raise ScaffoldError(f"{folder} could not be written: {error.strerror or error}.") from error
        raise


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    try:
        draft.write_bytes(content)
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
