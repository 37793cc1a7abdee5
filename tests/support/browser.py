"""Headless Chromium, controlled by the WebDriver protocol (W3C) over HTTP."""

from __future__ import annotations

import base64
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx

from tests.support.stack import wait_until

ELEMENT: Final = "element-6066-11e4-a52e-4f735466cecf"
FLAGS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,1000",
)


def is_there() -> bool:
    """Return whether the browser and its driver are installed."""
    return all(shutil.which(name) for name in ("chromium", "chromedriver"))


class Browser:
    """A browser window."""

    def __init__(self, client: httpx.Client, session: str) -> None:
        self._client = client
        self._path = f"/session/{session}"

    def _do(self, method: str, path: str, body: Any = None) -> Any:
        sent = None if method == "GET" else body or {}
        answer = self._client.request(method, self._path + path, json=sent)
        value = answer.json()["value"]
        assert answer.status_code == 200, value
        return value

    def open(self, url: str) -> None:
        self._do("POST", "/url", {"url": url})

    def run(self, script: str, *arguments: Any) -> Any:
        """Run a function's body in the page and return its result."""
        return self._do("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def find(self, css: str) -> str:
        found = self._do("POST", "/element", {"using": "css selector", "value": css})
        return str(found[ELEMENT])

    def click(self, css: str) -> None:
        self._do("POST", f"/element/{self.find(css)}/click")

    def write(self, css: str, text: str) -> None:
        """Replace a field's text."""
        element = self.find(css)
        self._do("POST", f"/element/{element}/clear")
        self._do("POST", f"/element/{element}/value", {"text": text})

    def text(self, css: str) -> str:
        return str(self._do("GET", f"/element/{self.find(css)}/text"))

    def await_text(self, css: str, wanted: str, timeout_s: float = 20) -> str:
        def seen() -> bool:
            script = "return document.querySelector(arguments[0])?.textContent ?? ''"
            return wanted in str(self.run(script, css))

        wait_until(seen, f"{wanted!r} in {css}", timeout_s)
        return self.text(css)

    def complaints(self) -> list[str]:
        """Return the console's errors, including violations of the page's policy."""
        entries = self._do("POST", "/se/log", {"type": "browser"})
        return [entry["message"] for entry in entries if entry["level"] == "SEVERE"]

    def screenshot(self, path: Path) -> None:
        path.write_bytes(base64.b64decode(self._do("GET", "/screenshot")))


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the browser; at the end, stop it and remove its files."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        port = _free_port()
        driver = subprocess.Popen(
            ["chromedriver", f"--port={port}", "--allowed-ips=127.0.0.1"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
                wait_until(lambda: _answers(client), "chromedriver responds", 20)
                session = _new_session(client, folder)
                try:
                    yield Browser(client, session)
                finally:
                    client.delete(f"/session/{session}")
        finally:
            driver.terminate()
            driver.wait(20)


def _new_session(client: httpx.Client, folder: str) -> str:
    options = {"args": [*FLAGS, f"--user-data-dir={folder}/profile"]}
    capabilities = {
        "browserName": "chrome",
        "goog:chromeOptions": options,
        "goog:loggingPrefs": {"browser": "ALL"},
    }
    answer = client.post("/session", json={"capabilities": {"alwaysMatch": capabilities}})
    value = answer.json()["value"]
    assert answer.status_code == 200, value
    return str(value["sessionId"])


def _answers(client: httpx.Client) -> bool:
    try:
        return client.get("/status").status_code == 200
    except httpx.TransportError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
