"""The Python client against a server that fails in every way that there is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ledgerlane_client import ApiError, Journal, Ledgerlane, NoAnswerError, OutcomeUnknownError
from tests.support.scripted_api import CUT, Answer, ScriptedApi

DONE: Answer = (201, {"transaction_id": "txn_1", "status": "completed", "reason": None})
PENDING: Answer = (202, {"transaction_id": "txn_1", "status": "pending"})
AWAY: Answer = (503, {"code": "unavailable", "detail": "away"})


@pytest.fixture
def server() -> Iterator[ScriptedApi]:
    made = ScriptedApi()
    yield made
    made.close()


def client(server: ScriptedApi, journal: Path, patience_s: float = 20) -> Ledgerlane:
    return Ledgerlane(server.url, journal, token="t", patience_s=patience_s)


def test_it_asks_again_under_the_same_key_until_there_is_a_final_answer(
    server: ScriptedApi, tmp_path: Path
) -> None:
    server.answers = [AWAY, CUT, PENDING, (429, {"code": "too_many_requests"}), DONE]
    with client(server, tmp_path / "j") as one:
        done = one.deposit("acc_1", 5, "EUR")
    assert done.is_completed
    assert len(server.keys) == 5
    assert len(set(server.keys)) == 1
    assert all(body == server.bodies[0] for body in server.bodies)


def test_the_key_is_on_disk_before_the_request_is_sent(server: ScriptedApi, tmp_path: Path) -> None:
    seen: list[Any] = []

    def look() -> None:
        journal = Journal(tmp_path / "j")
        seen.append(journal.open())
        journal.close()

    server.answers, server.before_answering = [DONE], look
    with client(server, tmp_path / "j") as one:
        one.deposit("acc_1", 5, "EUR", key="order-1")
    ((found,),) = seen
    assert found[:2] == ("order-1", "/deposits")


def test_what_a_dead_process_left_is_resumed_under_its_key(
    server: ScriptedApi, tmp_path: Path
) -> None:
    server.answers = [CUT]
    with (
        client(server, tmp_path / "j", patience_s=0.1) as one,
        pytest.raises(OutcomeUnknownError, match="order-1"),
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


def test_a_refusal_is_raised_and_frees_the_key(server: ScriptedApi, tmp_path: Path) -> None:
    server.answers = [(422, {"code": "validation_failed", "detail": "no"}), DONE]
    with client(server, tmp_path / "j") as one:
        with pytest.raises(ApiError) as caught:
            one.deposit("acc_1", -5, "EUR", key="order-1")
        assert (caught.value.status, caught.value.code) == (422, "validation_failed")
        assert one.deposit("acc_1", 5, "EUR", key="order-1").is_completed


def test_a_key_is_for_one_request(server: ScriptedApi, tmp_path: Path) -> None:
    server.answers = [DONE]
    with client(server, tmp_path / "j") as one:
        one.deposit("acc_1", 5, "EUR", key="order-1")
        with pytest.raises(ValueError, match="another request"):
            one.deposit("acc_1", 6, "EUR", key="order-1")


def test_a_key_without_the_scope_does_not_lose_what_was_asked_before(
    server: ScriptedApi, tmp_path: Path
) -> None:
    forbidden: Answer = (403, {"code": "forbidden", "detail": "needs the scope money:write"})
    server.answers = [CUT]
    with (
        client(server, tmp_path / "j", patience_s=0.1) as with_session,
        pytest.raises(OutcomeUnknownError),
    ):
        with_session.deposit("acc_1", 5, "EUR", key="order-1")
    server.answers = [forbidden, forbidden, DONE]
    with client(server, tmp_path / "j") as with_key:
        with pytest.raises(ApiError, match="money:write"):
            with_key.resume()
        with pytest.raises(ApiError, match="money:write"):
            with_key.deposit("acc_1", 6, "EUR", key="order-2")
        kept = [request.key for request in with_key.unfinished()]
        assert kept == ["order-1"], "what was never accepted is not sent by a later `resume`"
        with_key.resume()
        assert with_key.unfinished() == []


@pytest.mark.parametrize("status", [302, 401, 403])
def test_only_the_api_itself_can_free_a_key(
    server: ScriptedApi, tmp_path: Path, status: int
) -> None:
    page = b"<html>sign in to this network</html>"
    server.answers = [CUT, (status, page), DONE]
    with client(server, tmp_path / "j") as one:
        with pytest.raises(ApiError):
            one.deposit("acc_1", 5, "EUR", key="order-1")
        assert [request.key for request in one.unfinished()] == ["order-1"]
        one.resume()
    assert set(server.keys) == {"order-1"}


@pytest.mark.parametrize(
    "answer", [(500, {"code": "internal_error"}), (200, b"<html>"), (200, b"[]")]
)
def test_an_answer_that_tells_nothing_leaves_the_outcome_unknown(
    server: ScriptedApi, tmp_path: Path, answer: Answer
) -> None:
    server.answers = [answer]
    with client(server, tmp_path / "j") as one:
        with pytest.raises(OutcomeUnknownError, match="order-1"):
            one.deposit("acc_1", 5, "EUR", key="order-1")
        assert [request.key for request in one.unfinished()] == ["order-1"]


@pytest.mark.parametrize("key", ["", "two\nlines", "ключ", "k" * 256])
def test_what_can_be_no_key_is_refused_before_it_is_in_the_journal(
    server: ScriptedApi, tmp_path: Path, key: str
) -> None:
    with client(server, tmp_path / "j") as one:
        with pytest.raises(ValueError, match="idempotency key"):
            one.deposit("acc_1", 5, "EUR", key=key)
        assert one.unfinished() == []
    assert server.seen == []


def test_a_pause_that_is_a_date_is_no_failure(server: ScriptedApi, tmp_path: Path) -> None:
    server.headers = {"Retry-After": "Fri, 27 Nov 2026 09:30:00 GMT"}
    server.answers = [AWAY, DONE]
    with client(server, tmp_path / "j") as one:
        assert one.deposit("acc_1", 5, "EUR").is_completed


def test_an_id_names_no_other_route(server: ScriptedApi, tmp_path: Path) -> None:
    server.answers = [(200, {})]
    with client(server, tmp_path / "j") as one:
        one.account("../users/me?x")
    assert server.seen[0].path == "/v1/accounts/..%2Fusers%2Fme%3Fx"


def test_a_read_without_an_answer_says_so(server: ScriptedApi, tmp_path: Path) -> None:
    server.answers = [CUT]
    with client(server, tmp_path / "j", patience_s=0.1) as one, pytest.raises(NoAnswerError):
        one.account("acc_1")


def test_a_list_is_read_to_its_end(server: ScriptedApi, tmp_path: Path) -> None:
    server.answers = [
        (200, {"data": [{"account_id": "acc_1"}], "next_cursor": "c&"}),
        (200, {"data": [{"account_id": "acc_2"}], "next_cursor": None}),
    ]
    with client(server, tmp_path / "j") as one:
        assert [row["account_id"] for row in one.accounts()] == ["acc_1", "acc_2"]
    assert [request.path for request in server.seen] == ["/v1/accounts", "/v1/accounts?cursor=c%26"]
