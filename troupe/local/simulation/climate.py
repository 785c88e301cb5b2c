"""How bad the weather is: the kinds of faults, how often each may strike, and what a seed makes of that."""

from __future__ import annotations

from random import Random

FAULTS: dict[str, tuple[float, str]] = {
    "duplicate": (0.06, "EventBridge delivers an event to a queue twice, under two message ids"),
    "again": (0.03, "SQS delivers a message once more, although it was deleted"),
    "delay": (0.08, "a message becomes visible minutes late"),
    "shuffle": (0.10, "the messages of a queue change their order"),
    "undeliverable": (0.006, "a rule cannot deliver: the event goes to the queue of the undelivered"),
    "throttled-receive": (0.04, "messages are received and the function is not invoked, which counts as a receive"),
    "race": (0.015, "a second poller works on the same messages between two calls of the first"),
    "interleave": (0.04, "another agent works between two calls of this one"),
    "crash-before": (0.012, "the process dies before a call"),
    "crash-after": (0.015, "the process dies after a call, before it has the answer"),
    "cold-start": (0.03, "a new execution environment"),
    "call-fails": (0.03, "a call is throttled once"),
    "service-out": (0.008, "a service fails until the client has given up"),
    "answer-lost": (0.015, "a call is carried out and answered with an error, so it is made again"),
    "keys-left-over": (0.05, "DynamoDB leaves keys of a look-up unprocessed"),
    "entry-fails": (0.05, "a single entry of PutEvents fails"),
    "entry-answer-lost": (0.03, "a single entry of PutEvents is delivered and reported as failed"),
    "time-out-after-publishing": (0.02, "the function is stopped after it published, before it could say so"),
    "agent-down-from-the-start": (0.25, "an agent is down until everybody else has come to rest"),
    "agent-goes-down": (0.02, "an agent is down for a while"),
    "redrive": (0.05, "a dead letter is sent back to its queue in the middle of everything"),
    "malformed": (0.15, "somebody publishes an event that breaks its contract"),
    "thinking-fails": (0.03, "a handler raises an exception"),
    "thinking-puts-off": (0.02, "a handler asks to be called again later"),
    "thinking-is-slow": (0.03, "a handler takes long, at times longer than its function may"),
    "thinking-differs": (
        0.08,
        "a handler that asks a model or a warehouse answers with another of the events that it declares",
    ),
    "replay": (0.005, "somebody redelivers or reprocesses a story, or redelivers all that an agent has heard"),
    "replay-killed": (0.1, "who replays dies before or after a call, and runs it again later"),
    "effect-answer-lost": (0.15, "what happens outside has happened, and the answer is lost, so it is asked for again"),
}
"""Kind → (chance per opportunity, what it is). An opportunity is a call, a delivery, a turn or a step, as fits."""


def climate(seed: int) -> dict[str, float]:
    """The rates of a seed: some kinds are absent, others more frequent, so that rare meetings have their turn."""
    chance = Random(f"climate {seed}")  # noqa: S311 (a simulation, no secret)
    rates = {}
    for kind, (rate, _) in FAULTS.items():
        present, factor = chance.random() < 0.6, chance.choice((0.3, 1.0, 1.0, 3.0))
        if present:
            rates[kind] = min(rate * factor, 0.5)
    return rates
