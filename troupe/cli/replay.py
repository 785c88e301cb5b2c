"""`troupe replay`: recorded events to an agent again; what would be decided differently today."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from troupe.cli import project
from troupe.cli.terminal import err, line, out

if TYPE_CHECKING:
    from troupe.operations.replay.diff import Comparison
    from troupe.operations.replay.manifest import Manifest

replay = typer.Typer(no_args_is_help=True, help="Send recorded events to an agent again; compare old and new.")

Id = Annotated[str, typer.Argument(metavar="ID", help="A replay's.")]
Stage = Annotated[str, typer.Option("--stage", help="A deployed stage; without it, this machine.")]
Database = Annotated[
    str, typer.Option("--db", metavar="URL", envvar="TROUPE_DB", show_envvar=False, help="A PostgreSQL to work on.")
]
_SHOWN = 20


@replay.command()
def run(
    id: Annotated[str, typer.Argument(metavar="[ID]", help="A frozen or interrupted replay, to go on with.")] = "",
    to: Annotated[list[str] | None, typer.Option(help="The agent that gets the events; may be repeated.")] = None,
    correlation: Annotated[list[str] | None, typer.Option(help="A story; may be repeated.")] = None,
    subtree: Annotated[str, typer.Option(metavar="EVENT", help="Of the story: this event and what followed.")] = "",
    since: Annotated[str, typer.Option(help="Recorded since: 2h, 7d, 2026-11-23T10:30.")] = "",
    until: Annotated[str, typer.Option(help="Recorded before; by default now.")] = "",
    type_: Annotated[list[str] | None, typer.Option("--type", help="Only events of this type.")] = None,
    failed: Annotated[bool, typer.Option("--failed", help="Only what the agent failed on.")] = False,
    open_: Annotated[bool, typer.Option("--open", help="Only what has not been decided on.")] = False,
    mode: Annotated[
        str, typer.Option(help="redeliver: finish work; whatif: think again, say nothing; reprocess: do it anew.")
    ] = "redeliver",
    repeat: Annotated[int, typer.Option(min=1, max=1000, help="How often to think about each event (whatif).")] = 1,
    reason: Annotated[str, typer.Option(help="Why; it is kept for ever. A reprocess needs one.")] = "",
    rate: Annotated[float, typer.Option(min=0.01, max=1000, help="Messages per second, at most.")] = 10,
    yes: Annotated[bool, typer.Option("--yes", help="Send; without this it is only selected and frozen.")] = False,
    stage: Stage = "",
    db: Database = "",
) -> int:
    """Select recorded events and send them straight to the named agents; nobody else hears them."""
    from troupe.cli.replaying import at, wish
    from troupe.operations.replay.manifest import ReplayError

    selecting = bool(to or correlation or subtree or since or until or type_ or failed or open_)
    if id and selecting:
        raise ReplayError("Either a replay's id or a selection; what is frozen is not selected again.")
    wanted = None
    if not id:
        wanted = wish(
            to=tuple(to or ()),
            correlations=tuple(correlation or ()),
            subtree=subtree,
            since=since,
            until=until,
            types=tuple(type_ or ()),
            failed=failed,
            open=open_,
            mode=mode,
            repeat=repeat,
            reason=reason,
        )
    # Of what is frozen only its manifest knows the mode; on this machine a whatif needs another cloud.
    whatif = wanted.mode == "whatif" if wanted else id_is_whatif(id, stage)
    with at(project.root(), stage, whatif=whatif, db=db) as place:
        manifest = place.shelf.get(id) if wanted is None else place.freeze(wanted)
        _show(manifest, place.preview(manifest))
        if not yes:
            err().print(f"Nothing was sent. To send it: troupe replay run {manifest.id} --yes")
            return 0
        for progress in place.run(manifest, rate):
            if progress.state == "running":
                err().print(f"· {progress.sent} of {manifest.total} sent")
        out().print(f"{manifest.id}: {progress.sent} sent.")
        if manifest.mode != "redeliver":
            out().print(f"What is different now: troupe replay diff {manifest.id}")
    return 0


@replay.command()
def diff(
    id: Id,
    ignore: Annotated[list[str] | None, typer.Option(help="A field that may differ; may be repeated.")] = None,
    json_: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    stage: Stage = "",
) -> int:
    """Compare what was decided then with what the replay decided. Exit code 1 when anything differs."""
    from troupe.cli.replaying import at
    from troupe.operations.replay.diff import VERDICTS

    with at(project.root(), stage, whatif=True) as place:
        manifest = place.shelf.get(id)
        compared = list(place.judge.compare(manifest, ignore or ()))
    counts: dict[str, int] = {verdict: sum(c.verdict == verdict for c in compared) for verdict in VERDICTS}
    if json_:
        print(json.dumps(_as_json(manifest, compared, counts), ensure_ascii=False, default=str))
    else:
        _tell(manifest, compared, counts)
    return 0 if counts["same"] == len(compared) else 1


@replay.command("list")
def list_(stage: Stage = "") -> int:
    """List the latest replays and how far they have come."""
    from troupe.cli.replaying import at

    with at(project.root(), stage, whatif=True) as place:
        ids = list(place.shelf.ids())[-_SHOWN:]
        found = [(place.shelf.get(id), place.shelf.progress(id)) for id in ids]
    if not found:
        out().print("There are no replays.")
    for manifest, progress in found:
        to = ", ".join(manifest.agents) or "nobody"
        out().print(
            f"{manifest.id}  {progress.state}  {progress.sent} of {manifest.total} sent  {manifest.mode} → {to}"
            f"  by {line(manifest.by)}"
        )
        said = [line(manifest.selection), line(manifest.reason), line(progress.why)]
        out().print(f"    {'; '.join(filter(None, said))}")
    return 0


@replay.command()
def cancel(id: Id, stage: Stage = "") -> int:
    """End a replay where it stands. What was sent stays sent."""
    from troupe.cli.replaying import at

    with at(project.root(), stage, whatif=id_is_whatif(id, stage)) as place:
        progress = place.cancel(place.shelf.get(id))
    out().print(f"{id} is cancelled; {progress.sent} messages had been sent.")
    return 0


def id_is_whatif(id: str, stage: str) -> bool:
    """Whether a replay is a whatif, which on this machine runs in a cloud of its own."""
    from troupe.cli.replaying import at

    if stage:
        return False
    with at(project.root(), stage, whatif=True) as place:
        return place.shelf.get(id).mode == "whatif"


def _show(manifest: Manifest, preview: dict[str, Any]) -> None:
    console = out()
    times = f", {manifest.repeat} times each" if manifest.repeat > 1 else ""
    count = len(manifest.entries)
    events = f"{count} event{'' if count == 1 else 's'}{times}"
    console.print(f"{manifest.id}: {manifest.mode} of {events} ({line(manifest.selection)})")
    for agent, told in preview.items():
        kinds = ", ".join(f"{n} × {line(type_)}" for type_, n in sorted(told["types"].items()))
        console.print(f"  → {agent}  {kinds}")
        console.print(f"    uses {', '.join(told['needs']) or 'nothing outside'}")
        console.print(f"    {told['downstream']}")
    for left in manifest.left_out[:_SHOWN]:
        console.print(f"  left out: {line(left.type)} {line(left.event_id)} → {left.agent}: {line(left.reason)}")
    if len(manifest.left_out) > _SHOWN:
        console.print(f"  and {len(manifest.left_out) - _SHOWN} more left out")


def _tell(manifest: Manifest, compared: list[Comparison], counts: dict[str, int]) -> None:
    console = out()
    words = {
        "types": "with other events", "end": "with another end", "fields": "with other fields",
        "undecided": "undecided", "same": "the same",
    }  # fmt: skip
    summary = ", ".join(f"{n} {words[verdict]}" for verdict, n in counts.items() if n)
    console.print(f"{manifest.id}: {manifest.mode} of {len(compared)} decisions: {summary or 'nothing to compare'}")
    different = [c for c in compared if c.verdict != "same"]
    for comparison in different[:_SHOWN]:
        entry = comparison.entry
        console.print(f"{line(entry.type)} {line(entry.event_id)} of {line(entry.correlation_id)} at {entry.agent}")
        old = str(comparison.old) if comparison.old is not None else "not decided"
        runs = len(comparison.new)
        new = ", ".join(
            f"{line(what)} ({n} of {runs})" if runs > 1 else line(what)
            for what, n in comparison.distribution.most_common()
        )
        console.print(f"    {line(old)} → {new}")
        if comparison.old is not None and comparison.verdict == "end":
            ends = [outcome.end or "none" for outcome in comparison.new if outcome is not None]
            console.print(f"    end: {comparison.old.end or 'none'} → {', '.join(sorted(set(ends)))}")
        for path, values in _changed(comparison).items():
            console.print(f"    {line(path)}: {' | '.join(values)}")
    if len(different) > _SHOWN:
        console.print(f"and {len(different) - _SHOWN} more; all of them with --json")


def _changed(comparison: Comparison) -> dict[str, list[str]]:
    """Per field what it was and what it is, with how often where it was thought about repeatedly."""
    from collections import Counter

    runs = len(comparison.new)
    found: dict[str, tuple[str, Counter[str]]] = {}
    for number in range(runs):
        for change in comparison.changes(number):
            old, new = (line(json.dumps(v, ensure_ascii=False, default=str))[:200] for v in (change.old, change.new))
            found.setdefault(change.path, (old, Counter()))[1][new] += 1
    return {
        path: [f"{old} → {new} ({n} of {runs})" if runs > 1 else f"{old} → {new}" for new, n in counter.most_common()]
        for path, (old, counter) in list(found.items())[:_SHOWN]
    }


def _as_json(manifest: Manifest, compared: list[Comparison], counts: dict[str, int]) -> dict[str, Any]:
    return {
        "replay": manifest.id,
        "mode": manifest.mode,
        "repeat": manifest.repeat,
        "counts": counts,
        "decisions": [
            {
                "agent": c.entry.agent,
                "type": c.entry.type,
                "event": c.entry.event_id,
                "correlation": c.entry.correlation_id,
                "verdict": c.verdict,
                "old": list(c.old.types) if c.old else None,
                "old_end": c.old.end if c.old else None,
                "runs": [
                    {
                        "verdict": verdict,
                        "types": list(outcome.types) if outcome else None,
                        "end": outcome.end if outcome else None,
                        "fields": [{"path": f.path, "old": f.old, "new": f.new} for f in c.changes(n)],
                    }
                    for n, (outcome, verdict) in enumerate(zip(c.new, c.verdicts, strict=True))
                ],
            }
            for c in compared
        ],
    }
