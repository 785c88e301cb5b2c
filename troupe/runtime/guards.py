"""Stops a correlation that would not end by itself: too deep, or the same agent again and again."""

from __future__ import annotations

from collections.abc import Sequence

from troupe.runtime.envelope import Envelope
from troupe.runtime.incidents import ChoreographyHalted
from troupe.runtime.settings import RuntimeSettings
from troupe.runtime.signature import Handler


def breach(settings: RuntimeSettings, handler: Handler, causes: Sequence[Envelope]) -> ChoreographyHalted | None:
    """The incident to publish instead of thinking, or None when the causes are within the limits.

    The path counts how often each agent/handler acted along the deepest causal path, so a loop shows itself
    however long it is.
    """
    deepest = deepest_of(causes)
    me = f"{settings.agent_id}/{handler.name}"
    acted = walked(causes).get(me, 0)
    if handler.at_most is not None and acted >= handler.at_most:
        reason = f"{me} has acted {acted} times along one causal path; it says at_most={handler.at_most}."
    elif acted >= settings.max_repeats:
        reason = (
            f"{me} has acted {acted} times along one causal path; the limit is {settings.max_repeats} (max_repeats)."
        )
    elif deepest.metadata.depth >= settings.max_depth:
        reason = (
            f"The causal path is {deepest.metadata.depth} events deep; the limit is {settings.max_depth} (max_depth)."
        )
    else:
        return None
    return halt(settings, causes, reason)


def halt(settings: RuntimeSettings, causes: Sequence[Envelope], reason: str) -> ChoreographyHalted:
    """The incident, with the loop spelled out: who acted how often along the deepest causal path."""
    deepest = deepest_of(causes)
    loop = [f"{who} ×{count}" for who, count in sorted(deepest.metadata.path.items(), key=lambda item: -item[1])]
    return ChoreographyHalted(agent=settings.agent_id, event_type=deepest.type, reason=reason, loop=loop)


def walked(causes: Sequence[Envelope]) -> dict[str, int]:
    """How often each agent/handler has acted on the way here, along the deepest causal path.

    A join that takes up an event from outside, such as a person's answer, begins to count anew: it acts once per such
    event, so a loop through it goes round only as often as somebody outside speaks.
    """
    if len(causes) > 1 and any(cause.metadata.depth == 0 for cause in causes):
        return {}
    return deepest_of(causes).metadata.path


def deepest_of(causes: Sequence[Envelope]) -> Envelope:
    """The cause with the longest causal path; by id where two are equally deep, so that the choice is stable."""
    return max(causes, key=lambda e: (e.metadata.depth, e.metadata.id))
