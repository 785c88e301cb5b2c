"""The choreography as one AsyncAPI 3 document, from which catalogue tools generate their pages.

One channel, the bus; per handler what it receives, per agent what it sends; per event its payload (the `detail` that
travels), an example, and what AsyncAPI has no place for: owner, producers, consumers, terms and released versions.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from troupe.choreography.graph import Graph, HandlerNode
from troupe.choreography.released import Release, known, releases, stated
from troupe.choreography.schemas import Schema, over_parts, schemas
from troupe.runtime.contract import Event
from troupe.runtime.envelope import Envelope, Metadata

_PARTS = "#/components/schemas/"
_SAMPLE = {
    "occurred_at": datetime(2026, 11, 27, 9, 0, tzinfo=UTC),
    "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
}
"""What differs from event to event and from second to second, held still in examples."""


def document(graph: Graph, root: Path, app: str) -> dict[str, Any]:
    """The document as JSON values, in a stable order. app: the name that sources begin with."""
    contracts, released = known(root), releases(root)
    by_model, shared = schemas([Metadata, *contracts.values()], f"{_PARTS}{{model}}")
    parts = {name: _draft_7(schema) for name, schema in shared.items()}
    for name, versions in released.items():
        for version, release in versions.items():
            if name in contracts and version != contracts[name].terms.version:
                parts |= _earlier(release)
    made: dict[str, Any] = {
        "asyncapi": "3.0.0",
        "info": {
            "title": app,
            "version": "",
            "description": "Agents that react to events on one bus, with nobody conducting.",
            "tags": [{"name": domain} for domain in sorted({agent.domain for agent in graph.agents.values()})],
        },
        "defaultContentType": "application/json",
        "channels": {
            "bus": {
                "address": f"{app}-{{stage}}",
                "title": "The bus",
                "description": "An EventBridge bus. A message's headers are members of EventBridge's envelope beside "
                "the detail, its payload is the detail.",
                "parameters": {"stage": {"description": "The stage, such as dev or prod."}},
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in sorted(contracts)},
            }
        },
        "operations": dict(_operations(graph, contracts)),
        "components": {
            "messages": {
                name: _message(contract, by_model[contract], graph, app, released.get(name, {}))
                for name, contract in sorted(contracts.items())
            },
            "schemas": dict(sorted(parts.items())),
            "correlationIds": {
                "story": {
                    "description": "The question, order, … that all this is about.",
                    "location": "$message.payload#/metadata/correlation_id",
                }
            },
        },
    }
    # Each event has a version of its own; the whole is known by what is in it.
    made["info"]["version"] = hashlib.sha256(json.dumps(made).encode()).hexdigest()[:12]
    return made


def _operations(graph: Graph, contracts: Mapping[str, type[Event]]) -> Iterable[tuple[str, dict[str, Any]]]:
    for agent in graph.agents.values():
        about = {"tags": [{"name": agent.domain}], "x-agent": agent.id}
        for handler in agent.handlers:
            heard = [name for name in handler.hears if name in contracts]
            if heard or agent.hears_everything:
                yield (
                    f"{agent.id}.{handler.name}",
                    {
                        "action": "receive",
                        "channel": {"$ref": "#/channels/bus"},
                        "title": f"{agent.id} hears",
                        "summary": agent.doc.split("\n")[0],
                        **about,
                        **_when(handler),
                        "messages": _refs(heard or contracts),
                    },
                )
        said = sorted({name for handler in agent.handlers for name in handler.publishes})
        if said:
            yield (
                f"{agent.id}.publishes",
                {
                    "action": "send",
                    "channel": {"$ref": "#/channels/bus"},
                    "title": f"{agent.id} publishes",
                    "summary": agent.doc.split("\n")[0],
                    **about,
                    "messages": _refs(said),
                },
            )


def _refs(names: Iterable[str]) -> list[dict[str, str]]:
    return [{"$ref": f"#/channels/bus/messages/{name}"} for name in sorted(set(names))]


def _when(handler: HandlerNode) -> dict[str, Any]:
    """What decides whether the handler acts, beside the type."""
    join = {"x-joins": [list(side) for side in handler.sides]} if handler.is_join else {}
    return join | ({"x-narrowed": True} if handler.narrowed else {})


def _message(
    contract: type[Event], data: Schema, graph: Graph, app: str, versions: Mapping[int, Release]
) -> dict[str, Any]:
    name, today = contract.type_name(), contract.terms.version
    event = graph.events.get(name)
    domain = event.domain if event else "platform"
    producers = sorted({handler.agent for handler in graph.publishers(name)})
    sources = [f"{app}.{agent}" for agent in producers]
    doc = (contract.__doc__ or "").strip()
    headers = {
        "detail-type": {"const": name},
        "source": {"type": "string", **({"examples": sources} if sources else {})},
    }
    made = {
        "name": name,
        "title": name,
        "summary": doc.split("\n")[0],
        "tags": [{"name": domain}],
        "correlationId": {"$ref": "#/components/correlationIds/story"},
        "headers": {"type": "object", "required": list(headers), "properties": headers},
        "payload": {
            "type": "object",
            "required": ["metadata", "data"],
            "properties": {"metadata": {"$ref": f"{_PARTS}Metadata"}, "data": data},
        },
        "x-owner": domain,
        "x-producers": producers,
        "x-consumers": sorted({handler.agent for handler in graph.hearers(name)}),
        "x-terms": stated(contract.terms),
        "x-version": today,
        "x-released": [
            {"version": v, **({"schema": f"{_PARTS}{name}_v{v}"} if v != today else {})} for v in sorted(versions)
        ],
    }
    payload = _example(contract, sources[0] if sources else f"{app}.outside")
    if payload:
        sent = {"detail-type": name, "source": sources[0] if sources else f"{app}.outside"}
        made["examples"] = [{"name": "example", "headers": sent, "payload": payload}]
    return made


def _example(contract: type[Event], source: str) -> dict[str, Any]:
    """The contract's example as it would travel; empty when it has none that it accepts."""
    try:
        event = contract.model_validate(contract.example)
    except ValidationError:
        return {}
    envelope = Envelope.root(event, source, id="00000000-0000-5000-8000-000000000001")
    metadata = envelope.metadata.model_copy(update=_SAMPLE)
    return Envelope(envelope.type, source, metadata, envelope.data).sealed().detail


def _earlier(release: Release) -> dict[str, Schema]:
    """The schemas of a version that is not today's, under names of its own."""
    name = f"{release.type}_v{release.version}"
    whole = {k: v for k, v in release.schema.items() if k != "$defs"}
    inside = {f"{name}_{key}": part for key, part in release.schema.get("$defs", {}).items()}
    text = json.dumps({name: whole} | inside).replace('"#/$defs/', f'"{_PARTS}{name}_')
    return {key: _draft_7(schema) for key, schema in json.loads(text).items()}


def _draft_7(schema: Any) -> Any:
    """The same in the dialect of AsyncAPI, which is that of JSON Schema's draft 7 but for the discriminator."""
    if not isinstance(schema, dict):
        return schema
    made = over_parts({k: v for k, v in schema.items() if k != "discriminator"}, _draft_7)
    if "discriminator" in schema:
        made["discriminator"] = schema["discriminator"]["propertyName"]
    if "prefixItems" in made:
        made["items"] = made.pop("prefixItems")
    if "$ref" in made and len(made) > 1:
        made = {"allOf": [{"$ref": made.pop("$ref")}], **made}
    return made
