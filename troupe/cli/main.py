"""The entry: puts the verbs together and turns whatever happens into an exit code."""

from __future__ import annotations

import signal
import sys
from types import FrameType

import typer
from typer.exceptions import TyperException

from troupe.cli import project
from troupe.cli.agents import agents
from troupe.cli.ask import ask
from troupe.cli.check import check
from troupe.cli.demo import demo
from troupe.cli.dlq import dlq
from troupe.cli.errors import INTERRUPTED, USAGE, Terminated, tell
from troupe.cli.events import events
from troupe.cli.graph import graph
from troupe.cli.inbox import inbox
from troupe.cli.new import new
from troupe.cli.orphans import orphans
from troupe.cli.publish import publish
from troupe.cli.replay import replay
from troupe.cli.simulate import simulate
from troupe.cli.terminal import err, line
from troupe.cli.trace import trace
from troupe.cli.up import up
from troupe.cli.verify import verify

app = typer.Typer(
    name="troupe",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Agents that react to events, with nobody conducting. This runs, shows and checks them.",
)
for verb in (ask, demo, up, publish, trace, events, verify, agents, graph, check, simulate, orphans):
    app.command()(verb)
app.add_typer(new, name="new")
app.add_typer(dlq, name="dlq")
app.add_typer(inbox, name="inbox")
app.add_typer(replay, name="replay")


def main() -> None:
    """Runs the command line; ends the process: 0 done, 1 not possible, 2 misused, 130 stopped by Ctrl-C."""
    signal.signal(signal.SIGTERM, _terminate)
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Runs one command; returns its exit code."""
    try:
        code = int(app(arguments, prog_name="troupe", standalone_mode=False) or 0)
        # typer turns Ctrl-C into this code without a word.
        return tell(KeyboardInterrupt(), project.root()) if code == INTERRUPTED else code
    except TyperException as misuse:
        said = misuse.format_message()
        err().print(said if "\n" in said else f"{line(said)} See `troupe --help`.")
        return USAGE
    except BrokenPipeError:
        sys.stdout = None  # whoever read us has left; there is nobody to tell at exit either
        return 0
    except (Exception, KeyboardInterrupt, Terminated) as error:
        return tell(error, project.root())


def _terminate(number: int, _: FrameType | None) -> None:
    raise Terminated(number)
