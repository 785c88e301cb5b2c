"""The entry: puts the verbs together and turns whatever happens into an exit code."""

from __future__ import annotations

import signal
import sys
from types import FrameType

import typer
from typer.exceptions import Abort, Exit, TyperException

from troupe.cli import project
from troupe.cli.check import check
from troupe.cli.errors import USAGE, tell
from troupe.cli.graph import graph
from troupe.cli.new import new
from troupe.cli.terminal import err, line

app = typer.Typer(
    name="troupe",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Agents that react to events, with nobody conducting. This runs, shows and checks them.",
)
app.command()(check)
app.command()(graph)
app.add_typer(new, name="new")


def main() -> None:
    """Runs the command line; ends the process: 0 done, 1 not possible, 2 misused, 130 stopped by Ctrl-C."""
    signal.signal(signal.SIGTERM, _terminate)
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Runs one command; returns its exit code."""
    try:
        return int(app(arguments, prog_name="troupe", standalone_mode=False) or 0)
    except Exit as done:
        return done.exit_code
    except TyperException as misuse:
        said = misuse.format_message()
        err().print(said if "\n" in said else f"{line(said)} See `troupe --help`.")
        return USAGE
    except BrokenPipeError:
        sys.stdout = None  # whoever read us has left; there is nobody to tell at exit either
        return 0
    except Abort:
        return tell(KeyboardInterrupt(), project.root())
    except (Exception, KeyboardInterrupt) as error:
        return tell(error, project.root())


def _terminate(number: int, _: FrameType | None) -> None:
    # As an exception, so that whatever is open is closed on the way out.
    raise SystemExit(128 + number)
