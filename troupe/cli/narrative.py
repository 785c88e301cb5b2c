"""A story as prose: who heard what and decided what, what went wrong, what was put right, and how it ended.

It is told from what the contracts and agents say of themselves, the first sentence of each docstring, and from the
events' data. Whatever it returns may hold text of strangers: escape it before it is shown.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from troupe.choreography.graph import PLATFORM, Graph, read_project
from troupe.cli.salient import Salient
from troupe.event_store.read import StoredEvent
from troupe.event_store.trace import Step, Trace, age
from troupe.runtime.incidents import AgentFailed, ChoreographyStalled, JoinExpired
from troupe.runtime.parts import AgentPart, HandlerPart

Tone = Literal["begins", "goes on", "goes wrong", "aside", "ends", "stuck", "trace"]
_STUCK = (AgentFailed.type_name(), ChoreographyStalled.type_name(), JoinExpired.type_name())
"""Incidents after which a story does not go on by itself."""
_NOTICED_S = 1.0
"""A pause of fewer seconds is not worth a word."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One paragraph."""

    text: str
    tone: Tone


@dataclass(slots=True)
class Narrator:
    """Tells one demo; who was introduced, what a type means and what was said of a story is not said again."""

    graph: Graph
    agents: Sequence[AgentPart]
    domain: str
    _explained: set[str] = field(default_factory=set)
    _introduced: set[str] = field(default_factory=set)
    _said: dict[str, Salient] = field(default_factory=dict)

    def act(
        self, stories: Sequence[str], events: Iterable[StoredEvent], trace: Callable[[str], Trace]
    ) -> Iterator[Passage]:
        """What has come of a scene: its story in full, others of the domain after it, those of others in a word.

        stories: of the scene itself, the first to be told; events: all that is new; trace: gives a story as it stands.
        """
        new: dict[str, list[StoredEvent]] = {id: [] for id in stories}
        for event in events:
            new.setdefault(event.correlation_id, []).append(event)
        yield from self.tell(trace(stories[0]), new[stories[0]])
        if len(stories) > 1:
            yield self.again([trace(id) for id in stories[1:]])
        others: dict[str, list[str]] = {}
        for id in [id for id in new if id not in stories]:
            if any(self._is_ours(event) for event in new[id]):
                yield from self.tell(trace(id), new[id])
            else:
                others.setdefault(self._meanwhile(trace(id), new[id]), []).append(id)
        for what, ids in others.items():
            often = f" in {len(ids):,} stories; one of them" if len(ids) > 1 else ""
            yield Passage(f"Meanwhile {what}{often}: `troupe trace {ids[0]}`.", "aside")

    def _is_ours(self, event: StoredEvent) -> bool:
        node = self.graph.events.get(event.type)
        return node is not None and node.domain == self.domain

    def tell(self, trace: Trace, new: Iterable[StoredEvent]) -> list[Passage]:
        """What is new in a story, in causal order, and how it stands now."""
        fresh = {event.item["sk"]["S"] for event in new}
        every = sorted((s for tree in trace.steps for _, s in tree.walk()), key=lambda step: _moment(step.event))
        steps = [step for step in every if step.event.item["sk"]["S"] in fresh]
        said = self._said.setdefault(trace.story.correlation_id, Salient())
        passages = []
        clock = None
        for decision in _decisions(steps):
            at = decision[0].event.metadata.occurred_at
            pause = (at - clock).total_seconds() if clock else 0.0
            clock = at
            passages.append(self._decision(trace, decision, said, pause))
            passages += [p for step in decision for p in self._hearers(trace, step, every)]
        return [*passages, *self._close(trace)]

    def again(self, traces: Sequence[Trace]) -> Passage:
        """Further stories like one that was told, in one sentence."""
        ends = Counter(trace.story.end.type if trace.story.end else "" for trace in traces)
        how = [f"{count:,} ended with {end}" if end else f"{count:,} did not end" for end, count in ends.items()]
        times = "once more" if len(traces) == 1 else f"{len(traces):,} times more"
        return Passage(f"The same {times}: {_listed(how)}.", "aside")

    def _meanwhile(self, trace: Trace, new: Sequence[StoredEvent]) -> str:
        who = dict.fromkeys(self._name(trace.who(event.source)) for event in new)
        return f"{_listed(who)} said {_listed(dict.fromkeys(event.type for event in new))}"

    def _decision(self, trace: Trace, steps: Sequence[Step], said: Salient, pause: float) -> Passage:
        event = steps[0].event
        causes = {c.id for c in event.metadata.causes}
        heard = [e for e in trace.story.events if e.metadata.id in causes and not e.divergent]
        after = f"{age(pause)} later " if pause >= _NOTICED_S else ""
        types = _listed(step.event.type for step in steps)
        if not causes and trace.who(event.source) not in self.graph.agents:
            begins = event is min(trace.story.events, key=_moment)
            opening = f"It begins with {types}." if begins else f"{after}somebody outside said {types}."
        else:
            opening = self._opening(trace, steps, heard, after, types)
        told = [sentence for step in steps for sentence in self._event(step, said)]
        wrong = any(step.event.metadata.failure or step.note in ("superseded", "divergent") for step in steps)
        tone: Tone = "goes wrong" if wrong else "goes on" if causes else "begins"
        return Passage(" ".join(filter(None, [_capital(opening), *told])), tone)

    def _opening(
        self, trace: Trace, steps: Sequence[Step], heard: Sequence[StoredEvent], after: str, types: str
    ) -> str:
        first, who = steps[0], trace.who(steps[0].event.source)
        entered = self._entrance(who)
        name = "it" if entered else self._name(who)
        causes = _listed(dict.fromkeys(e.type for e in heard))
        wrong = first.event.metadata.failure
        mending = any(self._undoes(step.event) for step in steps) or (
            not wrong and not first.event.metadata.terminal and any(e.metadata.failure for e in heard)
        )
        lead = f"{'to put that right, ' if mending else 'but ' if wrong and heard else ''}{after}"
        attempt = f" at attempt {first.attempt}" if first.attempt > 1 else ""
        if first.event.type == AgentFailed.type_name():
            return f"{entered}{_capital(lead + name)} gave up on {causes}{attempt} and said {types}."
        did = f" heard {causes}{attempt} and said" if heard else " said, on its own account,"
        return f"{entered}{_capital(lead + name)}{did} {types}."

    def _undoes(self, event: StoredEvent) -> bool:
        node = self.graph.events.get(event.type)
        return node is not None and bool(node.terms.undoes)

    def _entrance(self, who: str) -> str:
        """The agent's introduction; empty when it has been introduced."""
        agent = self.graph.agents.get(who)
        if agent is None or who in self._introduced or not agent.doc:
            return ""
        self._introduced.add(who)
        return f"Enter {self._name(who)}: {_lower(_sentence(agent.doc))} "

    def _event(self, step: Step, said: Salient) -> list[str]:
        event = step.event
        node = self.graph.events.get(event.type)
        doc = _sentence(node.doc) if node and event.type not in self._explained else ""
        self._explained.add(event.type)
        fields = said.of(event.data)
        told = [f"{doc.rstrip('.')} ({fields})." if doc and fields else f"{_capital(fields)}." if fields else doc]
        if step.note == "superseded":
            told.append("That came too late: the story had ended already.")
        if step.note == "divergent":
            told.append("Another event has this id, so both are kept and an alarm is raised.")
        return told

    def _hearers(self, trace: Trace, step: Step, every: Sequence[Step]) -> list[Passage]:
        """Who heard an event and said nothing, or waits for what belongs with it."""
        passages = []
        event = step.event
        answered = defaultdict(list)
        for other in every:
            for cause in other.event.metadata.causes:
                answered[trace.who(other.event.source), cause.id].append(other)
        waiting = {work.agent for work in step.waiting}
        for agent, handler in self._subscribed(event):
            answers = answered[agent.id, event.metadata.id]
            name = self._name(agent.id)
            if handler.is_join:
                last = max((a.event.metadata.causes for a in answers), key=len, default=())
                missing = _later(event, last, every)
                if missing:
                    passages.append(Passage(f"{_capital(name)} notes it, and waits for {_listed(missing)}.", "aside"))
            elif not answers and agent.id not in waiting and not event.divergent:
                entered = self._entrance(agent.id)
                silent = "said nothing" if handler.publishes else "acted on it, which is no event"
                heard = f"{'It' if entered else _capital(name)} heard {event.type} and {silent}."
                passages.append(Passage(entered + heard, "aside"))
        return passages

    def _subscribed(self, event: StoredEvent) -> Iterable[tuple[AgentPart, HandlerPart]]:
        from troupe.choreography.patterns import matches

        for agent in self.agents:
            for handler in agent.handlers:
                if handler.side_of(event.type) and (not handler.where or matches(handler.where, event.envelope.data)):
                    yield agent, handler

    def _close(self, trace: Trace) -> list[Passage]:
        story = trace.story
        waiting = [str(work).rstrip(".") for tree in trace.steps for _, step in tree.walk() for work in step.waiting]
        still = f" Still open: {'; '.join(waiting)}." if waiting else ""
        if story.end is not None:
            so = "So it ended" if not story.end.metadata.failure else "So it ended, though not as hoped,"
            took = trace.took_ms / 1000
            after = f" after {age(took)}" if took >= _NOTICED_S else ""
            told = Passage(f"{so} with {story.end.type}{after}.{still}", "ends")
        elif any(event.type in _STUCK for event in story.events):
            told = Passage(f"It has no end: it is stuck.{still}", "stuck")
        else:
            told = Passage(f"It has no end so far.{still}", "stuck" if waiting else "ends")
        return [told, Passage(f"troupe trace {story.correlation_id}", "trace")]

    def _name(self, who: str) -> str:
        domain, _, name = who.partition(".")
        return f"the {name}" if domain == PLATFORM else name if domain == self.domain else who


def narrator(root: Path, domain: str, agents: Sequence[AgentPart]) -> Narrator:
    """Who tells a domain's demo; raises DiscoveryError or SignatureError."""
    return Narrator(read_project(root), agents, domain)


def _moment(event: StoredEvent) -> tuple[Any, ...]:
    m = event.metadata
    return m.occurred_at, m.depth, event.recorded, m.id


def _decisions(steps: Sequence[Step]) -> list[list[Step]]:
    """Steps that one agent said because of the same events belong together; each root is alone."""
    together: dict[Any, list[Step]] = {}
    for step in steps:
        causes = tuple(sorted(c.id for c in step.event.metadata.causes))
        key = (step.event.source, causes, step.note) if causes else step.event.item["sk"]["S"]
        together.setdefault(key, []).append(step)
    return list(together.values())


def _later(event: StoredEvent, causes: Iterable[Any], every: Sequence[Step]) -> list[str]:
    """The types of those causes of a join that were told after this one."""
    order = [step.event for step in every]
    ids = {cause.id for cause in causes}
    position = next((i for i, e in enumerate(order) if e.metadata.id == event.metadata.id), 0)
    return list(dict.fromkeys(e.type for e in order[position + 1 :] if e.metadata.id in ids))


def _sentence(doc: str) -> str:
    """The first sentence."""
    text = " ".join(doc.split("\n\n")[0].split())
    end = next((i for i, c in enumerate(text) if c in ".!?" and text[i + 1 : i + 2] in ("", " ")), None)
    return text if end is None else text[: end + 1]


def _listed(words: Iterable[str] | Mapping[str, Any]) -> str:
    all = list(words)
    return all[0] if len(all) == 1 else f"{', '.join(all[:-1])} and {all[-1]}" if all else ""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lower(text: str) -> str:
    """The same within a sentence; an abbreviation such as SQL stays as it is."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
