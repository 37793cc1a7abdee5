"""An HTTP server on loopback with scripted responses."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

#: Status and body. Status 0 closes the connection without a response.
Answer = tuple[int, dict[str, Any] | bytes]
CUT: Answer = (0, {})


@dataclass(frozen=True)
class Seen:
    """A received request."""

    method: str
    path: str
    token: str | None
    key: str | None
    body: Any


class ScriptedApi:
    """Returns the responses one after the other, and repeats the last one.

    Attributes
    ----------
    answers, headers
        The next responses, and the headers of all responses.
    asides
        Responses by path, for requests that don't matter to a test.
    seen
        The other requests so far.
    before_answering
        Called before each response.
    """

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.headers: dict[str, str] = {}
        self.asides: dict[str, Answer] = {}
        self.seen: list[Seen] = []
        self.before_answering: Callable[[], None] = lambda: None
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                text = self.rfile.read(int(self.headers["Content-Length"] or 0))
                if self.path in outer.asides:
                    self._answer(*outer.asides[self.path])
                    return
                outer.seen.append(
                    Seen(
                        self.command,
                        self.path,
                        self.headers["Authorization"],
                        self.headers["Idempotency-Key"],
                        json.loads(text) if text else None,
                    )
                )
                outer.before_answering()
                answers = outer.answers
                self._answer(*(answers.pop(0) if len(answers) > 1 else answers[0]))

            def _answer(self, status: int, answer: dict[str, Any] | bytes) -> None:
                if not status:
                    self.close_connection = True
                    return
                data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                data = b"" if status == 204 else data
                self.send_response(status)
                for name, value in outer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_DELETE = do_PATCH = do_POST

            def log_message(self, *_: Any) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"
        # Closing waits for this interval.
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def keys(self) -> list[str | None]:
        """The idempotency keys of the requests so far."""
        return [request.key for request in self.seen]

    @property
    def bodies(self) -> list[Any]:
        """The bodies of the requests so far."""
        return [request.body for request in self.seen]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
