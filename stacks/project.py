"""The stage of a project: its core, and one stack per agent that is found."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import aws_cdk as cdk

from stacks.agent import AgentStack
from stacks.contents import Packer
from stacks.core import CoreStack
from stacks.errors import BuildError
from stacks.serving import ServingStack
from stacks.settings import Settings, read_settings
from stacks.tables import TableStack
from stacks.twin import has_twin
from stacks.warehouse import WarehouseStack
from troupe.choreography.discovery import contracts, discover
from troupe.choreography.findings import refuse
from troupe.choreography.graph import PLATFORM
from troupe.choreography.graph import build as graph_of
from troupe.choreography.people import sayings
from troupe.runtime.agent import Agent
from troupe.runtime.person import DESK
from troupe.runtime.sayings import Saying

_CONTEXT = ("app", "stage", "stages", "whatif", "domains")
_TABLE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LONGEST_FUNCTION = 64
"""Characters of a function's name (AWS)."""


def build(root: Path, outdir: str | None = None) -> cdk.App:
    """The CDK app of the project under `root`, not yet synthesized.

    Settings come from its cdk.json; what the CDK CLI passes (`--context`) goes before. Run without the CLI it
    bundles nothing, for then nobody publishes: the templates are the same.
    Raises BuildError, DiscoveryError or SignatureError: one sentence each; Broken: one per error of the choreography.
    """
    app = cdk.App(
        context={"aws:cdk:bundling-stacks": [], **_context(root)},
        outdir=outdir,
        analytics_reporting=False,
    )
    settings = read_settings({key: app.node.try_get_context(key) for key in _CONTEXT})
    core = CoreStack(app, settings)
    if settings.stage.warehouse is not None:
        WarehouseStack(app, settings, settings.stage.warehouse)
    everybody = discover(root)
    refuse(graph_of(everybody, contracts(root), root), root, settings.stage.limits)
    agents = _chosen(everybody, settings)
    for agent in agents:
        _check_limits(agent)
    _check_names(agents, settings)
    tables = {name: TableStack(app, settings, name) for name in sorted({t for a in agents for t in _tables(a)})}
    packer = Packer(root)
    said = sayings(agents)
    _check_desk(agents, said)
    for agent in agents:
        stack = _stack(app, settings, agent, packer, said)
        # An order for `deploy --all` on an empty account, nothing more: no value crosses from stack to stack,
        # so `deploy --exclusively <stack>` deploys one agent alone.
        for earlier in (core, *(tables[name] for name in _tables(agent))):
            stack.add_stack_dependency(earlier)
    if os.environ.get("CDK_VALIDATION") != "false":
        from cdk_nag import AwsSolutionsChecks  # loads a library of its own: not in the inner loop

        cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    return app


def _stack(app: cdk.App, settings: Settings, agent: Agent, packer: Packer, said: tuple[Saying, ...]) -> cdk.Stack:
    if not agent.serves:
        return AgentStack(app, settings, agent, packer.contents(agent))
    contents = packer.contents(agent, more=(saying.module for saying in said))
    return ServingStack(app, settings, agent, contents, said)


def _check_desk(agents: Iterable[Agent], said: tuple[Saying, ...]) -> None:
    serving = [agent.id for agent in agents if agent.serves]
    if others := [id for id in serving if id != DESK]:
        raise BuildError(f"{others[0]} answers requests; so far only {DESK} does, for people and their tools.")
    if said and not serving:
        raise BuildError(
            f"{said[0].module}: {said[0].type} is said by a person, and without {DESK} nobody can say it: keep "
            "functions/platform/desk, or take root=True or the Person off it."
        )


def _context(root: Path) -> Mapping[str, Any]:
    path = root / "cdk.json"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BuildError(f"{path} is missing; it holds the settings of the stages.") from None
    except ValueError as error:
        raise BuildError(f"cdk.json is not JSON: {error}.") from None
    context = content.get("context") if isinstance(content, dict) else None
    if not isinstance(context, dict):
        raise BuildError('cdk.json has no "context"; app, stage and stages are set there.')
    return context


def _chosen(agents: tuple[Agent, ...], settings: Settings) -> tuple[Agent, ...]:
    """The agents of the stage's domains, and the platform's."""
    wanted = settings.stage.domains
    if wanted is None:
        return agents
    there = sorted({agent.domain for agent in agents} - {PLATFORM})
    for domain in wanted:
        if domain not in there:
            raise BuildError(
                f"cdk.json: stages.{settings.names.stage}.domains names {domain}, and no agent lies in "
                f"functions/{domain}; there is {', '.join(there) or 'none yet'}."
            )
    return tuple(agent for agent in agents if agent.domain in (*wanted, PLATFORM))


def _check_limits(agent: Agent) -> None:
    for what, value, low, high in (
        ("concurrency", agent.concurrency, 2, 1000),
        ("memory_mb", agent.memory_mb, 128, 10_240),
        ("batch_size", agent.batch_size, 1, 10),
    ):
        if not low <= value <= high:
            raise BuildError(f"{agent.id}: its {what} is {value}; AWS takes {low} to {high}.")


def _tables(agent: Agent) -> list[str]:
    """The tables that the agent's needs bring."""
    return sorted({name for handler in agent.handlers for need in handler.needs.values() for name in need.tables})


def _check_names(agents: Iterable[Agent], settings: Settings) -> None:
    names = settings.names
    taken: dict[str, str] = {}
    of_the_stage = {names.events, names.decisions, names.warehouse, f"{names.prefix}-core"}
    of_agents = {names.agent(agent.id) for agent in agents}
    for agent in agents:
        for name in _tables(agent):
            if not _TABLE.fullmatch(name) or names.table(name) in of_the_stage | of_agents:
                raise BuildError(
                    f"{agent.id}: its need brings a table {name!r}, and {names.table(name)} is taken or is no name; "
                    "call it by a word of lower-case letters, digits and hyphens that no stack of the stage has."
                )
        twin = [names.twin(agent.id)] if settings.stage.whatif and has_twin(agent) else []
        if len(name := max([names.agent(agent.id), *twin], key=len)) > _LONGEST_FUNCTION:
            raise BuildError(
                f"{agent.id}: its function would be called {name}, {len(name)} characters; Lambda takes "
                f"{_LONGEST_FUNCTION}. Shorten the folder's name, or app or stage in cdk.json."
            )
        queues = () if agent.serves else (names.dead_letters(agent.id), names.undelivered(agent.id))
        own = (names.agent(agent.id), *queues)
        for resource in (*own, *twin, *(f"{name}-dlq" for name in twin)):
            if resource in taken:
                raise BuildError(f"{agent.id} and {taken[resource]} would both own {resource}; rename one of them.")
            taken[resource] = agent.id
