"""What must always hold once everything has drained; the numbers are those of the design's list.

Each check holds what the store and the decision table say against what a bystander saw on the wire. A violation is a
sentence.
"""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from troupe.event_store.read import StoredEvent
from troupe.local import backends
from troupe.local.cloud import LocalCloud
from troupe.local.policies import Access
from troupe.local.simulation.record import Record, Replayed
from troupe.runtime.agent import Agent
from troupe.runtime.decisions import DecisionKey, halted_key
from troupe.runtime.envelope import Cause
from troupe.runtime.incidents import AgentFailed, ChoreographyHalted, ReplayEnded, ReplayStarted
from troupe.runtime.person import DESK
from troupe.runtime.settings import Names

_INCIDENTS = {AgentFailed.type_name()}
"""Events of the runtime that no decision holds."""
EFFECTS = "effects/"
"""Where in the payload bucket generated agents leave the traces of their outside effects, by key."""


@dataclass(slots=True)
class Decided:
    """The decision table, read once."""

    outputs: dict[str, list[list[Any]]] = field(default_factory=dict)
    """By key: [type, source, detail] of each event."""
    asked: dict[str, tuple[str, str, tuple[str, ...]]] = field(default_factory=dict)
    """By key: the handler, the namespace, and the causes that it decided about."""
    arrived: dict[str, set[str]] = field(default_factory=dict)
    """By agent id: the events that its joins have noted."""
    halted: set[str] = field(default_factory=set)

    @classmethod
    def read(cls, cloud: LocalCloud) -> Decided:
        found = cls()
        pages = cloud.client("dynamodb").get_paginator("scan").paginate(TableName=cloud.names.decisions)
        for item in (item for page in pages for item in page["Items"]):
            pk = item["pk"]["S"]
            if "outputs" in item:
                found.outputs[pk] = json.loads(zlib.decompress(item["outputs"]["B"]))
                causes = tuple(cause["S"] for cause in item["causes"]["L"])
                found.asked[pk] = item["handler"]["S"], item["namespace"]["S"], causes
            elif pk.startswith("H#"):
                found.halted.add(pk)
            elif not pk.startswith("R#"):
                noted = {v["S"] for name, v in item.items() if name.startswith("id_")}
                noted |= set(item.get("surplus", {}).get("SS", ()))
                found.arrived.setdefault(pk.split("#")[0], set()).update(noted)
        return found


def violations(cloud: LocalCloud, agents: dict[str, Agent], record: Record, *, healed: bool) -> list[str]:
    """What does not hold. `healed`: every dead letter was sent back, so nothing may be stuck any more."""
    stored = cloud.events()
    decided = Decided.read(cloud)
    found = [*record.wrong]
    found += _everything_rests(cloud, record)
    found += _each_version_once(stored, record)
    found += _nothing_undecided(cloud, agents, record, decided)
    found += _joined_once(agents, record, decided)
    found += _within_bounds(cloud, agents, stored)
    if healed:
        found += _every_root_ended(cloud, record)
        found += _all_stored(stored, record)
        found += _published_what_was_decided(cloud, record, decided)
        found += _effects_by_key(cloud, agents, decided)
        found += _replays_stay_apart(stored, record)
        for replayed in record.replays.values():
            found += _replayed_to_its_end(cloud, agents, record, decided, replayed)
    else:
        found += _ended_or_stuck(cloud, agents, record, decided)
    found += [f"{lost.rule} lost an event: {lost.reason}" for lost in cloud.lost()]
    return found


def _every_root_ended(cloud: LocalCloud, record: Record) -> Iterator[str]:
    """1: every admitted root has exactly one winning end."""
    for correlation in record.roots:
        story = cloud.reader.story(correlation)
        if story.end is None:
            types = ", ".join(e.type for e in story.events)
            yield f"1: {correlation} has no end although every dead letter was sent back; it has {types or 'nothing'}."
        elif not story.end.metadata.terminal:
            yield f"1: {correlation} ends with {story.end.type}, which is no terminal event."


def _ended_or_stuck(cloud: LocalCloud, agents: dict[str, Agent], record: Record, decided: Decided) -> Iterator[str]:
    """1: or it is listed as stuck: a dead letter, of its own or of the recorder's, belongs to it."""
    correlations = set()
    for agent_id in (agent.id for agent in agents.values() if not agent.serves):  # who serves has no queues
        for name in (cloud.names.dead_letters(agent_id), cloud.names.undelivered(agent_id)):
            for message in backends.queues()[name]._messages:
                correlations.add(_correlation(message.body))
    for correlation in record.roots:
        if correlation not in correlations and cloud.reader.story(correlation).end is None:
            yield f"1: {correlation} has neither an end nor a dead letter that would say why."


def _all_stored(stored: list[StoredEvent], record: Record) -> Iterator[str]:
    """2: every event published is stored exactly once, and its causes are stored."""
    ids = {e.metadata.id for e in stored}
    for id in record.accepted.keys() - ids:
        yield f"2: {record.accepted[id][0].type} {id} was published and is not stored."
    for id in ids - record.accepted.keys():
        yield f"2: {id} is stored and was never published."
    for event in stored:
        for cause in event.metadata.causes:
            if cause.id not in ids:
                yield f"2: {event.type} {event.metadata.id} has the cause {cause.id}, which is not stored."


def _each_version_once(stored: list[StoredEvent], record: Record) -> Iterator[str]:
    """3: no event is published in two versions, and the store has seen none."""
    for id, versions in record.accepted.items():
        if len(versions) > 1:
            yield f"3: {versions[0].type} {id} was published in {len(versions)} versions."
    for event in stored:
        if event.divergent:
            yield f"3: {event.type} {event.metadata.id} is stored in two versions."
        if event.envelope.digest() != event.metadata.digest:
            yield f"3: the digest of {event.type} {event.metadata.id} does not hold."


def _published_what_was_decided(cloud: LocalCloud, record: Record, decided: Decided) -> Iterator[str]:
    """3 and 4: what agents decided is what they published, no less and no more."""
    outputs = {entry[2]["metadata"]["id"]: entry for entries in decided.outputs.values() for entry in entries}
    own = f"{cloud.names.app}."
    outside = {f"{own}cli", f"{own}operator", f"{own}{DESK}"}
    for id, entry in outputs.items():
        if id not in record.accepted:
            yield f"4: {entry[1]} decided {entry[0]} {id} and never published it."
        elif json.loads(record.accepted[id][0].detail) != entry[2]:
            yield f"3: {entry[1]} published {entry[0]} {id} other than it decided."
    for id, versions in record.accepted.items():
        event = versions[0]
        from_agent = event.source.startswith(own) and event.source not in outside
        if from_agent and id not in outputs and event.type not in _INCIDENTS:
            yield f"3: {event.source} published {event.type} {id}, which no decision holds."


def _everything_rests(cloud: LocalCloud, record: Record) -> Iterator[str]:
    """4: in = done + in flight + dead-lettered."""
    for source in cloud.world.mappings:
        held, agent_id = backends.queues(), source.function.agent_id
        dead = cloud.names.dead_letters(agent_id)
        here = len(held[source.queue]._messages)
        if here:
            yield f"4: {source.queue} still holds {here} messages."
        put = record.put[source.queue] + record.put[dead]
        accounted = record.done[source.queue] + record.done[dead] + here + len(held[dead]._messages)
        if put != accounted:
            yield f"4: {put} messages came to {source.queue} and {accounted} are accounted for."


def _nothing_undecided(cloud: LocalCloud, agents: dict[str, Agent], record: Record, decided: Decided) -> Iterator[str]:
    """4: whatever was delivered to an agent was decided, noted by a join, halted, or lies in a dead-letter queue."""
    details = {id: json.loads(versions[0].detail)["metadata"] for id, versions in record.accepted.items() if id}
    for source in cloud.world.mappings:
        agent = agents[source.function.agent_id]
        dead = {
            _id(message.body)
            for name in (cloud.names.dead_letters(agent.id), cloud.names.undelivered(agent.id))
            for message in backends.queues()[name]._messages
        }
        for queue, id in record.delivered:
            if queue != source.queue or id not in details or id in dead | record.malformed:
                continue
            metadata = details[id]
            handled = agent.handler_for(record.accepted[id][0].type)
            if handled is None:
                yield f"4: {agent.id} got {record.accepted[id][0].type}, which it has no handler for."
                continue
            handler = handled[0]
            if handler.envelope_parameter:
                continue
            cause = Cause(id=id, correlation_id="", depth=0, digest="")
            namespace = metadata.get("namespace", "")
            key = DecisionKey.of(agent.id, handler.name, namespace, [cause]).pk
            if handler.is_join:
                known = id in decided.arrived.get(agent.id, ())
            else:
                known = key in decided.outputs or halted_key(metadata["correlation_id"], namespace) in decided.halted
            if not known:
                yield f"4: {agent.id} got {record.accepted[id][0].type} {id} and decided nothing about it."


def _joined_once(agents: dict[str, Agent], record: Record, decided: Decided) -> Iterator[str]:
    """3: a join acts once for what belongs together, whatever else arrives."""
    times: Counter[tuple[str, ...]] = Counter()
    for pk, (name, namespace, causes) in decided.asked.items():
        agent = agents[pk.split("#")[0]]
        handler = next(h for h in agent.handlers if h.name == name)
        known = [record.accepted[cause][0] for cause in causes if cause in record.accepted]
        if not handler.is_join or not known:
            continue
        detail = json.loads(known[0].detail)
        metadata, on = detail["metadata"], handler.join_on
        value = str(detail["data"].get(on)) if on else ""
        times[agent.id, name, metadata["correlation_id"], namespace, value] += 1
    for (agent_id, name, correlation, *_), count in times.items():
        if count > 1:
            yield f"3: the join {agent_id}/{name} acted {count} times in {correlation}."


def _within_bounds(cloud: LocalCloud, agents: dict[str, Agent], stored: list[StoredEvent]) -> Iterator[str]:
    """5: depth and path are bounded, by the stage and by what a handler says of itself."""
    variables = next(iter(cloud.world.functions.values())).environment
    deepest, most = int(variables["TROUPE_MAX_DEPTH"]), int(variables["TROUPE_MAX_REPEATS"])
    own = {f"{a.id}/{h.name}": min(h.at_most or most, most) for a in agents.values() for h in a.handlers}
    for event in stored:
        is_halt = event.type == ChoreographyHalted.type_name()
        if event.metadata.depth > deepest + is_halt + (event.type in _INCIDENTS):
            yield f"5: {event.type} {event.metadata.id} is {event.metadata.depth} deep; the limit is {deepest}."
        for who, count in event.metadata.path.items():
            limit = own.get(who, most)
            if count > limit + is_halt + (event.type in _INCIDENTS):
                yield f"5: {who} acted {count} times on the way to {event.type}; the limit is {limit}."


def _effects_by_key(cloud: LocalCloud, agents: dict[str, Agent], decided: Decided) -> Iterator[str]:
    """3: keyed effects happen once: each decision that needed one has exactly its own key in the ledger."""
    keys = {
        name.removeprefix(EFFECTS) for b in backends.buckets().values() for name in b.keys if name.startswith(EFFECTS)
    }
    spending = {
        a.id for a in agents.values() for h in a.handlers for need in h.needs.values() if hasattr(need, "keyed")
    }
    for key in keys - decided.outputs.keys():
        yield f"3: an effect was made under the key {key}, which belongs to no decision."
    for pk, outputs in decided.outputs.items():
        halted = any(entry[0] == ChoreographyHalted.type_name() for entry in outputs)
        if pk.split("#")[0] in spending and not halted and pk not in keys:
            yield f"3: the decision {pk} was made without its effect."


def _replays_stay_apart(stored: list[StoredEvent], record: Record) -> Iterator[str]:
    """3: only a reprocess speaks in a namespace, and that is its own."""
    own = {"", *(replayed.id for replayed in record.replays.values() if replayed.mode == "reprocess")}
    for event in stored:
        if event.metadata.namespace not in own:
            yield f"3: {event.type} {event.metadata.id} lies in the namespace {event.metadata.namespace} of nobody."


def _replayed_to_its_end(
    cloud: LocalCloud, agents: dict[str, Agent], record: Record, decided: Decided, replayed: Replayed
) -> Iterator[str]:
    """1 and 4: whatever a replay sends is decided where it belongs, and a reprocess ends there, once."""
    told = [event.type for event in cloud.reader.story(replayed.id).events]
    if told != [ReplayStarted.type_name(), ReplayEnded.type_name()]:
        yield f"1: of {replayed.id} is told: {', '.join(told) or 'nothing'}."
    namespace = replayed.id if replayed.mode == "reprocess" else ""
    for agent_id, name, id in replayed.entries:
        handler = next(h for h in agents[agent_id].handlers if h.name == name)
        key = DecisionKey.of(agent_id, name, namespace, [Cause(id=id, correlation_id="", depth=0, digest="")]).pk
        halted = any(halted_key(correlation, namespace) in decided.halted for correlation in replayed.correlations)
        joined = handler.is_join and id in decided.arrived.get(agent_id, ())
        if not (halted or joined or key in decided.outputs):
            yield f"4: {agent_id} got {id} by a {replayed.mode} and decided nothing about it where it should."
    for correlation in replayed.correlations if namespace else ():
        story = cloud.reader.story(correlation)
        again = [event for event in story.events if event.metadata.namespace == namespace]
        ends = {event.metadata.id for event in again if event.metadata.terminal}
        end = story.status.get(namespace, {}).get("end")
        waits = any(event.type in record.awaiting_people for event in again)
        if end not in ends and not (waits and not ends):
            yield f"1: the reprocess of {correlation} has no end of its own."


def roles_keep_to_their_signatures(cloud: LocalCloud, agents: dict[str, Agent]) -> list[str]:
    """7: no role can do what its agent's signature does not say. Tries what each must not."""
    found = []
    for function in cloud.world.functions.values():
        agent = agents[function.agent_id]
        for what, access in _forbidden(agent, agents, cloud.names, function.environment["TROUPE_PAYLOAD_BUCKET"]):
            if _needed(agent, cloud.names, access):
                continue
            if cloud.endpoint.authorizer.role_may(function.role, access).allowed:
                found.append(f"7: the role of {agent.id} may {what}.")
    return found


def _needed(agent: Agent, names: Names, access: Access) -> bool:
    """Whether one of the needs in the agent's signature brings this."""
    filled = {
        "partition": backends.PARTITION,
        "region": backends.REGION,
        "account": backends.ACCOUNT,
        "app": names.app,
        "stage": names.stage,
    }
    grants = [g for h in agent.handlers for need in h.needs.values() for g in need.grants]
    return any(
        fnmatchcase(access.action, action)
        and fnmatchcase(access.resource, resource.format(**filled))
        and (not g.leading_keys or _like(access, g.leading_keys))
        for g in grants
        for action in g.actions
        for resource in g.resources
    )


def _like(access: Access, patterns: tuple[str, ...]) -> bool:
    keys = access.context.get("dynamodb:leadingkeys", [])
    return all(any(fnmatchcase(key, pattern) for pattern in patterns) for key in keys)


def _forbidden(agent: Agent, agents: dict[str, Agent], names: Names, bucket: str) -> Iterator[tuple[str, Access]]:
    account = f"{backends.REGION}:{backends.ACCOUNT}"
    bus = f"arn:aws:events:{account}:event-bus/{names.bus}"
    decisions = f"arn:aws:dynamodb:{account}:table/{names.decisions}"

    def event(source: str, type_: str) -> Access:
        return Access("events:PutEvents", bus, {"events:source": [source], "events:detail-type": [type_]})

    own = f"{names.app}.{agent.id}"
    yield "publish what it does not declare", event(own, "SomethingElse")
    plain = all(h.envelope_parameter for h in agent.handlers)
    for other in agents.values():
        if other is agent:
            continue
        yield f"speak as {other.id}", event(f"{names.app}.{other.id}", "AgentFailed")
        keys = {"dynamodb:leadingkeys": [f"{other.id}#x"]}
        for action in ("PutItem", "UpdateItem", "BatchGetItem", "GetItem", "DeleteItem", "Query", "Scan"):
            yield f"{action} decisions of {other.id}", Access(f"dynamodb:{action}", decisions, keys)
        for queue in (names.agent(other.id), names.dead_letters(other.id)):
            arn = f"arn:aws:sqs:{account}:{queue}"
            for action in ("ReceiveMessage", "SendMessage", "DeleteMessage"):
                yield f"{action} on {queue}", Access(f"sqs:{action}", arn, {})
    if not plain:
        keys = {"dynamodb:leadingkeys": ["H#x"]}
        yield "set a halted flag", Access("dynamodb:PutItem", decisions, keys)
    for action in ("PutObject", "GetObject", "DeleteObject"):
        object_ = f"arn:aws:s3:::{bucket}/payload/SomethingElse/x"
        yield f"{action} payloads of others", Access(f"s3:{action}", object_, {})


def _id(body: str) -> str:
    return str(_metadata(body).get("id", ""))


def _correlation(body: str) -> str:
    return str(_metadata(body).get("correlation_id", ""))


def _metadata(body: str) -> dict[str, Any]:
    try:
        metadata = json.loads(body)["detail"]["metadata"]
    except (ValueError, KeyError, TypeError):
        return {}
    return metadata if isinstance(metadata, dict) else {}
