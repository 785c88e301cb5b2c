"""What is to be said about the stories that are overdue, and about the letters that nobody has spoken of."""

from __future__ import annotations

from datetime import datetime, timedelta

from troupe import AgentFailed, Envelope
from troupe.operations.dead_letters import UNKNOWN, DeadLetter, mark_of
from troupe.operations.overseer import AGAIN_S, Overdue, Overseer, moment_of
from troupe.runtime.incidents import ChoreographyAbandoned, ChoreographyStalled, Waiting

NOBODY = "Every agent that heard of it has decided, and none has ended it."
_NAMED = 50
_CAUSES = 10
_TOLD = 3
"""How much undecided work is named in a sentence."""


def judge(overseer: Overseer, now: datetime) -> list[ChoreographyStalled | ChoreographyAbandoned | AgentFailed]:
    """Everything that is to be said now."""
    said: list[ChoreographyStalled | ChoreographyAbandoned | AgentFailed] = []
    for overdue in overseer.overdue(now):
        told = [e for e in overdue.story.events if e.type == ChoreographyStalled.type_name() and not e.divergent]
        again = now + timedelta(seconds=AGAIN_S)
        if not told:
            said.append(stalled(overdue).caused_by(*causes(overdue)))
        elif (ends := min(map(moment_of, told)) + timedelta(seconds=overseer.grace_s)) <= now:
            said.append(abandoned(overdue, overseer.grace_s).caused_by(*causes(overdue)))
        else:
            again = ends
        overseer.look_again(overdue, again)
    return [*said, *(failed(letter, overseer.max_receives) for letter in overseer.unspoken(now))]


def stalled(overdue: Overdue) -> ChoreographyStalled:
    """The incident: who has not decided on what."""
    return ChoreographyStalled(
        root_type=overdue.root.type,
        within_s=overdue.root.metadata.within_s or 0,
        reason=reason(overdue),
        undecided=[
            Waiting(
                agent=work.agent,
                handler=work.handler,
                event_type=work.event.type,
                event_id=work.event.metadata.id,
                waits_for=list(work.waits_for),
            )
            for work in overdue.undecided[:_NAMED]
        ],
    )


def abandoned(overdue: Overdue, grace_s: int) -> ChoreographyAbandoned:
    """The end that the platform gives."""
    return ChoreographyAbandoned(root_type=overdue.root.type, grace_s=grace_s, reason=reason(overdue))


def reason(overdue: Overdue) -> str:
    """One sentence for why the story goes no further."""
    if not overdue.undecided:
        return NOBODY
    told = "; ".join(str(work)[:300] for work in overdue.undecided[:_TOLD])
    more = len(overdue.undecided) - _TOLD
    return f"{told}; and {more} more." if more > 0 else f"{told}."


def failed(letter: DeadLetter, max_receives: int) -> AgentFailed:
    """What its agent could not say itself, because it was stopped or never got the event."""
    said = AgentFailed(
        agent=letter.agent,
        event_type=letter.type,
        event_id=letter.event_id,
        error=(letter.error or UNKNOWN)[:1000],
        fingerprint=letter.fingerprint or mark_of(letter.agent, "no reason"),
        attempts=max_receives if letter.kind == "failed" else 0,
    )
    return said.caused_by(letter.envelope)


def causes(overdue: Overdue) -> list[Envelope]:
    """What the incident follows from: the events that nobody decided on; the root where there are none."""
    open_events = {work.event.metadata.id: work.event.envelope for work in overdue.undecided}
    return list(open_events.values())[:_CAUSES] or [overdue.root.envelope]
