"""Old against new: what agents decided when it happened, and what they decided in a replay of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from troupe.event_store.batches import batch_get
from troupe.event_store.read import Reader, Story
from troupe.operations.replay.manifest import Entry, Manifest, ReplayError
from troupe.runtime.decisions import DecisionKey, Decisions
from troupe.runtime.envelope import Envelope
from troupe.runtime.incidents import AgentFailed
from troupe.runtime.joins import JoinKey
from troupe.runtime.parts import AgentPart, HandlerPart
from troupe.runtime.payloads import Payloads
from troupe.runtime.rehearsal import Replay

Verdict = Literal["same", "types", "end", "fields", "undecided"]
VERDICTS: tuple[Verdict, ...] = ("types", "end", "fields", "undecided", "same")
"""The gravest first."""
_ABSENT = object()


@dataclass(frozen=True)
class Said:
    """One event that a decision published, or would have."""

    type: str
    terminal: bool
    fields: Mapping[str, Any]
    """Path, such as `rows[0].total`, → value."""


@dataclass(frozen=True)
class Outcome:
    """One decision."""

    said: tuple[Said, ...]
    end: str = ""
    """The type of the event that ended the story: in a reprocess of the whole story, else of this decision alone."""

    @property
    def types(self) -> tuple[str, ...]:
        return tuple(s.type for s in self.said)

    def __str__(self) -> str:
        return ", ".join(self.types) or "nothing"


@dataclass(frozen=True)
class Change:
    """One field that differs. None stands for one that is not there."""

    path: str
    old: Any
    new: Any


@dataclass(frozen=True)
class Comparison:
    """One event at one agent: what was decided then, and in each run of the replay."""

    entry: Entry
    old: Outcome | None
    """None: it was not decided, or that is not known any more."""
    new: tuple[Outcome | None, ...]
    """Per repeat; None: not decided (yet)."""
    ignore: frozenset[str] = field(default_factory=frozenset)

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """Per repeat the gravest difference."""
        return tuple(self._verdict(outcome) for outcome in self.new)

    @property
    def verdict(self) -> Verdict:
        """The gravest of all."""
        return min(self.verdicts, key=VERDICTS.index)

    @property
    def distribution(self) -> Counter[str]:
        """How often what was published; the old one is not counted."""
        return Counter("undecided" if outcome is None else str(outcome) for outcome in self.new)

    def changes(self, repeat: int) -> list[Change]:
        """The fields that differ in this run, where the types agree."""
        return self._changes(self.new[repeat])

    def _changes(self, outcome: Outcome | None) -> list[Change]:
        if outcome is None or self.old is None or outcome.types != self.old.types:
            return []
        found = []
        for number, (old, new) in enumerate(zip(self.old.said, outcome.said, strict=True)):
            where = old.type if len(self.old.said) == 1 else f"{old.type}[{number}]"
            for path in sorted(old.fields.keys() | new.fields.keys()):
                before, after = old.fields.get(path, _ABSENT), new.fields.get(path, _ABSENT)
                if not _same(before, after) and not self._is_ignored(path):
                    found.append(Change(f"{where}.{path}", _shown(before), _shown(after)))
        return found

    def _verdict(self, outcome: Outcome | None) -> Verdict:
        if outcome is None:
            return "undecided"
        if self.old is None or outcome.types != self.old.types:
            return "types"
        if outcome.end != self.old.end:
            return "end"
        return "fields" if self._changes(outcome) else "same"

    def _is_ignored(self, path: str) -> bool:
        return any(path == name or path.startswith((f"{name}.", f"{name}[")) for name in self.ignore)


@dataclass(frozen=True)
class Judge:
    """What a comparison is made with."""

    reader: Reader
    dynamodb: Any
    decisions: str
    """The decision table's name."""
    payloads: Payloads
    agents: tuple[AgentPart, ...]
    app: str

    def compare(self, manifest: Manifest, ignore: Iterable[str] = ()) -> Iterator[Comparison]:
        """Every event of the replay, in the order of sending; for a join, once per waiting that it completed.

        ignore: fields, with all that is in them, that may differ, such as `generated_at` or `rows[0]`. Raises
        ReplayError for a redeliver, which decides nothing anew.
        """
        if manifest.mode == "redeliver":
            raise ReplayError(f"{manifest.id} delivered the same again; only a whatif or a reprocess decides anew.")
        skip = frozenset(ignore)
        parts = {(a.id, h.name): h for a in self.agents for h in a.handlers}
        stories: dict[str, Story] = {}
        compared: set[tuple[str, str, tuple[str, ...]]] = set()
        for start in range(0, len(manifest.entries), 100):
            chunk = manifest.entries[start : start + 100]
            causes = self._causes(chunk, parts)
            runs = [Replay(manifest.id, manifest.mode, n).namespace for n in range(manifest.repeat)]
            keys = {
                (entry, namespace): DecisionKey(entry.agent, entry.handler, namespace, causes[entry]).pk
                for entry in chunk
                for namespace in ("", *runs)
            }
            found = Decisions(self.decisions, 0).look_up(keys.values()).outputs
            for entry in chunk:
                place = (entry.agent, entry.handler, causes[entry])
                if place in compared:
                    continue
                compared.add(place)
                if entry.correlation_id not in stories:
                    # Entries come in order of recording: the stories of a while ago are not needed any more.
                    if len(stories) > 200:
                        stories.clear()
                    stories[entry.correlation_id] = self.reader.story(entry.correlation_id)
                story = stories[entry.correlation_id]
                old = found.get(keys[entry, ""])
                if old is None:
                    old = self._stored(entry, causes[entry], story)
                whole = manifest.mode == "reprocess"
                yield Comparison(
                    entry,
                    self._outcome(old, story, "" if whole else None),
                    tuple(self._outcome(found.get(keys[entry, n]), story, n if whole else None) for n in runs),
                    skip,
                )

    def _causes(
        self, entries: Iterable[Entry], parts: Mapping[tuple[str, str], HandlerPart]
    ) -> dict[Entry, tuple[str, ...]]:
        """What keys the decision: the event itself, and for a join all that it had waited for."""
        causes: dict[Entry, tuple[str, ...]] = {entry: (entry.event_id,) for entry in entries}
        joins: dict[str, list[Entry]] = {}
        for entry in causes:
            handler = parts.get((entry.agent, entry.handler))
            if handler and handler.is_join:
                joins.setdefault(self._waiting(entry, handler), []).append(entry)
        places = [{"pk": {"S": pk}} for pk in joins]
        for item in batch_get(self.dynamodb, self.decisions, places):
            arrived = tuple(sorted(v["S"] for k, v in item.items() if k.startswith("id_")))
            for entry in joins[item["pk"]["S"]]:
                if entry.event_id in arrived:
                    causes[entry] = arrived
        return causes

    def _waiting(self, entry: Entry, handler: HandlerPart) -> str:
        value = ""
        if handler.join_on:
            events = self.reader.story(entry.correlation_id).events
            data: Any = next((e.data for e in events if e.id == entry.event_id and not e.divergent), {})
            value = str(data.get(handler.join_on, "")) if isinstance(data, dict) else ""
        return JoinKey(entry.agent, entry.handler, "", entry.correlation_id, value).pk

    def _stored(self, entry: Entry, causes: tuple[str, ...], story: Story) -> list[Envelope] | None:
        """What the store says was published, where the decision is not there any more or the handler's name changed."""
        said = [
            e.envelope
            for e in story.events
            if e.source == f"{self.app}.{entry.agent}"
            and not e.metadata.namespace
            and e.type != AgentFailed.type_name()
            and {c.id for c in e.metadata.causes} == set(causes)
        ]
        return said or None

    def _outcome(self, outputs: list[Envelope] | None, story: Story, namespace: str | None) -> Outcome | None:
        """namespace: that of the story whose end counts; None: this decision's own."""
        if outputs is None:
            return None
        said = tuple(Said(e.type, e.metadata.terminal, dict(_fields("", self.payloads.fetch(e)))) for e in outputs)
        if namespace is None:
            end = next((s.type for s in said if s.terminal), "")
        else:
            end = story.status.get(namespace, {}).get("end_type", "")
        return Outcome(said, end)


def _fields(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from _fields(f"{path}.{name}" if path else str(name), inner)
    elif isinstance(value, list) and value:
        for number, inner in enumerate(value):
            yield from _fields(f"{path}[{number}]", inner)
    else:
        yield path, value


def _same(old: Any, new: Any) -> bool:
    return type(old) is type(new) and bool(old == new)


def _shown(value: Any) -> Any:
    return None if value is _ABSENT else value
