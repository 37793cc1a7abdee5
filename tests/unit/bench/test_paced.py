"""The paced client sends when it is due and leaves no wait out."""

import asyncio
from typing import Any

import pytest

from load.bench import paced

ANSWER = b"HTTP/1.1 202 Accepted\r\ncontent-length: 2\r\n\r\n{}"
LINES = ["acc_1 token1", "acc_2 token2"]


async def served(
    stall_at: int, stall_s: float, refuse_from: int = 10**9
) -> tuple[Any, list[bytes]]:
    """Pace 200 requests at 1,000/s to a server that stalls once; return what was seen and got."""
    got: list[bytes] = []
    gate = asyncio.Event()
    gate.set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.partition(b"Content-Length: ")[2].partition(b"\r\n")[0])
                got.append(head + await reader.readexactly(length))
                if len(got) == stall_at:
                    gate.clear()
                    asyncio.get_running_loop().call_later(stall_s, gate.set)
                await gate.wait()
                refused = len(got) >= refuse_from
                # In two pieces, as it may come.
                whole = ANSWER.replace(b"202 Accepted", b"503 Unavailable") if refused else ANSWER
                writer.write(whole[:30])
                await writer.drain()
                writer.write(whole[30:])
        except asyncio.IncompleteReadError:
            writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        seen = await paced.pace(f"http://127.0.0.1:{port}/v1/deposits", LINES, 1000, 0.2, "run")
    return seen, got


@pytest.fixture(autouse=True)
def few_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paced, "CONNECTIONS", 4)


def test_every_request_is_sent_once_and_answered() -> None:
    seen, got = asyncio.run(served(stall_at=0, stall_s=0))

    assert (seen["sent"], seen["accepted"], seen["broken"]) == (200, 200, 0)
    keys = {one.partition(b"Idempotency-Key: ")[2].partition(b"\r\n")[0] for one in got}
    assert keys == {f"run-0-{n}".encode() for n in range(200)}
    assert got[0].endswith(b'{"account_id":"acc_1","currency":"EUR","amount":1}')


def test_what_waits_behind_a_stall_is_not_left_out() -> None:
    seen, _ = asyncio.run(served(stall_at=50, stall_s=0.4))

    # All that came due in the stall waited, most of them for longer than half of it: a client that
    # times only what it has sent would have seen four slow answers of two hundred.
    assert seen["accepted"] == 200
    assert seen["p50_ms"] > 200


def test_refusals_are_no_successes() -> None:
    seen, _ = asyncio.run(served(stall_at=0, stall_s=0, refuse_from=191))

    assert seen["accepted"] == 190
    assert seen["statuses"] == {202: 190, 503: 10}
