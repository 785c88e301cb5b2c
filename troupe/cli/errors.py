"""The one place where an error becomes a sentence and an exit code."""

from __future__ import annotations

import traceback
from pathlib import Path

from troupe.cli.terminal import err, line

FAILED, USAGE, INTERRUPTED, FAULT = 1, 2, 130, 70


class Terminated(BaseException):
    """A signal has told the process to end; an exception, so that whatever is open is closed on the way out."""


def tell(error: BaseException, root: Path) -> int:
    """Says on stderr what went wrong; returns the exit code.

    An exception class of the engine carries a sentence for the person at the keyboard. Any other is a fault
    of the engine itself: its traceback is kept in a file, so that it can be reported.
    """
    if isinstance(error, KeyboardInterrupt):
        err().print("Stopped; nothing is left half-done.")
        return INTERRUPTED
    if isinstance(error, Terminated):
        return 128 + int(error.args[0])
    told = line(error).replace(f"{root}/", "")
    if type(error).__module__.startswith("troupe."):
        err().print(told)
        return FAILED
    err().print(f"This is a fault in Troupe: {type(error).__name__}: {told}. {_kept(error, root)}")
    return FAULT


def _kept(error: BaseException, root: Path) -> str:
    path = root / ".troupe" / "fault.txt"
    try:
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(traceback.format_exception(error)), encoding="utf-8", errors="replace")
    except OSError as denied:
        return f"Its details could not be kept ({denied.strerror}); run from a folder that can be written."
    return f"Its details are in {path.relative_to(root)}; please report them."
