"""CloudFormation is always answered, whatever happens, and deletions touch nothing."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from functions.custom_resource import answer


class Receiver:
    """Stands in for the presigned address in S3."""

    def __init__(self) -> None:
        self.answers: list[dict[str, Any]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_PUT(self) -> None:
                length = int(self.headers["Content-Length"])
                receiver.answers.append(json.loads(self.rfile.read(length)))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                return

        self.server = HTTPServer(("127.0.0.1", 0), Handler)

    def event(self, kind: str) -> dict[str, Any]:
        return {
            "RequestType": kind,
            "ResponseURL": f"http://127.0.0.1:{self.server.server_port}/",
            **{"StackId": "s", "RequestId": "r", "LogicalResourceId": "l"},
        }


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    thread = threading.Thread(target=made.server.serve_forever)
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def test_what_was_done_is_told(receiver: Receiver) -> None:
    assert answer(receiver.event("Update"), "topics", lambda: {"Made": "a"}) == {"Made": "a"}
    (told,) = receiver.answers
    assert (told["Status"], told["PhysicalResourceId"]) == ("SUCCESS", "topics")
    assert told["Data"] == {"Made": "a"}


def test_a_failure_is_told_in_one_short_line(receiver: Receiver) -> None:
    def fail() -> dict[str, Any]:
        raise ValueError("two\nlines " + 2000 * "x")

    answer(receiver.event("Create"), "topics", fail)
    (told,) = receiver.answers
    assert (told["Status"], told["PhysicalResourceId"]) == ("FAILED", "topics")
    assert told["Reason"].startswith("ValueError: two lines xxx")
    assert len(told["Reason"]) == 1000


def test_a_deletion_touches_nothing(receiver: Receiver) -> None:
    def fail() -> dict[str, Any]:
        raise AssertionError("the topics outlive the stack")

    answer(receiver.event("Delete"), "topics", fail)
    assert receiver.answers[0]["Status"] == "SUCCESS"


def test_a_deletion_undoes_what_it_is_told_to(receiver: Receiver) -> None:
    undone: list[str] = []

    answer(receiver.event("Update"), "topics", dict, lambda: undone.append("early"))
    answer(receiver.event("Delete"), "topics", dict, lambda: undone.append("gone"))

    assert undone == ["gone"]
    assert [told["Status"] for told in receiver.answers] == ["SUCCESS", "SUCCESS"]


def test_a_deletion_that_fails_is_told(receiver: Receiver) -> None:
    def fail() -> None:
        raise OSError("no brokers")

    answer(receiver.event("Delete"), "topics", dict, fail)
    assert receiver.answers[0]["Status"] == "FAILED"


def test_without_an_address_it_just_works_or_raises() -> None:
    assert answer({}, "topics", lambda: {"a": 1}) == {"a": 1}
    with pytest.raises(ZeroDivisionError):
        answer({}, "topics", lambda: {"a": 1 // 0})
