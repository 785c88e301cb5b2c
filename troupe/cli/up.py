"""`troupe up`: the local cloud, running until it is told to stop."""

from __future__ import annotations

import json
import threading
import zlib
from contextlib import suppress
from datetime import datetime
from typing import Annotated

import typer
from rich.text import Text

from troupe.cli import project
from troupe.cli.terminal import err, line, out, plain

_COLOURS = ("cyan", "green", "yellow", "magenta", "blue", "bright_cyan", "bright_green", "bright_magenta")
_LEVELS = {"WARNING": "yellow", "ERROR": "red", "CRITICAL": "red"}
_UNSAID = {"level", "message", "timestamp", "location", "service", "exception", "exception_name", "stack_trace"}
_UNSAID |= {"message_id", "event_id", "xray_trace_id", "fingerprint"}
"""What a log line holds beside what a person at the terminal wants to see."""


def up(
    port: Annotated[int, typer.Option(help="Of the AWS endpoint on 127.0.0.1; 0 for any that is free.")] = 4566,
    db: Annotated[
        str, typer.Option(metavar="URL", envvar="TROUPE_DB", show_envvar=False, help="A PostgreSQL to work on.")
    ] = "",
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget what was accepted earlier.")] = False,
    name: Annotated[str, typer.Option(help="Another name keeps another state under .troupe.")] = "up",
) -> int:
    """Run all agents on this machine, each in a process of its own, until Ctrl-C."""
    from troupe.local.up.live import LiveCloud

    try:
        with LiveCloud.boot(project.root(), port=port, tell=_tell, warehouse=db, fresh=fresh, name=name) as cloud:
            console = out()
            console.print(f"The troupe is up: {len(cloud.state()['agents'])} agents. Ctrl-C ends it.")
            console.print('Ask it:     troupe ask "…"    Look: troupe agents, troupe trace last')
            console.print("Look inside with the AWS CLI or boto3:")
            for exported in cloud.exports():
                console.print(f"  {exported}")
            threading.Event().wait()
    except KeyboardInterrupt:
        err().print("The troupe has left; what was accepted waits for the next `troupe up`.")
    return 0


def _tell(who: str, text: str) -> None:
    """One line of an agent or of the engine: time, who, what."""
    said = _said(text)
    if said is None:
        return
    colour = "bold" if who == "troupe" else _COLOURS[zlib.crc32(who.encode()) % len(_COLOURS)]
    prefix = Text.assemble((f"{datetime.now():%H:%M:%S} ", "dim"), (f"{line(who):<24} ", colour))
    err().print(Text.assemble(prefix, said))


def _said(text: str) -> Text | None:
    """A line as people read it: structured log lines by level and message, metrics not at all."""
    entry = None
    if text.startswith("{"):
        with suppress(ValueError):
            entry = json.loads(text)
    if not isinstance(entry, dict):
        return Text(plain(text))
    if "_aws" in entry:
        return None
    if "message" not in entry:
        return Text(plain(text))
    level = str(entry.get("level", ""))
    more = " ".join(f"{key}={_value(value)}" for key, value in entry.items() if key not in _UNSAID)
    shown = Text.assemble((line(entry["message"]), _LEVELS.get(level, "")), (f"  {line(more)}", "dim"))
    if entry.get("exception"):
        shown.append("\n" + plain(entry["exception"]), style="dim")
    return shown


def _value(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
