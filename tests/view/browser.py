"""A Chromium without a window, spoken to over a pipe in its DevTools protocol: no driver, no port.

https://chromedevtools.github.io/devtools-protocol/
"""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DEMANDED_BY = "TROUPE_BROWSER_TESTS"
"""Set to 1, this environment variable makes a missing browser a failure, as `CI` does."""
_PATIENCE_S = 60
_FLAGS = (
    "--headless=new",
    "--remote-debugging-pipe",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--metrics-recording-only",
)


def find_browser() -> str | None:
    """The first Chromium on the PATH."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def demanded() -> bool:
    """Whether these tests must run, so that a missing browser may not go unnoticed."""
    return bool(os.environ.get("CI")) or os.environ.get(DEMANDED_BY) == "1"


@dataclass
class Page:
    """An opened page and everything that it did."""

    browser: Browser
    session: str
    url: str
    requests: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    """Messages, errors and policy violations."""
    dialogs: list[str] = field(default_factory=list)

    def run(self, script: str) -> Any:
        """The value of a JavaScript expression, evaluated by the browser itself (no page policy applies)."""
        answer = self.send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise AssertionError(answer["exceptionDetails"])
        return answer["result"].get("value")

    def becomes(self, script: str) -> bool:
        """Whether a JavaScript expression comes true, sooner or later: what a click changes is laid out in a frame."""
        deadline = time.monotonic() + _PATIENCE_S
        while not (true := bool(self.run(script))) and time.monotonic() < deadline:
            self.settle()
        return true

    def send(self, method: str, **parameters: Any) -> Any:
        return self.browser.send(method, parameters, self.session)

    def accessible(self) -> list[tuple[str, str]]:
        """Role and name of each thing that a screen reader is told of."""
        nodes = self.send("Accessibility.getFullAXTree")["nodes"]
        return [
            (node["role"]["value"], node.get("name", {}).get("value", "")) for node in nodes if not node.get("ignored")
        ]

    def settle(self, seconds: float = 0.05) -> None:
        """Gives what the page may have started the time to show."""
        self.browser.listen(seconds)

    def hear(self, method: str, parameters: Any) -> None:
        if method == "Network.requestWillBeSent":
            self.requests.append(parameters["request"]["url"])
        elif method == "Runtime.consoleAPICalled":
            self.console.append(" ".join(str(part.get("value")) for part in parameters["args"]))
        elif method == "Runtime.exceptionThrown":
            self.console.append(parameters["exceptionDetails"]["text"])
        elif method == "Log.entryAdded":
            self.console.append(parameters["entry"]["text"])
        elif method == "Page.javascriptDialogOpening":
            self.dialogs.append(parameters["message"])
            self.browser.tell("Page.handleJavaScriptDialog", {"accept": True}, self.session)


class Browser:
    """One Chromium process with a fresh profile; close it to end it."""

    def __init__(self, executable: str, folder: Path) -> None:
        self.folder = folder
        self.events: list[tuple[str, Any]] = []
        self._pages: dict[str, Page] = {}
        self._count = 0
        self._target = ""
        self._unread = b""
        commands, self._write = os.pipe()
        self._read, answers = os.pipe()

        def attach() -> None:  # the protocol's pipe is file descriptors 3 and 4
            spare = os.dup(commands), os.dup(answers)
            os.dup2(spare[0], 3)
            os.dup2(spare[1], 4)

        unprivileged = ("--no-sandbox",) if os.geteuid() == 0 else ()
        self._process = subprocess.Popen(
            [executable, *_FLAGS, *unprivileged, f"--user-data-dir={folder / 'profile'}", "about:blank"],
            preexec_fn=attach,
            close_fds=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(commands)
        os.close(answers)

    def open(self, html: str, name: str = "page") -> Page:
        """Opens a page from a file of its own, in place of the last one, and waits until it has loaded."""
        file = self.folder / f"{name}-{self._count}.html"
        file.write_bytes(html.encode())
        if self._target:
            self.send("Target.closeTarget", {"targetId": self._target})
        target = self._target = self.send("Target.createTarget", {"url": "about:blank"})["targetId"]
        session = self.send("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        page = self._pages[session] = Page(self, session, file.as_uri())
        for domain in ("Page", "Network", "Runtime", "Log"):
            page.send(f"{domain}.enable")
        self.events.clear()
        page.send("Page.navigate", url=page.url)
        self.wait_for("Page.loadEventFired")
        page.settle()
        return page

    def send(self, method: str, parameters: dict[str, Any] | None = None, session: str = "") -> Any:
        """The answer to a command; raises AssertionError with the browser's reason when it refuses."""
        number = self.tell(method, parameters or {}, session)
        deadline = time.monotonic() + _PATIENCE_S
        while True:
            answer = self._receive(deadline)
            if answer is None:
                raise AssertionError(f"The browser did not answer {method} within {_PATIENCE_S} s.")
            if answer.get("id") == number:
                if "error" in answer:
                    raise AssertionError(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def tell(self, method: str, parameters: dict[str, Any], session: str = "") -> int:
        self._count += 1
        message = {"id": self._count, "method": method, "params": parameters} | (
            {"sessionId": session} if session else {}
        )
        data = memoryview(json.dumps(message).encode() + b"\0")
        while data:
            data = data[os.write(self._write, data) :]
        return self._count

    def wait_for(self, method: str, **facts: Any) -> Any:
        """The parameters of the next event of a kind, or of one that has already been heard."""
        deadline = time.monotonic() + _PATIENCE_S
        while True:
            for heard, parameters in self.events:
                if heard == method and all(parameters.get(key) == value for key, value in facts.items()):
                    return parameters
            if self._receive(deadline) is None:
                raise AssertionError(f"The browser did not say {method} within {_PATIENCE_S} s.")

    def listen(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while self._receive(deadline) is not None:
            pass

    def close(self) -> None:
        """Ends the process; kills it if it does not go by itself."""
        try:
            self.tell("Browser.close", {})
            self._process.wait(10)
        except (OSError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()
        os.close(self._write)
        os.close(self._read)

    def _receive(self, deadline: float) -> Any:
        """The next message, its event noted; None when the deadline passes first."""
        while b"\0" not in self._unread:
            ready, _, _ = select.select([self._read], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                return None
            received = os.read(self._read, 1 << 20)
            if not received:
                raise AssertionError("The browser has ended.")
            self._unread += received
        line, _, self._unread = self._unread.partition(b"\0")
        message = json.loads(line)
        if "method" in message:
            self.events.append((message["method"], message["params"]))
            if page := self._pages.get(message.get("sessionId", "")):
                page.hear(message["method"], message["params"])
        return message
