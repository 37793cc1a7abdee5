"""A debugger attaches to a real worker, by the Debug Adapter Protocol."""

from __future__ import annotations

import concurrent.futures
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dataplane.debuggers import parse_port
from dataplane.invokers import StrictInvoker
from dataplane.model import FunctionSpec
from dataplane.pool import StrictPool
from dataplane.process import is_alive, package_folder
from dataplane.state_folder import StateFolder
from dataplane.worker import Site, StrictWorker

pytest.importorskip("debugpy")

CODE = """
def handler(event, context):
    answer = {"doubled": 2 * event["number"]}
    return answer
"""
_STOP_LINE = 4


class Client:
    """Just enough of a client of the Debug Adapter Protocol."""

    def __init__(self, port: int) -> None:
        self._peer = socket.create_connection(("127.0.0.1", port), timeout=20)
        self._reader = self._peer.makefile("rb")
        self._sequence = 0

    def ask(self, command: str, **arguments: Any) -> dict[str, Any]:
        """Send a request; return its response."""
        sent = self.send(command, **arguments)
        answer = self.wait(lambda message: message.get("request_seq") == sent)
        assert answer["success"], answer
        return answer

    def send(self, command: str, **arguments: Any) -> int:
        self._sequence += 1
        request = {
            "seq": self._sequence,
            "type": "request",
            "command": command,
            "arguments": arguments,
        }
        body = json.dumps(request).encode()
        self._peer.sendall(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        return self._sequence

    def wait(self, is_it: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Return the first message that is the one."""
        while True:
            length = 0
            while line := self._reader.readline().strip():
                length = int(line.rpartition(b":")[2])
            message: dict[str, Any] = json.loads(self._reader.read(length))
            if is_it(message):
                return message

    def event(self, name: str) -> dict[str, Any]:
        return self.wait(lambda message: message.get("event") == name)

    def close(self) -> None:
        self._reader.close()
        self._peer.close()


@pytest.fixture
def pool(tmp_path: Path) -> Iterator[StrictPool]:
    layout = StateFolder(tmp_path / "state")
    layout.prepare()
    folder = layout.code / "one"
    folder.mkdir()
    (folder / "app.py").write_text(CODE)
    spec = FunctionSpec(
        "fn", "arn", "Fn", "app.handler", "python3.11", str(folder), "sha", 1, 128, debug_port=0
    )
    made = StrictPool(spec, Site(layout, "http://127.0.0.1:1", "eu-central-1"), 1)
    made.warm(1)
    yield made
    made.close()


def attached(pool: StrictPool, port: int | None = None) -> Client:
    """Return a client that stops the function before it returns."""
    client = Client(port or pool.describe()["debug_port"])
    client.ask("initialize", adapterID="test", pathFormat="path")
    client.send("attach", justMyCode=False)
    client.event("initialized")
    source = {"path": f"{pool.spec.code_dir}/app.py"}
    placed = client.ask("setBreakpoints", source=source, breakpoints=[{"line": _STOP_LINE}])
    assert placed["body"]["breakpoints"][0]["verified"]
    client.ask("configurationDone")
    return client


def test_an_invocation_stops_at_a_breakpoint_for_longer_than_its_timeout(pool: StrictPool) -> None:
    client = attached(pool)
    answers: list[Any] = []
    invoke = StrictInvoker(pool).invoke
    caller = threading.Thread(
        target=lambda: answers.append(invoke({"number": 21}, "0" * 36)), daemon=True
    )
    caller.start()
    thread = client.event("stopped")["body"]["threadId"]
    (frame, *_) = client.ask("stackTrace", threadId=thread)["body"]["stackFrames"]
    assert (frame["name"], frame["line"]) == ("handler", _STOP_LINE)
    # Longer than the function's second.
    caller.join(1.5)
    assert caller.is_alive()

    client.ask("continue", threadId=thread)
    client.send("disconnect")
    caller.join(10)

    assert answers == [{"doubled": 42}]
    # Another client can attach, to the same process.
    client.close()
    attached(pool).close()


def test_a_worker_without_a_debugger_listens_nowhere(pool: StrictPool, tmp_path: Path) -> None:
    plain = StrictPool(
        replace(pool.spec, debug_port=None),
        Site(StateFolder(tmp_path / "state"), "http://127.0.0.1:1", "eu-central-1"),
        1,
    )
    plain.warm(1)

    assert plain.describe()["debug_port"] is None
    plain.close()


def test_a_worker_at_a_breakpoint_ends_with_its_caller(pool: StrictPool, tmp_path: Path) -> None:
    caller = tmp_path / "caller.py"
    caller.write_text(
        "import sys\n"
        "from pathlib import Path\n"
        "from dataplane.model import FunctionSpec\n"
        "from dataplane.state_folder import StateFolder\n"
        "from dataplane.worker import Site, StrictWorker\n"
        f"spec = FunctionSpec(**{vars(pool.spec)!r})\n"
        f"layout = StateFolder(Path({str(tmp_path / 'state')!r}))\n"
        "site = Site(layout, 'http://127.0.0.1:1', 'eu-central-1')\n"
        "worker = StrictWorker(spec, site, 'worker.other')\n"
        "print(worker.pid, worker.debug_port, flush=True)\n"
        "input()\n"
        "worker.invoke('0' * 36, b'{\"number\": 1}')\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(package_folder())}
    with subprocess.Popen(
        [sys.executable, str(caller)],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        pid, port = map(int, process.stdout.readline().split())
        client = attached(pool, port)
        process.stdin.write(b"\n")
        process.stdin.flush()
        client.event("stopped")
        process.send_signal(signal.SIGKILL)
        client.close()
    deadline_s = time.monotonic() + 10
    while is_alive(pid):
        assert time.monotonic() < deadline_s, "the worker outlives its caller"
        time.sleep(0.01)


def test_a_worker_that_awaits_its_debugger_loads_the_function_after_it_is_attached(
    pool: StrictPool, tmp_path: Path
) -> None:
    port = parse_port("")
    site = Site(StateFolder(tmp_path / "state"), "http://127.0.0.1:1", "eu-central-1")
    spec = replace(pool.spec, debug_port=port)
    with concurrent.futures.ThreadPoolExecutor(1) as threads:
        started = threads.submit(StrictWorker, spec, site, "worker.again", awaits_debugger=True)
        client = attached(pool, listening(port))
        worker = started.result(20)
        client.close()
    worker.kill()


def listening(port: int) -> int:
    """Return a port as soon as something listens there."""
    deadline_s = time.monotonic() + 20
    while True:
        assert time.monotonic() < deadline_s, "nothing listens"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return port
        time.sleep(0.05)
