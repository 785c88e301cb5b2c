"""The accountability report: who decided what, on which evidence, with what, who approved, and how it ended."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from troupe.event_store import evidence
from troupe.event_store.read import StoredEvent, UnreadableEvent
from troupe.event_store.trace import Step, Trace, age
from troupe.event_store.verify import Finding


def write(trace: Trace, findings: Sequence[Finding], payloads: int = 0) -> str:
    """The report on one story as Markdown. Whatever comes from events stands in code spans, so that none of it acts.

    findings: what `verify_story` found; payloads: how many payloads it looked at.
    """
    # By depth, so that whoever reads has met every cause before what followed from it, also those of a join.
    steps = [step for tree in trace.steps for _, step in tree.walk()]
    steps.sort(key=lambda step: (step.event.metadata.depth, step.event.metadata.occurred_at))
    blocks = [
        ["# Accountability report", *_summary(trace, findings, payloads)],
        ["## Who decided how it ended", *_verdict(trace)],
        ["## Who decided what", *(_decision(trace, step) for step in steps)],
        ["## Who approved, answered or intervened", *(_people(trace, steps) or ["Nobody had to."])],
        ["## How it ended", *_ends(trace, steps)],
        ["## What is open", *(_open(trace, steps) or ["Nothing."])],
        ["## Who took part", *_cast(trace, steps)],
    ]
    return "\n\n".join("\n\n".join(block) for block in blocks) + "\n"


def _summary(trace: Trace, findings: Sequence[Finding], payloads: int) -> Iterator[str]:
    story = trace.story
    first = min(story.events, key=lambda e: (e.metadata.depth, e.metadata.occurred_at), default=None)
    lines = [f"Story {_code(story.correlation_id)}, told at {trace.now:%Y-%m-%d %H:%M:%S} UTC."]
    if first:
        lines.append(f"It began at {_time(first)} with {_code(first.type)} from {_code(trace.who(first.source))}.")
    if story.end:
        took = trace.took_ms / 1000
        lines.append(f"It ended after {took:,.1f} s with {_code(story.end.type)} from {_who(trace, story.end)}.")
    else:
        lines.append(f"It has not ended; its latest event is {_oldness(trace)} old.")
    yield " ".join(lines)
    checked = f"{_count(len(story.events) + len(story.damaged), 'event')} and {_count(payloads, 'payload')}"
    if findings:
        yield f"**The record does not hold.** Of {checked}:"
        yield "\n".join(f"- {_code(str(finding))}" for finding in findings)
    else:
        yield f"The record holds: every digest of {checked} was computed anew, along all causes."


def _verdict(trace: Trace) -> Iterator[str]:
    """From the end back along its deepest cause, as far as one is deeper than the rest; evidence of several in full."""
    made = {e.metadata.id: e for e in trace.story.events if not e.divergent}
    event = trace.story.end
    if event is None:
        yield "Nobody yet."
    lines = []
    while event is not None:
        number = len(event.metadata.causes)
        verb = "decided" if number else "published"
        lines.append(f"- {_code(event.type)} was {verb} by {_who(trace, event)}{_because(_data(event))}")
        causes = sorted((made[c.id] for c in event.metadata.causes if c.id in made), key=lambda e: e.metadata.depth)
        if number > 1:
            lines.append(f"  - on {_count(number, 'event')} together, none of them alone:")
            lines += [f"    - {_testimony(trace, cause)}" for cause in sorted(causes, key=lambda e: e.source)]
        depths = [cause.metadata.depth for cause in causes]
        event = causes[-1] if causes and depths.count(depths[-1]) == 1 else None
    if lines:
        yield "\n".join(lines)


def _testimony(trace: Trace, event: StoredEvent) -> str:
    return f"{_code(event.type)} from {_who(trace, event)} said {_code(evidence.short(_data(event)))}"


def _because(data: object) -> str:
    why = evidence.said(data, ("error", *evidence.WHY))
    return f": {_code(why)}" if why else ""


def _decision(trace: Trace, step: Step) -> str:
    event, m = step.event, step.event.metadata
    decision = trace.decided.get(m.id)
    by = _who(trace, event)
    if decision:
        by += f", handler {_code(decision.handler)}"
    if m.agent_version:
        by += f", version {_code(m.agent_version)}"
    attempt = f", at attempt {step.attempt}" if step.attempt else ""
    note = f" ({step.note})" if step.note else ""
    lines = [f"### {_code(event.type)}{note}", f"- {'decided' if m.causes else 'published'} by {by}{attempt}"]
    lines.append(f"- at {_time(event)}, recorded at {_code(event.recorded)}")
    made = {e.metadata.id: e for e in trace.story.events if not e.divergent}
    if len(m.causes) > 1:
        lines.append(f"- on {_count(len(m.causes), 'event')} together:")
    for cause in m.causes:
        where = "" if cause.correlation_id == m.correlation_id else f" of the story {_code(cause.correlation_id)}"
        known = made.get(cause.id)
        type_ = f"{_code(known.type)} from {_who(trace, known)}" if known else "an event that is not in this story"
        lines.append(f"- on the evidence of {type_} {_code(cause.id)}{where}, digest {_code(cause.digest)}")
    if not m.causes:
        lines.append("- on no event: it came from outside, or from the clock")
    data = _data(event)
    if model := evidence.said(data, evidence.MODEL):
        prompt = evidence.said(data, evidence.PROMPT)
        lines.append(f"- with the model {_code(model)}, prompt hash {_code(prompt) if prompt else 'not recorded'}")
    lines.append(f"- said {_code(evidence.short(data))}")
    lines.append(f"- id {_code(m.id)}, digest {_code(m.digest)}")
    return "\n".join(lines)


def _people(trace: Trace, steps: list[Step]) -> list[str]:
    lines = []
    for step in steps:
        data = _data(step.event)
        person = evidence.said(data, evidence.PERSON)
        if not person:
            continue
        why = evidence.said(data, evidence.WHY)
        reason = f", because {_code(why)}" if why else ", without a reason"
        lines.append(f"- {_code(person)}: {_code(step.event.type)} at {_time(step.event)}{reason}")
    return ["\n".join(lines)] if lines else []


def _ends(trace: Trace, steps: list[Step]) -> Iterator[str]:
    lines = []
    for step in steps:
        if not step.note:
            continue
        because = _because(_data(step.event))
        lines.append(f"- {_NOTES[step.note]}: {_code(step.event.type)} from {_who(trace, step.event)}{because}")
    if trace.story.end is None:
        lines.append("- no end: no terminal event is stored")
    yield "\n".join(lines)


_NOTES = {
    "end": "the end",
    "superseded": "came after the end, and did not count",
    "divergent": "another event under an id that was taken",
    "incident": "an incident on the way",
}


def _open(trace: Trace, steps: list[Step]) -> list[str]:
    lines = [f"- {_code(trace.said(work))}" for step in steps for work in step.waiting]
    return ["\n".join(lines)] if lines else []


def _cast(trace: Trace, steps: list[Step]) -> Iterator[str]:
    versions: dict[str, dict[str, int]] = {}
    for step in steps:
        of = versions.setdefault(trace.who(step.event.source), {})
        of[step.event.metadata.agent_version] = of.get(step.event.metadata.agent_version, 0) + 1
    lines = []
    for who, by_version in versions.items():
        said = ", ".join(
            f"{_count(n, 'event')} in version {_code(v)}" if v else _count(n, "event") for v, n in by_version.items()
        )
        lines.append(f"- {_code(who)}: {said}")
    yield "\n".join(lines)


def _data(event: StoredEvent) -> object:
    try:
        return event.data
    except UnreadableEvent as error:
        return {"unreadable": str(error)}


def _who(trace: Trace, event: StoredEvent) -> str:
    return _code(trace.who(event.source))


def _time(event: StoredEvent) -> str:
    return f"{event.metadata.occurred_at:%Y-%m-%d %H:%M:%S.%f}"[:-3] + " UTC"


def _oldness(trace: Trace) -> str:
    return age(min((trace.age_s(e) for e in trace.story.events), default=0.0))


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _code(text: str) -> str:
    """A code span that the text cannot end: fenced by one more backtick than it holds in a row."""
    text = " ".join(text.split()) or "—"
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    pad = " " if text[0] == "`" or text[-1] == "`" else ""
    return f"{fence}{pad}{text}{pad}{fence}"
