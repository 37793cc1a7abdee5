"""The documentation's client against a server that fails in every way that there is."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.support.docs_client import load_client

client_module = load_client()
Answer = tuple[int, dict[str, Any]]
DONE: Answer = (201, {"transaction_id": "txn_1", "status": "completed", "reason": None})
PENDING: Answer = (202, {"transaction_id": "txn_1", "status": "pending"})
AWAY: Answer = (503, {"code": "unavailable", "detail": "away"})
CUT: Answer = (0, {})


class Server:
    """Answers as it is told, one answer after the other, the last for ever."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.keys: list[str] = []
        self.bodies: list[Any] = []
        self.before_answering: Callable[[], None] = lambda: None
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.keys.append(self.headers["Idempotency-Key"])
                outer.bodies.append(json.loads(body))
                outer.before_answering()
                answers = outer.answers
                status, answer = answers.pop(0) if len(answers) > 1 else answers[0]
                if not status:
                    self.close_connection = True
                    return
                text = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_: Any) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()


def client(server: Server, journal: Path, patience_s: float = 20) -> Any:
    return client_module.Ledgerlane(server.url, journal, token="t", patience_s=patience_s)


def test_it_asks_again_under_the_same_key_until_there_is_a_final_answer(
    server: Server, tmp_path: Path
) -> None:
    server.answers = [AWAY, CUT, PENDING, (429, {"code": "too_many_requests"}), DONE]
    with client(server, tmp_path / "j") as one:
        done = one.deposit("acc_1", 5, "EUR")
    assert done.is_completed
    assert len(server.keys) == 5
    assert len(set(server.keys)) == 1
    assert all(body == server.bodies[0] for body in server.bodies)


def test_the_key_is_on_disk_before_the_request_is_sent(server: Server, tmp_path: Path) -> None:
    seen: list[Any] = []

    def look() -> None:
        journal = client_module.Journal(tmp_path / "j")
        seen.append(journal.open())
        journal.close()

    server.answers, server.before_answering = [DONE], look
    with client(server, tmp_path / "j") as one:
        one.deposit("acc_1", 5, "EUR", key="order-1")
    ((found,),) = seen
    assert found[:2] == ("order-1", "/deposits")


def test_what_a_dead_process_left_is_resumed_under_its_key(server: Server, tmp_path: Path) -> None:
    server.answers = [CUT]
    with (
        client(server, tmp_path / "j", patience_s=0.1) as one,
        pytest.raises(client_module.OutcomeUnknownError, match="order-1"),
    ):
        one.deposit("acc_1", 5, "EUR", key="order-1")
    server.answers = [DONE]
    with client(server, tmp_path / "j") as another:
        (answer,) = another.resume()
        assert answer["status"] == "completed"
        assert set(server.keys) == {"order-1"}
        assert another.resume() == []
        asked = len(server.keys)
        assert another.deposit("acc_1", 5, "EUR", key="order-1").is_completed
        assert len(server.keys) == asked, "a final answer needs no asking"


def test_a_refusal_is_raised_and_frees_the_key(server: Server, tmp_path: Path) -> None:
    server.answers = [(422, {"code": "validation_failed", "detail": "no"}), DONE]
    with client(server, tmp_path / "j") as one:
        with pytest.raises(client_module.ApiError) as caught:
            one.deposit("acc_1", -5, "EUR", key="order-1")
        assert (caught.value.status, caught.value.code) == (422, "validation_failed")
        assert one.deposit("acc_1", 5, "EUR", key="order-1").is_completed


def test_a_key_is_for_one_request(server: Server, tmp_path: Path) -> None:
    server.answers = [DONE]
    with client(server, tmp_path / "j") as one:
        one.deposit("acc_1", 5, "EUR", key="order-1")
        with pytest.raises(ValueError, match="another request"):
            one.deposit("acc_1", 6, "EUR", key="order-1")
