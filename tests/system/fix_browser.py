"""Debian's Chromium, without a window, driven by its DevTools protocol over a pair of pipes."""

from __future__ import annotations

import base64
import json
import os
import select
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

PROGRAM = Path("/usr/bin/chromium")
MISSING = f"{PROGRAM} is not there: run tests/system/install.sh, or make test-system"
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage", "--hide-scrollbars"),
    "--remote-debugging-pipe",
)
# The browser reads commands from the file descriptor 3 and writes to 4 (Chromium: --remote-debugging-pipe).
WITH_PIPES = 'exec "$@" 3<&"$READ" 4>&"$WRITE"'
PATIENCE_SECONDS = 60.0
WIDE, PHONE = (1280, 900), (390, 844)
LEVELS = ("error", "warning")


@dataclass
class Browser:
    """A running browser; a message is a JSON text that ends with NUL."""

    reading: int
    writing: int
    number: int = 0
    pending: bytes = b""
    events: list[dict[str, Any]] = field(default_factory=list)

    def call(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        """Give a command, wait for its answer, and keep the events that come before it."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        os.write(self.writing, json.dumps(message | ({"sessionId": session} if session else {})).encode() + b"\0")
        while (answer := self._next()).get("id") != self.number:
            self.events.append(answer)
        assert "error" not in answer, (method, answer["error"])
        result: dict[str, Any] = answer["result"]
        return result

    def wait_for(self, method: str, session: str) -> None:
        """Wait for an event of a tab, unless it has come already."""
        while not any(one.get("method") == method and one.get("sessionId") == session for one in self.events):
            self.events.append(self._next())

    def _next(self) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while b"\0" not in self.pending:
            ready, _, _ = select.select([self.reading], [], [], max(0.0, deadline - time.monotonic()))
            assert ready, "the browser does not answer"
            piece = os.read(self.reading, 1 << 20)
            assert piece, "the browser has gone"
            self.pending += piece
        text, _, self.pending = self.pending.partition(b"\0")
        message: dict[str, Any] = json.loads(text)
        return message

    @contextmanager
    def open(self, page: Path, size: tuple[int, int] = WIDE, *, dark: bool = False, anchor: str = "") -> Iterator[Tab]:
        """Open a file in a tab of a width and height, in CSS pixels, and wait until it is loaded; close it after."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        tab = Tab(self, session, page.as_uri())
        for domain in ("Page", "Runtime", "Log", "Network"):
            tab.call(f"{domain}.enable")
        tab.resize(size)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        tab.call("Emulation.setEmulatedMedia", features=[scheme])
        tab.call("Page.navigate", url=f"{page.as_uri()}{anchor}")
        self.wait_for("Page.loadEventFired", session)
        try:
            yield tab
        finally:
            self.call("Target.closeTarget", targetId=target)
            self.events.clear()


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab with one page; `problems` and `requests` are what the page has had since it was opened."""

    browser: Browser
    session: str
    url: str

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Give a command of the DevTools protocol to this tab."""
        return self.browser.call(method, self.session, **parameters)

    def resize(self, size: tuple[int, int]) -> None:
        """Give the page another width and height; a narrow one is that of a phone."""
        width, height = size
        is_phone = width <= PHONE[0]
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": is_phone}
        self.call("Emulation.setDeviceMetricsOverride", **metrics)

    def ask(self, expression: str) -> Any:
        """Evaluate JavaScript, wait for a promise, and give what it comes to, in values that JSON has."""
        done = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in done, done
        return done["result"].get("value")

    def until(self, expression: str) -> None:
        """Ask until it is true."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self.ask(expression):
            assert time.monotonic() < deadline, f"it did not come true: {expression}"

    def press(self, key: str) -> None:
        """Press a key, as a person does."""
        text = {"text": key} if len(key) == 1 else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, **text)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key)

    def write(self, text: str) -> None:
        """Write into what has the focus."""
        self.call("Input.insertText", text=text)

    def shoot(self, path: Path, *, is_whole: bool = False) -> None:
        """Take a picture of what is in sight, or of the whole page, as PNG."""
        data = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=is_whole)["data"]
        path.write_bytes(base64.b64decode(data))

    @property
    def problems(self) -> list[str]:
        """What the console has shown as an error or a warning, and exceptions that nobody caught."""
        found = []
        for event in self._events():
            said = event["params"]
            if event["method"] == "Log.entryAdded" and said["entry"]["level"] in LEVELS:
                found.append(said["entry"]["text"])
            elif event["method"] == "Runtime.consoleAPICalled" and said["type"] in LEVELS:
                found.append(str(said["args"]))
            elif event["method"] == "Runtime.exceptionThrown":
                found.append(str(said["exceptionDetails"]))
        return found

    @property
    def requests(self) -> list[str]:
        """What the page has asked for, other than itself."""
        sent = (e["params"]["request"]["url"] for e in self._events() if e["method"] == "Network.requestWillBeSent")
        return [url for url in sent if url.partition("#")[0] != self.url]

    def _events(self) -> list[dict[str, Any]]:
        return [event for event in self.browser.events if event.get("sessionId") == self.session]


@contextmanager
def browsing() -> Iterator[Browser]:
    """Run a browser for a block, with a profile of its own that goes with it."""
    assert PROGRAM.is_file(), MISSING
    to_read, to_write = os.pipe(), os.pipe()  # as the browser sees it
    with tempfile.TemporaryDirectory(prefix="surefoot-chromium-", ignore_cleanup_errors=True) as folder:
        process = subprocess.Popen(
            ["bash", "-c", WITH_PIPES, "bash", PROGRAM, *FLAGS, f"--user-data-dir={folder}", "about:blank"],
            env={**os.environ, "HOME": folder, "READ": str(to_read[0]), "WRITE": str(to_write[1])},
            pass_fds=(to_read[0], to_write[1]),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_read[0])
        os.close(to_write[1])
        browser = Browser(to_write[0], to_read[1])
        try:
            yield browser
            browser.call("Browser.close")
        finally:
            os.close(browser.writing)
            os.close(browser.reading)
            if process.poll() is None:
                process.terminate()
            process.wait()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A browser without a window."""
    with browsing() as browser:
        yield browser
