"""Keeps one PostgreSQL server alive for as long as somebody uses it: the script that `postgres.py` starts.

It runs apart from every user, in a session of its own, so that neither Ctrl-C nor `kill -9` of a user
leaves a server behind: the kernel drops a dead user's shared lock, and the last drop wakes this script.
Only the standard library is imported; it starts within milliseconds.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

START_S = 30.0


def main(plan: dict[str, Any]) -> None:
    """Starts the server, says `ready` or why not on stdout, and waits until nobody uses it any more."""
    data = Path(plan["data"])
    keeper_lock = open(plan["keeper_lock"], "w")  # noqa: SIM115 - held until this process ends
    users_lock = open(plan["users_lock"], "w")  # noqa: SIM115
    fcntl.flock(keeper_lock, fcntl.LOCK_EX)
    server = _start(plan)
    if not _becomes_ready(server, data):
        server.kill()
        server.wait()
        _say(_reason(Path(plan["log"])))
        return
    signal.signal(signal.SIGTERM, lambda *_: server.send_signal(signal.SIGINT))
    _say("ready")
    threading.Thread(target=_stop_when_unused, args=(users_lock, server), daemon=True).start()
    server.wait()
    with suppress(OSError):
        os.rmdir(plan["sockets"])
    # In this order: whoever then gets the users' lock must find no keeper, and start a new one.
    keeper_lock.close()
    users_lock.close()


def _start(plan: dict[str, Any]) -> subprocess.Popen[bytes]:
    # Our own stderr is the log file.
    return subprocess.Popen(  # noqa: S603 - our own command line
        plan["command"], stdin=subprocess.DEVNULL, stdout=sys.stderr, stderr=sys.stderr, cwd="/", **plan["identity"]
    )


def _becomes_ready(server: subprocess.Popen[bytes], data: Path) -> bool:
    """Waits for the status that the server writes into the last line of its pid file."""
    deadline = time.monotonic() + START_S
    while server.poll() is None and time.monotonic() < deadline:
        try:
            lines = (data / "postmaster.pid").read_text().splitlines()
        except OSError:
            lines = []
        if len(lines) >= 8 and lines[0].strip() == str(server.pid) and lines[7].strip() == "ready":
            return True
        time.sleep(0.005)
    return False


def _stop_when_unused(users_lock: Any, server: subprocess.Popen[bytes]) -> None:
    fcntl.flock(users_lock, fcntl.LOCK_EX)  # granted when the last user's shared lock is gone
    server.send_signal(signal.SIGINT)  # a fast shutdown: ends sessions, writes a checkpoint


def _reason(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()
    fatal = [line.partition("FATAL:")[2].strip() for line in lines if "FATAL:" in line]
    return fatal[0] if fatal else (lines[-1] if lines else f"it was not ready after {START_S:.0f} s")


def _say(line: str) -> None:
    try:
        print(line, flush=True)
    except BrokenPipeError:  # the user that started us is gone already
        return
    finally:
        devnull = os.open(os.devnull, os.O_WRONLY)
        os.dup2(devnull, 1)
        os.close(devnull)


if __name__ == "__main__":
    if os.fork() == 0:  # nobody's child: no user has to wait for it
        main(json.loads(sys.argv[1]))
