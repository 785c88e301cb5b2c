"""What is wrong with a choreography, found from the signatures alone, before anything is deployed.

A finding is silenced by a comment with a reason on the line that it points to, or the line above:
`# troupe: allow unheard-event, because the data team reads it from the archive`. docs/findings.md lists them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from troupe.choreography import evolution, silences
from troupe.choreography.checks import circling, ending, hearing, joining, quotas, sizes
from troupe.choreography.finding import Finding, Rule
from troupe.choreography.graph import Graph
from troupe.runtime.settings import Limits

CHECKS: tuple[Callable[[Graph], Iterable[Finding]], ...] = (
    hearing.unheard_events,
    hearing.unsatisfied_subscriptions,
    hearing.unreachable_agents,
    ending.endless_roots,
    ending.silent_ends,
    ending.unheard_expiries,
    ending.racing_terminals,
    circling.unbounded_cycles,
    circling.idle_bounds,
    joining.separate_stories,
    joining.exclusive_sides,
    quotas.patterns,
    quotas.schedules,
    quotas.rules,
)
"""Each takes the graph alone; what a stage allows is held against it by `sizes.stage_limits`."""

RULES: tuple[Rule, ...] = tuple(
    rule
    for module in (hearing, ending, circling, joining, sizes, quotas, evolution, silences)
    for rule in vars(module).values()
    if isinstance(rule, Rule)
)
"""Every kind of finding there is."""


class Broken(ValueError):
    """A choreography with errors, which cannot work; one line each, with file, line and what to do."""


def findings(graph: Graph, root: Path, limits: Limits | None = None) -> tuple[Finding, ...]:
    """Everything that is wrong, sorted by place; silenced findings carry their reason.

    A silencing comment without a reason, or one that silences nothing, is a finding itself. limits: of the stage.
    """
    found = [*_of_the_choreography(graph, limits or Limits()), *evolution.broken_contracts(graph, root)]
    told = silences.silenced(dict.fromkeys(found), graph, root)
    return tuple(sorted(told, key=lambda f: (silences.place(f.where), f.rule, f.what)))


def refuse(graph: Graph, root: Path, limits: Limits) -> None:
    """Raises Broken if there is an error in the choreography that nobody has allowed."""
    told = silences.silenced(dict.fromkeys(_of_the_choreography(graph, limits)), graph, root)
    errors = [finding.sentence for finding in told if finding.severity == "error" and not finding.reason]
    if errors:
        raise Broken("\n".join(sorted(errors)))


def _of_the_choreography(graph: Graph, limits: Limits) -> Iterator[Finding]:
    for check in CHECKS:
        yield from check(graph)
    yield from sizes.stage_limits(graph, limits)
