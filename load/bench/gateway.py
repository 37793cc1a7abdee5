"""Measure the gateway with a function in its process: requests per second, latency and CPU.

One function does nothing. The other validates a JSON body, produces it to Kafka with acks=all and
waits for the acknowledgement, like an API that queues commands. This process generates the load:
each connection sends a request when the previous one is answered.

    python -m load.bench.gateway --help

The second needs a broker (LEDGERLANE_KAFKA), on which it creates a topic.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import select
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
import uuid
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "localstack/dataplane/src"))

from dataplane.model import Deployment, FunctionSpec, RestApi, Route
from dataplane.state_folder import StateFolder
from dataplane.worker import Site, launch

_BODY = json.dumps({"account_id": "acc_0123456789", "amount": 1250, "currency": "EUR"}).encode()
_PARTITIONS = 12
_READY_S = 30.0
_TRIVIAL = """
def handler(event, context):
    return {"statusCode": 200, "headers": {}, "body": "{}"}
"""
_PRODUCING = """
import json, os, threading, time
from confluent_kafka import Producer

producer = Producer({"bootstrap.servers": os.environ["KAFKA_BOOTSTRAP"], "acks": "all",
                     "enable.idempotence": True, "linger.ms": 1})

def poll():
    while True:
        producer.poll(0)
        time.sleep(0.001)

threading.Thread(target=poll, daemon=True).start()

def handler(event, context):
    body = json.loads(event["body"])
    if body["amount"] <= 0 or len(body["currency"]) != 3:
        return {"statusCode": 422, "headers": {}, "body": "{}"}
    done, place = threading.Lock(), []
    done.acquire()
    def delivered(error, message):
        place.append(None if error else (message.partition(), message.offset()))
        done.release()
    producer.produce(os.environ["TOPIC"], event["body"], key=context.aws_request_id,
                     on_delivery=delivered)
    if not done.acquire(timeout=10) or place[0] is None:
        return {"statusCode": 503, "headers": {}, "body": "{}"}
    return {"statusCode": 202, "headers": {}, "body": json.dumps({"position": place[0]})}
"""


@dataclass
class Load:
    """The responses of a run. Latencies are in milliseconds."""

    latencies_ms: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Figures:
    """The figures of a run. CPU is that of the gateway's process, in microseconds per request."""

    handler: str
    requests_per_s: float
    p50_ms: float
    p95_ms: float
    cpu_us: float
    statuses: dict[int, int]


class _Client(asyncio.Protocol):
    """A connection that sends one request at a time until it is stopped."""

    def __init__(self, request: bytes, load: Load, end_s: float, begin_s: float) -> None:
        self._request, self._load = request, load
        self._begin_s, self._end_s = begin_s, end_s
        self._received = b""
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        """Send the first request."""
        self._transport = transport
        self._send()

    def _send(self) -> None:
        self._sent_s = time.perf_counter()
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        """Receive a response, and send the next request."""
        self._received += data
        head, separator, body = self._received.partition(b"\r\n\r\n")
        if not separator:
            return
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        if len(body) < length:
            return
        self._received = b""
        now_s = time.perf_counter()
        # Requests that were sent during the warm-up don't count.
        if self._sent_s >= self._begin_s:
            self._load.latencies_ms.append((now_s - self._sent_s) * 1000)
            status = int(head[9:12])
            self._load.statuses[status] = self._load.statuses.get(status, 0) + 1
        if now_s < self._end_s:
            self._send()
        else:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Record that the connection has closed."""
        if not self.closed.done():
            self.closed.set_result(None)


async def _drive(port: int, connections: int, warm_s: float, seconds: float, pid: int) -> Any:
    load, now_s = Load(), time.perf_counter()
    request = (
        b"POST /v1/bench HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n%s" % (len(_BODY), _BODY)
    )
    loop = asyncio.get_running_loop()
    clients = []
    for _ in range(connections):
        _, client = await loop.create_connection(
            lambda: _Client(request, load, now_s + warm_s + seconds, now_s + warm_s),
            "127.0.0.1",
            port,
        )
        clients.append(client)
    await asyncio.sleep(max(0.0, now_s + warm_s - time.perf_counter()))
    before_s = _cpu_s(pid)
    await asyncio.sleep(seconds)
    used_s = _cpu_s(pid) - before_s
    await asyncio.wait_for(asyncio.gather(*(client.closed for client in clients)), 35)
    return load, used_s


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def start_gateway(
    code: str, environment: dict[str, str], folder: Path, listener: socket.socket
) -> subprocess.Popen[bytes]:
    """Start a gateway process with a function, and wait until it is ready."""
    source = folder / "code"
    source.mkdir(parents=True)
    (source / "bench_handler.py").write_text(code)
    # The artefact's only package. The function can't import anything else that is installed.
    installed = Path(sysconfig.get_paths()["platlib"])
    for package in installed.glob("confluent_kafka*"):
        (source / package.name).symlink_to(package)
    arn = "arn:aws:lambda:eu-central-1:000000000000:function:bench"
    spec = FunctionSpec(
        "bench", arn, "Bench", "bench_handler.handler", "python", str(source), "", 29, 256,
        environment,
    )  # fmt: skip
    layout = StateFolder(folder / "state")
    layout.prepare()
    api = RestApi("bench", "bench", "v1", (Route("POST", "/bench", "r", "bench"),))
    layout.deployment.write_text(Deployment({"bench": spec}, api, ()).to_json())
    reading, writing = os.pipe()
    settings = {
        "root": str(layout.root), "deployment": str(layout.deployment), "name": "gateway.0",
        "endpoint": "http://127.0.0.1:1", "region": "eu-central-1", "concurrent": "bench",
        "processes": 1, "number": 0, "strict_limits": {"bench": 1}, "grace_s": 5.0,
        "listener_fd": listener.fileno(), "ready_fd": writing,
    }  # fmt: skip
    site = Site(layout, "http://127.0.0.1:1", "eu-central-1")
    process = launch("gateway", spec, site, settings, (listener.fileno(), writing))
    os.close(writing)
    readable, _, _ = select.select([reading], [], [], _READY_S)
    told = os.read(reading, 16) if readable else b""
    os.close(reading)
    if not told:
        process.kill()
        raise RuntimeError(f"the gateway did not start: {layout.function_log('bench').read_text()}")
    return process


def measure(name: str, code: str, environment: dict[str, str], options: Any) -> Figures:
    """Measure one handler."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(1024)
        process = start_gateway(code, environment, Path(folder), listener)
        try:
            port = listener.getsockname()[1]
            load, used_s = asyncio.run(
                _drive(port, options.connections, options.warm, options.seconds, process.pid)
            )
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
    ordered = sorted(load.latencies_ms)
    count = len(ordered)
    return Figures(
        handler=name,
        requests_per_s=count / options.seconds,
        p50_ms=ordered[count // 2],
        p95_ms=ordered[count * 95 // 100],
        cpu_us=used_s * 1e6 / count,
        statuses=load.statuses,
    )


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(
        prog="python -m load.bench.gateway", description=(__doc__ or "").split("\n\n")[0]
    )
    parser.add_argument("--kafka", default=os.environ.get("LEDGERLANE_KAFKA"))
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--warm", type=float, default=2.0, help="seconds of warm-up (2)")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    options = parser.parse_args(arguments)
    found = [measure("trivial", _TRIVIAL, {}, options)]
    if options.kafka:
        topic = f"bench-{uuid.uuid4().hex[:8]}"
        admin = AdminClient({"bootstrap.servers": options.kafka})
        admin.create_topics([NewTopic(topic, _PARTITIONS, 1)])[topic].result(10)
        environment = {"KAFKA_BOOTSTRAP": options.kafka, "TOPIC": topic}
        found.append(measure("producing", _PRODUCING, environment, options))
        admin.delete_topics([topic])[topic].result(10)
    for one in found:
        print(
            f"{one.handler:10} {one.requests_per_s:7.0f} requests/s  p50 {one.p50_ms:5.1f} ms  "
            f"p95 {one.p95_ms:5.1f} ms  {one.cpu_us:5.0f} µs of CPU each  {one.statuses}"
        )
    if options.json:
        about = {"machine": platform.platform(), "cores": os.cpu_count()}
        figures = {"connections": options.connections, "runs": [asdict(one) for one in found]}
        options.json.write_text(json.dumps(about | figures, indent=1) + "\n")
    return 0 if all(set(one.statuses) <= {200, 202} for one in found) else 1


if __name__ == "__main__":
    raise SystemExit(main())
