"""`troupe orphans`: agents that are deployed and have no folder any more."""

from __future__ import annotations

from typing import Annotated

import typer

from troupe.cli import project
from troupe.cli.terminal import line, out


def orphans(
    stage: Annotated[str, typer.Option("--stage", help="The deployed stage; cdk.json says what belongs to it.")],
    destroy: Annotated[
        bool, typer.Option("--destroy", help="Silence them, and destroy those whose queues are empty.")
    ] = False,
) -> int:
    """List deployed agents whose folder is gone; with --destroy, drain and destroy them."""
    from troupe.local import assembly
    from troupe.local.synth import synth
    from troupe.operations import orphans as deployed
    from troupe.operations.reach import reached

    root = project.root()
    console, left = out(), 0
    # Not cdk.out: the last synth may have been of some domains only, or of another stage.
    kept = {stack.name for stack in assembly.read(synth(root, stage))}
    with reached(root, stage) as here:
        for orphan in deployed.orphans(here.names, kept):
            console.print(f"{line(orphan.agent)} is deployed as {line(orphan.stack)} and has no folder any more.")
            if not destroy:
                left += 1
                continue
            deployed.silence(orphan, here.names)
            if depths := deployed.waiting(orphan):
                left += 1
                held = ", ".join(f"{depth} in {queue}" for queue, depth in depths.items())
                console.print(
                    f"  It hears nothing new; {line(held)}. Redrive or drop dead letters, then run this again."
                )
            else:
                deployed.destroy(orphan)
                console.print("  Its queues are empty; its stack is being deleted.")
    if left and not destroy:
        console.print(f"Drain and destroy: .venv/bin/troupe orphans --stage {line(stage)} --destroy")
    return 0
