"""A reserved concurrency limits a function as Lambda does: what is over it is rejected at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dataplane.http.gateway_responses import GatewayError, GatewayResponses
from dataplane.invokers import ReservedInvoker, StrictInvoker
from dataplane.metrics.invocations import Invocations
from dataplane.model import FunctionSpec, RestApi
from dataplane.pool import StrictPool
from dataplane.state_folder import StateFolder
from dataplane.worker import Site

CODE = """
import time
from pathlib import Path
def handler(event, context):
    Path(event["running"]).touch()
    while not Path(event["go"]).exists():
        time.sleep(0.005)
    return {"done": True}
"""


class Busy:
    """An invocation that runs until it is let go."""

    def __init__(self, pool: StrictPool, folder: Path) -> None:
        self._running, self._go = folder / "running", folder / "go"
        self.answers: list[Any] = []
        self._thread = threading.Thread(target=lambda: self.answers.append(self.invoke(pool)))
        self._thread.start()
        while not self._running.exists():
            self._thread.join(0.005)

    def invoke(self, pool: StrictPool) -> Any:
        event = {"running": str(self._running), "go": str(self._go)}
        return StrictInvoker(pool).invoke(event, "0" * 36)

    def finish(self) -> None:
        self._go.touch()
        self._thread.join(10)


@pytest.fixture
def spec(tmp_path: Path) -> FunctionSpec:
    (tmp_path / "app.py").write_text(CODE)
    return FunctionSpec("f", "arn", "F", "app.handler", "python3.11", str(tmp_path), "s", 20, 128)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    layout = StateFolder(tmp_path / "state")
    layout.prepare()
    return Site(layout, "http://127.0.0.1:1", "eu-central-1")


@pytest.fixture
def pool(spec: FunctionSpec, site: Site) -> Iterator[StrictPool]:
    made = StrictPool(replace(spec, reserved_concurrency=1), site, 4)
    yield made
    made.close()


def test_an_invocation_over_the_reserved_concurrency_is_rejected_at_once(
    pool: StrictPool, tmp_path: Path
) -> None:
    busy = Busy(pool, tmp_path)

    with pytest.raises(GatewayError) as rejected:
        busy.invoke(pool)

    assert busy.answers == []
    assert rejected.value.kind == "INTEGRATION_FAILURE"
    assert "status: 429" in str(rejected.value.reason)
    assert pool.describe()["throttles"] == 1
    busy.finish()
    assert busy.answers == [{"done": True}]
    # It has a free environment again.
    assert busy.invoke(pool) == {"done": True}


def test_an_invocation_that_the_reserved_concurrency_allows_waits_for_a_local_worker(
    spec: FunctionSpec, site: Site, tmp_path: Path
) -> None:
    pool = StrictPool(replace(spec, reserved_concurrency=2), site, 1)
    busy = Busy(pool, tmp_path)
    waiting = threading.Thread(target=busy.invoke, args=(pool,))
    waiting.start()
    waiting.join(0.2)
    assert waiting.is_alive()

    busy.finish()
    waiting.join(10)

    assert not waiting.is_alive()
    assert pool.describe()["throttles"] == 0
    pool.close()


def test_a_client_of_a_throttled_function_gets_500_as_from_api_gateway() -> None:
    own = GatewayResponses(RestApi("i", "n", "v1", ()))

    answer = own.encode("INTEGRATION_FAILURE", None, "id", keep_alive=True)

    assert answer.startswith(b"HTTP/1.1 500 ")
    assert answer.endswith(b'{"message": "Internal server error"}')


class Nested:
    """An invoker that invokes another one, and so runs while that does."""

    def __init__(self) -> None:
        self.invoker: ReservedInvoker | None = None

    def invoke(self, event: dict[str, Any], request_id: str) -> Any:
        if event["depth"] and self.invoker is not None:
            self.invoker.invoke({"depth": event["depth"] - 1}, request_id)
        return "done"

    def describe(self) -> dict[str, Any]:
        return Invocations().describe()


@pytest.mark.parametrize(("concurrency", "depth", "is_rejected"), [(2, 1, False), (2, 2, True)])
def test_a_function_in_the_gateways_process_is_limited_too(
    concurrency: int, depth: int, is_rejected: bool
) -> None:
    inner = Nested()
    inner.invoker = ReservedInvoker(inner, concurrency)

    if is_rejected:
        with pytest.raises(GatewayError):
            inner.invoker.invoke({"depth": depth}, "id")
    else:
        assert inner.invoker.invoke({"depth": depth}, "id") == "done"

    assert inner.invoker.describe()["throttles"] == int(is_rejected)
    # What has ended counts no more.
    assert inner.invoker.invoke({"depth": 0}, "id") == "done"


def test_a_reserved_concurrency_of_0_rejects_everything(spec: FunctionSpec, site: Site) -> None:
    invoker = StrictInvoker(StrictPool(replace(spec, reserved_concurrency=0), site, 4))

    with pytest.raises(GatewayError):
        invoker.invoke({}, "0" * 36)
    with pytest.raises(GatewayError):
        ReservedInvoker(Nested(), 0).invoke({"depth": 0}, "id")


@pytest.mark.parametrize(
    ("reserved", "processes", "share"), [(None, 2, None), (0, 2, 0), (1, 2, 1), (9, 2, 4)]
)
def test_gateways_share_a_reserved_concurrency(
    spec: FunctionSpec, reserved: int | None, processes: int, share: int | None
) -> None:
    shared = replace(spec, reserved_concurrency=reserved).shared(processes)

    assert shared.reserved_concurrency == share
