"""Users, sessions and whose is whose."""

from __future__ import annotations

import time

import httpx
import pytest

from tests.support.api import Api, check_problem
from tests.support.stack import Stack, wait_until

pytestmark = pytest.mark.e2e


def test_an_address_is_one_user(ada: Api) -> None:
    body = {"email": ada.email.upper(), "password": "another password", "name": "Ada again"}
    check_problem(ada.post("/users", body), 409, "email_taken")


def test_who_am_i(ada: Api) -> None:
    me = ada.get("/users/me").json()
    assert (me["user_id"], me["email"], me["name"]) == (ada.user_id, ada.email, "Ada")
    assert me["user_id"].startswith("usr_")


@pytest.mark.parametrize("is_known", [True, False])
def test_a_wrong_password_and_an_unknown_address_look_alike(ada: Api, is_known: bool) -> None:
    email = ada.email if is_known else "nobody@example.com"
    answer = ada.post("/sessions", {"email": email, "password": "wrong password"})
    check_problem(answer, 401, "bad_credentials")


def test_a_token_that_was_signed_out_is_dead_within_a_second(stack: Stack) -> None:
    person = Api(stack.api_url).sign_up("Shortlived")
    assert person.get("/users/me").status_code == 200
    assert person.request("DELETE", "/sessions/current").status_code == 204
    start = time.monotonic()
    wait_until(lambda: person.get("/users/me").status_code == 401, "the token is dead", 5)
    assert time.monotonic() - start < 1.5
    check_problem(person.get("/users/me"), 401, "unauthenticated")
    person.close()


def test_nothing_but_the_open_routes_answers_a_stranger(stack: Stack) -> None:
    stranger = Api(stack.api_url)
    for path in ("/users/me", "/accounts", "/accounts/acc_1", "/transactions"):
        check_problem(stranger.get(path), 401, "unauthenticated")
    stranger.client.headers["Authorization"] = "Bearer llt_madeup"
    check_problem(stranger.get("/accounts"), 401, "unauthenticated")
    assert stranger.get("/health").status_code == 200
    stranger.close()


def test_another_users_account_is_as_one_that_does_not_exist(ada: Api, grace: Api) -> None:
    hers = grace.open_account(balance=100)
    money = {"account_id": hers, "amount": 1, "currency": "EUR"}
    transfer = {
        "source_account_id": hers,
        "destination_account_id": ada.open_account(),
        "amount": 1,
        "currency": "EUR",
    }
    made_up = "acc_" + "0" * 32
    for path in ("", "/entries", "/balance?at=2030-01-01T00:00:00Z", "/statement"):
        seen = check_problem(ada.get(f"/accounts/{hers}{path}"), 404, "not_found")
        unknown = check_problem(ada.get(f"/accounts/{made_up}{path}"), 404, "not_found")
        assert seen["detail"].replace(hers, made_up) == unknown["detail"]
    check_problem(ada.post("/deposits", money), 404, "not_found")
    check_problem(ada.post("/withdrawals", money), 404, "not_found")
    check_problem(ada.post("/transfers", transfer), 404, "not_found")
    check_problem(ada.post("/holds", money), 404, "not_found")
    check_problem(ada.post(f"/accounts/{hers}/freeze", {"direction": "debit"}), 404, "not_found")
    assert hers not in {one["account_id"] for one in ada.get("/accounts").json()["data"]}


def test_customers_can_not_do_operators_work(ada: Api) -> None:
    account_id = ada.open_account()
    limits = ada.request("PUT", f"/accounts/{account_id}/limits", {"overdraft_limit": 100})
    check_problem(limits, 403, "forbidden")
    check_problem(ada.get("/parked"), 403, "forbidden")


def test_the_request_id_is_taken_or_made(ada: Api) -> None:
    answer = ada.get("/users/me", **{"X-Request-Id": "mine-1"})
    assert answer.headers["X-Request-Id"] == "mine-1"
    made: list[httpx.Response] = [ada.get("/users/me") for _ in range(2)]
    assert made[0].headers["X-Request-Id"] != made[1].headers["X-Request-Id"]
