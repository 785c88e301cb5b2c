"""One agent's operating system process, under AWS's own runtime client: starts it, invokes it, ends it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from troupe.local.functions import FunctionFailed, inherited, variables
from troupe.local.up.runtime_api import Answered, Ended, RuntimeApi
from troupe.local.world import Function
from troupe.runtime.settings import project_root

Tell = Callable[[str, str], None]
"""Told who says something, and what: an agent its log line, `troupe` what happened to an agent."""

LOAD_S = 120.0
"""Loading takes half a second; a dozen at once on a small machine take longer."""
_CHILD = Path(__file__).with_name("_child.py")


class FunctionDied(FunctionFailed):
    """The process went away in the middle of an invocation."""


class AgentProcess:
    """The execution environment of one function. Used by one thread, looked at by others."""

    def __init__(self, function: Function, root: Path, endpoint: str, tell: Tell) -> None:
        self.function = function
        self._root = root
        self._endpoint = endpoint
        self._tell = tell
        self._process: subprocess.Popen[bytes] | None = None
        self._api: RuntimeApi | None = None
        self._stopping = threading.Lock()

    @property
    def pid(self) -> int | None:
        """The number of the living process."""
        process = self._process
        return process.pid if process and process.poll() is None else None

    def start(self) -> None:
        """A cold start. Raises FunctionFailed, with the reason, when the function cannot be loaded."""
        self.stop()
        self._api = api = RuntimeApi()
        environment = inherited() | variables(self.function) | self._own(api)
        command = [sys.executable, "-P", str(_CHILD), self.function.handler]
        self._process = process = subprocess.Popen(  # noqa: S603 - our own script
            command,
            cwd=self._root,
            env=environment,
            stdin=subprocess.PIPE,  # its end is ours: see _child.py
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for us; we stop it then
        )
        for watch in (self._drain, self._await_end):
            threading.Thread(target=watch, args=(process, api), daemon=True).start()
        loaded = api.wait_loaded(LOAD_S)
        if not isinstance(loaded, Answered):
            self.stop()
            reason = "its process ended" if isinstance(loaded, Ended) else getattr(loaded, "reason", "it took too long")
            raise FunctionFailed(f"cannot be loaded: {reason}")

    def invoke(self, event: dict[str, Any]) -> Any:
        """The function's answer. Raises FunctionFailed; FunctionDied when the process ended before it answered.

        A function whose time is up is stopped with its process, as on Lambda: the next event finds a cold start.
        """
        api = self._api
        if api is None or self.pid is None:
            raise FunctionDied("its process ended")
        limit = self.function.timeout_s
        outcome = api.invoke(event, self.function.arn, time.time() + limit, limit)
        if isinstance(outcome, Answered):
            return outcome.value
        if isinstance(outcome, Ended):
            raise FunctionDied("its process ended in the middle of a batch")
        if outcome is None:
            self.stop()
            raise FunctionFailed(f"timed out after {limit} seconds; its process was stopped")
        raise FunctionFailed(outcome.reason)

    def stop(self) -> None:
        """Ends the process, with whatever it has started, and frees its port."""
        with self._stopping:  # its own thread and whoever ends the cloud may both do it
            process, self._process = self._process, None
            api, self._api = self._api, None
        if process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            if process.stdin:
                process.stdin.close()
        if api is not None:
            api.close()

    def _own(self, api: RuntimeApi) -> dict[str, str]:
        engine = str(project_root())
        path = [str(self._root), *([] if engine == str(self._root) else [engine])]
        return {
            "AWS_LAMBDA_RUNTIME_API": api.address,
            "AWS_ENDPOINT_URL": self._endpoint,
            "AWS_LAMBDA_LOG_STREAM_NAME": "local",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "LAMBDA_TASK_ROOT": str(self._root),
            "PYTHONPATH": os.pathsep.join(path),
            "TZ": "UTC",
            **no_proxy(),
        }

    def _drain(self, process: subprocess.Popen[bytes], _: RuntimeApi) -> None:
        if process.stdout is None:
            return
        with process.stdout:
            for line in process.stdout:
                self._tell(self.function.agent_id, line.decode("utf-8", "replace").rstrip("\n"))

    def _await_end(self, process: subprocess.Popen[bytes], api: RuntimeApi) -> None:
        process.wait()
        api.ended()


def no_proxy() -> dict[str, str]:
    """Keeps calls to this machine off a proxy that the shell may name."""
    hosts = ",".join(filter(None, (os.environ.get("NO_PROXY") or os.environ.get("no_proxy"), "127.0.0.1,localhost")))
    return {"NO_PROXY": hosts, "no_proxy": hosts}
