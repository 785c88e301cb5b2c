"""What an agent's process runs: AWS's own runtime client, and an eye on whoever started it.

Standard input is a pipe that nobody writes to. The kernel closes it however the other side ends, `kill -9` included,
and then this process ends too: no agent outlives its cloud. Only the standard library is imported before the runtime.
"""

from __future__ import annotations

import os
import sys
import threading


def _end_with(pipe: int) -> None:
    os.read(pipe, 1)
    os._exit(0)


if __name__ == "__main__":
    pipe = os.dup(0)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    threading.Thread(target=_end_with, args=(pipe,), daemon=True).start()

    from awslambdaric.__main__ import main

    main(sys.argv)
