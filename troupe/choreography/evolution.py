"""Holds every contract against what was released of it, in both directions: who would refuse whose events.

Agents are deployed one by one, so for a while those of today meet those of before, and queues and the event store hold
what was published under earlier schemas.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pydantic import ValidationError

from troupe.choreography.compatibility import Refusal, refusals
from troupe.choreography.discovery import location
from troupe.choreography.fields import place
from troupe.choreography.finding import Finding, Rule
from troupe.choreography.graph import Graph
from troupe.choreography.released import Draft, Release, home, known, releases, stated
from troupe.choreography.schemas import schema_of
from troupe.runtime.contract import Outdated
from troupe.runtime.envelope import first_fault
from troupe.runtime.signature import EventType

_WHY = (
    "Agents are deployed one by one: queues and the store hold what was published before, and agents that are not "
    "deployed yet hear what is published now."
)

BROKEN = Rule("broken-contract", "error", _WHY)
UNJUDGED = Rule("unjudged-contract", "warning", _WHY)
MISSING = Rule("missing-upcaster", "error", _WHY)
FAILING = Rule("failing-upcaster", "error", _WHY)
TAKEN_BACK = Rule(
    "version-taken-back", "error", "Who hears it would put off each event of the later version, and then give up on it."
)
FORGOTTEN = Rule(
    "forgotten-contract",
    "error",
    "Deployed agents may still publish it or wait for it, and what is stored of it can be read by nobody.",
)


def broken_contracts(graph: Graph, root: Path) -> Iterator[Finding]:
    """Contracts that changed since their release so that a producer or a consumer breaks."""
    declared = known(root)
    for name, versions in releases(root).items():
        if name in declared:
            yield from _changed(_Contract(declared[name], graph, root), versions)
        else:
            yield from _gone(name, versions, declared)


def deploying(graph: Graph, root: Path, draft: Draft) -> str:
    """In which order to deploy those who are concerned by a new version; one sentence."""
    contract = _Contract(known(root)[draft.type], graph, root)
    return (
        f"{draft.type} goes from version {draft.newest} to {contract.version}: deploy who hears it first "
        f"({contract.consumers}), then who publishes it ({contract.producers}). The other way round, what comes "
        "too early is put off, and dead-lettered after some attempts."
    )


@dataclass(frozen=True)
class _Contract:
    """A contract with who is concerned by it."""

    type: EventType
    graph: Graph
    root: Path

    @property
    def name(self) -> str:
        return self.type.type_name()

    @property
    def version(self) -> int:
        return self.type.terms.version

    @property
    def where(self) -> str:
        return location(self.type, self.root)

    @property
    def consumers(self) -> str:
        return _all(h.agent for h in self.graph.hearers(self.name)) or "whoever hears it outside this project"

    @property
    def producers(self) -> str:
        agents = {h.agent for h in self.graph.publishers(self.name)}
        outside = "whoever publishes it from outside" if self.type.terms.root else "agents of the platform"
        return _all(agents) if agents and not self.type.terms.root else _all([*sorted(agents), outside])

    @property
    def way_out(self) -> str:
        following = self.version + 1
        return f"raise the version: class {self.name}(…, version={following}, upcast={{{self.version}: function}})."


def _changed(contract: _Contract, versions: Mapping[int, Release]) -> Iterator[Finding]:
    newest = max(versions)
    if newest > contract.version:
        yield Finding(
            TAKEN_BACK,
            f"{contract.name} is version {contract.version}, but version {newest} was released.",
            contract.where,
            f"Say version={newest + 1} and how to read the earlier ones, or delete {versions[newest].file} if nobody "
            "ever published it.",
        )
    for version in sorted(versions):
        if version < contract.version:
            yield from _outdated(contract, versions[version])
    if contract.version in versions:
        yield from _altered(contract, versions[contract.version])


def _outdated(contract: _Contract, release: Release) -> Iterator[Finding]:
    """Whether what was published under an earlier version can still be read."""
    finding = partial(Finding, where=contract.where)
    missing = [v for v in range(release.version, contract.version) if v not in contract.type.upcasters]
    if missing:
        yield finding(
            of=MISSING,
            what=f"{contract.name} is version {contract.version}, and nothing says how to read version "
            f"{release.version}, which was released: {contract.consumers} would dead-letter what {contract.producers} "
            "published under it.",
            fix=f"Say upcast={{{missing[0]}: function}} in the head of the class; the function makes data of version "
            f"{missing[0] + 1} from data of version {missing[0]}.",
        )
        return
    try:
        contract.type.read(release.example, release.version)
    except (Outdated, ValidationError) as error:
        said = first_fault(error) if isinstance(error, ValidationError) else f"{error}."
        yield finding(
            of=FAILING,
            what=f"The example that {contract.name} was released with in version {release.version} cannot be read as "
            f"version {contract.version}: {said}",
            fix=f"Mend the function that leads from version {release.version}; the example is in {release.file}.",
        )


def _altered(contract: _Contract, release: Release) -> Iterator[Finding]:
    """What of today's contract does not go with the same version as it was released."""
    today = schema_of(contract.type)
    before, now = refusals(release.schema, today), refusals(today, release.schema)
    for path in dict.fromkeys(refusal.path for refusal in (*before, *now)):
        yield _about(contract, [r for r in before if r.path == path], [r for r in now if r.path == path])
    old, new = release.terms, stated(contract.type.terms)
    if old.get("root") and not new.get("root"):
        yield _term(contract, "came from outside when it was released, and does not any more: it is refused there")
    if bool(old.get("terminal")) != bool(new.get("terminal")):
        how = (
            "ended its story when it was released, and does not"
            if old.get("terminal")
            else "ends its story now, and did not"
        )
        yield _term(contract, f"{how}: stories under way have two different ends")


def _about(contract: _Contract, before: list[Refusal], now: list[Refusal]) -> Finding:
    """One field, or the whole, and what becomes of it in either direction."""
    first = (before or now)[0]
    was, is_now = (first.published, first.read) if before else (first.read, first.published)
    field = ".".join((contract.name, *first.path)).replace(".[", "[").replace(".{", "{")
    certain = any(refusal.certain for refusal in (*before, *now))
    told = [f"{field} was {was}, is now {is_now}."]
    if before:
        told.append(f"What {contract.producers} published before is refused by {contract.consumers}.")
    if now:
        told.append(f"What {contract.producers} will publish is refused by {contract.consumers} as deployed before.")
    if not certain:
        told = [f"Whether that breaks anybody cannot be told from the schemas: {told[0]}"]
        told.append(f"Concerned are {contract.producers} (publishing) and {contract.consumers} (hearing).")
    instead = "Leave it as it was and add a field with a default"
    if not certain:
        instead = "Hold it against what is stored (`troupe check --history`)"
    return Finding(
        BROKEN if certain else UNJUDGED,
        " ".join(told),
        place(contract.type, first.path, contract.root),
        f"{instead}, or {contract.way_out}",
    )


def _term(contract: _Contract, what: str) -> Finding:
    return Finding(
        BROKEN,
        f"{contract.name} {what}.",
        contract.where,
        f"Leave it as it was, or {contract.way_out}",
    )


def _gone(name: str, versions: Mapping[int, Release], declared: Mapping[str, EventType]) -> Iterator[Finding]:
    newest, files = versions[max(versions)], _all(release.file for release in versions.values())
    if all(home(contract) != str(Path(newest.file).parent) for contract in declared.values()):
        return  # a whole domain was taken out, and with it those who heard it
    yield Finding(
        FORGOTTEN,
        f"{name} was released, and is not declared any more.",
        f"{newest.file}:1",
        f"Declare it again; or, once nobody publishes or hears it any more, delete {files}.",
    )


def _all(names: Iterable[str]) -> str:
    found = sorted(set(names))
    return " and ".join([", ".join(found[:-1]), found[-1]] if len(found) > 1 else found)
