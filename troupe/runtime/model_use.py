"""What an event says about the language model that decided it."""

from __future__ import annotations

from troupe.runtime.contract import Value


class ModelUse(Value):
    """Which model answered, to what, and what that took.

    A contract that has a field of this type, or of `ModelUse | None`, gets it filled in by `Model.decide`; the model
    itself is never asked for it.
    """

    model_id: str
    prompt_sha256: str
    """Over everything that was sent (instructions, event, tools), in its RFC 8785 form."""
    input_tokens: int
    output_tokens: int
    latency_ms: int
    """As the model's service measured it, without the way there and back."""
    guardrail: str = ""
    """`id:version` of the guardrail that watched over it; empty if there was none."""
