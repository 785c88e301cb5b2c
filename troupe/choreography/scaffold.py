"""Writes a new agent or domain: the folder, the contracts that are missing, and a test that fails until it thinks."""

from __future__ import annotations

import keyword
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import troupe
from troupe.choreography import _drafts
from troupe.choreography._drafts import Plan
from troupe.choreography._offered import CONTEXT, Offer, offered
from troupe.choreography._placing import ScaffoldError, place, tidy
from troupe.choreography.discovery import PLATFORM_EVENTS, contracts
from troupe.choreography.graph import PLATFORM
from troupe.runtime.contract import Event
from troupe.runtime.signature import EventType

__all__ = ["ScaffoldError", "new_agent", "new_domain"]

LONGEST_ID = 40
"""Characters of `domain.name`: with app, stage and suffix it must fit into Lambda's 64 and SQS's 80."""
_FOLDER = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_EVENT = re.compile(r"[A-Z][A-Za-z0-9]{0,99}")
_FIELD = re.compile(r"[a-z][a-z0-9_]{0,99}")


def new_agent(
    root: Path,
    where: str,
    on: Sequence[str],
    emits: Sequence[str],
    *,
    needs: Sequence[str] = (),
    join: bool = False,
    join_on: str = "",
) -> list[Path]:
    """Writes functions/<where>/agent.py and test_agent.py, and what is missing in contracts/<domain>.py.

    `where` is `domain/name`, `on` the events it hears (any of them; with `join` all of them, and with `join_on` those
    that agree in this field), `emits` those it may publish (one of them), `needs` names such as `warehouse`. Returns
    the files written. Raises ScaffoldError with one sentence, and then nothing is written; DiscoveryError when the
    project's contracts cannot be read.
    """
    root = root.resolve()
    plan = _plan(
        root, where, tuple(dict.fromkeys(on)), tuple(dict.fromkeys(emits)), needs, join or bool(join_on), join_on
    )
    return _write(root, plan, {})


def new_domain(root: Path, domain: str, agent: str, begins: str, ends: str) -> list[Path]:
    """Writes a domain's first story: contracts/<domain>.py with its root and its end, one agent, and demo.yaml.

    Raises as `new_agent` does; also when there is anything of that domain already.
    """
    root = root.resolve()
    _place_of(root, f"{domain}/{agent}")
    for there in (f"functions/{domain}", f"contracts/{domain}.py"):
        if (root / there).exists():
            raise ScaffoldError(f"{there} is there already; write `troupe new agent {domain}/NAME` to add to it.")
    plan = _plan(root, f"{domain}/{agent}", (begins,), (ends,))
    taken = next((event for event in (begins, ends) if event not in plan.missing), None)
    if taken:
        raise ScaffoldError(f"{taken} is declared already, by {plan.modules[taken]}; a new domain begins with its own.")
    return _write(root, plan, {root / "functions" / domain / "demo.yaml": _drafts.demo(plan)})


def _write(root: Path, plan: Plan, more: dict[Path, str]) -> list[Path]:
    folder = root / "functions" / plan.domain / plan.name
    contract = root / "contracts" / f"{plan.domain}.py"
    texts = {folder / "agent.py": _drafts.agent(plan), folder / "test_agent.py": _drafts.test(plan)} | more
    if plan.missing:
        texts[contract] = _drafts.contract(contract, plan)
    texts = {path: tidy(text, path, root) for path, text in texts.items()}
    place(folder, texts)
    sys.modules.pop(f"contracts.{plan.domain}", None)  # or the next agent of this process would not see the new events
    return sorted(texts)


def _plan(
    root: Path,
    where: str,
    on: tuple[str, ...],
    emits: tuple[str, ...],
    needs: Sequence[str] = (),
    join: bool = False,
    join_on: str = "",
) -> Plan:
    domain, name = _place_of(root, where)
    if not on:
        raise ScaffoldError("An agent reacts to something: say --on EVENT.")
    both = set(on) & set(emits)
    if both:
        raise ScaffoldError(f"{both.pop()} is both heard and published: the agent would answer itself for ever.")
    declared = {t.type_name(): t for t in (*PLATFORM_EVENTS, *contracts(root))}
    platform = {t.type_name() for t in PLATFORM_EVENTS}
    if "Tick" in on and len(on) > 1:
        raise ScaffoldError("A Tick comes by schedule to a handler of its own; let another agent hear the rest.")
    taken = next((event for event in emits if event in platform), None)
    if taken:
        raise ScaffoldError(f"{taken} is for the platform to say; let the agent publish an event of its own.")
    missing = tuple(event for event in (*on, *emits) if event not in declared)
    wanted = _needs(needs)
    for event in missing:
        _check_event(event, wanted)
    if join:
        _check_join(on, join_on, declared)
    if missing and (root / "contracts" / domain).is_dir():
        raise ScaffoldError(
            f"contracts/{domain}/ is a folder, so there is no telling where {missing[0]} goes; declare it there first."
        )
    modules = {name: "troupe" if name in platform else t.__module__ for name, t in declared.items()}
    modules |= dict.fromkeys(missing, f"contracts.{domain}")
    return Plan(domain, name, on, emits, wanted, join, join_on, modules, missing)


def _place_of(root: Path, where: str) -> tuple[str, str]:
    domain, slash, name = where.partition("/")
    if not slash:
        raise ScaffoldError(f"{where} is not a place for an agent; write domain/name, such as query/auditor.")
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
    return domain, name


def _needs(names: Sequence[str]) -> dict[str, Offer]:
    there = offered()
    for name in names:
        if name not in there:
            raise ScaffoldError(f"There is no need called {name}; there are {', '.join(sorted(there))}.")
    wanted = {name: there[name] for name in names}
    if any(need.takes_key for need in wanted.values()):
        wanted["context"] = CONTEXT
    return wanted


def _check_join(on: tuple[str, ...], join_on: str, declared: dict[str, EventType]) -> None:
    if len(on) < 2:
        raise ScaffoldError("A join waits for several events: say --on for each of them.")
    if join_on and (not _FIELD.fullmatch(join_on) or keyword.iskeyword(join_on) or hasattr(Event, join_on)):
        raise ScaffoldError(f"{join_on!r} cannot name a field to join on: it is a Python name, such as order_id.")
    lacking = next((e for e in on if join_on and e in declared and join_on not in declared[e].model_fields), None)
    if lacking:
        raise ScaffoldError(f"{lacking} has no field {join_on} to join on.")


def _check_folder(name: str) -> None:
    if not _FOLDER.fullmatch(name) or keyword.iskeyword(name):
        likely = re.sub(r"[^a-z0-9]+", "_", re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()).strip("_")
        hint = f"write {likely}" if _FOLDER.fullmatch(likely) and not keyword.iskeyword(likely) else "use letters"
        raise ScaffoldError(f"{name!r} cannot name a folder of Python code (lower case, digits, underscores): {hint}.")


def _check_event(name: str, needs: dict[str, Offer]) -> None:
    if not _EVENT.fullmatch(name) or keyword.iskeyword(name):
        raise ScaffoldError(f"{name!r} cannot name an event: it is a class, such as OrderPlaced.")
    if name in (*troupe.__all__, "Any", "ClassVar", *(need.type for need in needs.values())):
        raise ScaffoldError(f"{name} already means something else in a contract; choose another name.")
