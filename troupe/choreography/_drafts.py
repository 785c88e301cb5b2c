"""What a new agent's files say before anybody has thought."""

from __future__ import annotations

import ast
import json
import keyword
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from troupe.choreography._offered import Offer
from troupe.choreography._placing import ScaffoldError


@dataclass(frozen=True, slots=True)
class Plan:
    """A new agent, decided upon."""

    domain: str
    name: str
    on: tuple[str, ...]
    emits: tuple[str, ...]
    needs: dict[str, Offer]
    """By the name of the parameter."""
    join: bool
    """Acts once all it hears has come, instead of on each."""
    join_on: str
    """The field whose value must agree; empty: the correlation alone."""
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

    @property
    def sides(self) -> dict[str, str]:
        """The event parameters and their types."""
        if not self.join:
            return {"event": " | ".join(self.on)}
        return {self._side(event): event for event in self.on}

    def _side(self, event: str) -> str:
        name = _words(event)
        return f"{name}_event" if keyword.iskeyword(name) or name in self.needs else name


def agent(plan: Plan) -> str:
    """agent.py: the wiring."""
    terms = ['every="5 minutes"'] if plan.on == ("Tick",) else []
    terms += [f'join_on="{plan.join_on}"'] if plan.join_on else []
    decorator = f"@agent.on({', '.join(terms)})" if terms else "@agent.on"
    turn_s = max((need.turn_s for need in plan.needs.values()), default=10)
    parameters = plan.sides | {name: need.type for name, need in plan.needs.items()}
    return (
        f'"""To do: say what {plan.id} is for."""\n\n'
        f"{_imports(plan, 'Agent', events=(*plan.on, *plan.emits))}\n"
        f"agent = Agent({f'timeout_s={turn_s}' if turn_s > 10 else ''})\n\n\n"
        f"{decorator}\n"
        f"def act({', '.join(f'{name}: {type_}' for name, type_ in parameters.items())})"
        f" -> {' | '.join(plan.emits) or 'None'}:\n"
        f'    raise NotImplementedError("{plan.id} does not think yet: write it in agent.py.")\n'
    )


def test(plan: Plan) -> str:
    """test_agent.py: calls the plain function with fakes."""
    heard = plan.on if plan.join else plan.on[:1]
    events = dict(zip(plan.sides, heard, strict=True))
    body = [f"{name} = {event}.read({event}.example)" for name, event in events.items()]
    body += [
        f"{name} = create_autospec({need.type}, instance=True)  # To do: say what it answers."
        for name, need in plan.needs.items()
    ]
    call = f"act({', '.join([*events, *plan.needs])})"
    if plan.emits:
        what = f"answers_{'_and_'.join(map(_words, heard))}_with_{_words(plan.emits[0])}"
        body += [f"answer = {call}", "# To do: say what the answer must hold."]
        body += [f"assert isinstance(answer, {plan.emits[0]})"]
    else:
        what = f"reacts_to_{'_and_'.join(map(_words, heard))}"
        body += [call, "# To do: say what must have happened."]
    fakes = "from unittest.mock import create_autospec\n\n" if plan.needs else ""
    return (
        f'"""What {plan.id} is for; fails until agent.py does it."""\n\n'
        f"{fakes}{_imports(plan, events=(*heard, *plan.emits[:1]))}\n"
        "from .agent import act\n\n\n"
        f"def test_{what}() -> None:\n" + "".join(f"    {line}\n" for line in body)
    )


def contract(path: Path, plan: Plan) -> str:
    """The contract module with the missing events appended; raises ScaffoldError if Python cannot read it."""
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


def demo(plan: Plan) -> str:
    """demo.yaml: what `troupe demo` tells; the data is the contract's example."""
    return (
        f"title: {json.dumps(f'To do: say what {plan.domain} shows.')}\n"
        "scenes:\n"
        f'  - say: "To do: tell in a sentence what happens."\n'
        f"    publish: {plan.on[0]}\n"
    )


def _imports(plan: Plan, *of_troupe: str, events: Sequence[str]) -> str:
    names: dict[str, list[str]] = {"troupe": list(of_troupe)} if of_troupe else {}
    for event in events:
        names.setdefault(plan.modules[event], []).append(event)
    for need in plan.needs.values():
        names.setdefault(need.module, []).append(need.type)
    return "".join(f"from {module} import {', '.join(sorted(names[module]))}\n" for module in sorted(names))


def _class(event: str, plan: Plan) -> str:
    allowed, terms = "", ""
    if event in plan.on:
        terms = ", root=True, within_s=60"
        if not plan.emits:
            allowed = f"# troupe: allow endless-root, because {plan.id} is all that reacts to it so far\n"
    elif plan.own_story:
        terms = ", terminal=True"
    else:
        allowed = "# troupe: allow unheard-event, because no agent takes it up yet\n"
    party = "hears" if event in plan.on else "publishes"
    fields = {"note": "To do: say what it tells."}
    if plan.join_on and event in plan.on:
        fields = {plan.join_on: "1"} | fields
    return (
        f"{allowed}class {event}(Event{terms}):\n"
        f'    """To do: say what has happened; {plan.id} {party} it."""\n\n'
        f"    example: ClassVar[dict[str, Any]] = {json.dumps(fields)}\n\n"
        + "".join(f"    {field}: str\n" for field in fields)
    )


def _words(event: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", event).lower()
