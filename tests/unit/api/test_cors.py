"""Pages of listed origins may use the API; others, and browsers' other questions, get no word."""

from __future__ import annotations

import pytest

from app import app
from functions import wiring
from functions.api.cors import EXPOSED_HEADERS, MAX_AGE_S, REQUEST_HEADERS, Cors
from functions.api.parameters import PARAMETERS
from handlers.platform.bounds import Limits
from tests.support.http import Answer, Client
from tests.support.openapi import followed
from tests.support.settings import settings_with
from tests.unit.api.conftest import ACCOUNT, Api
from tests.unit.api.test_refusals import MONEY, assert_problem

APP = "https://app.example.com"
LOOPBACK = ("http://localhost:*", "http://127.0.0.1:*", "http://[::1]:*")
STRANGERS = (
    "null",
    "",
    "*",
    "http://app.example.com",
    "https://app.example.com:8443",
    "https://app.example.com.evil.example",
    "https://evil.example",
    "https://sub.app.example.com",
    "HTTPS://APP.EXAMPLE.COM",
    "https://app.example.com, https://evil.example",
)


@pytest.fixture
def cors(api: Api) -> Api:
    """Wire the app for pages of `APP`."""
    wiring.settings.replace(settings_with(cors_origins=(APP,)))
    return api


def preflight(client: Client, url: str, origin: str = APP, method: str = "POST") -> Answer:
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    return client.call("OPTIONS", url, headers=headers)


def cross_origin(answer: Answer) -> dict[str, str]:
    """Return the headers of an answer that are about other origins."""
    return {
        name: value for name, value in answer.headers.items() if name.startswith("Access-Control-")
    }


def test_a_page_of_a_listed_origin_may_read_an_answer(cors: Api) -> None:
    answer = cors.alice.post("/deposits", MONEY, Origin=APP)
    assert answer.status == 202
    assert cross_origin(answer) == {
        "Access-Control-Allow-Origin": APP,
        "Access-Control-Expose-Headers": ", ".join(EXPOSED_HEADERS),
    }
    assert answer.headers["Vary"] == "Origin"


@pytest.mark.parametrize(
    ("url", "status"), [("/nowhere", 404), ("/accounts", 401), ("/deposits", 405)]
)
def test_a_page_of_a_listed_origin_may_read_a_problem(cors: Api, url: str, status: int) -> None:
    answer = cors.nobody.get(url, Origin=APP)
    assert answer.status == status
    assert answer.headers["Access-Control-Allow-Origin"] == APP


@pytest.mark.parametrize("origin", STRANGERS)
def test_another_origin_gets_no_word(cors: Api, origin: str) -> None:
    answer = cors.alice.post("/deposits", MONEY, Origin=origin)
    assert answer.status == 202
    assert cross_origin(answer) == {}
    # Whoever kept this answer must not give it to a page of the listed origin.
    assert answer.headers["Vary"] == "Origin"
    asked = preflight(cors.nobody, "/deposits", origin)
    assert_problem(asked, 405, "method_not_allowed")
    assert cross_origin(asked) == {}


def test_an_answer_to_no_page_says_that_pages_get_another(cors: Api) -> None:
    answer = cors.alice.post("/deposits", MONEY)
    assert cross_origin(answer) == {}
    assert answer.headers["Vary"] == "Origin"


def test_two_origins_are_none(cors: Api) -> None:
    headers: dict[str, str | list[str]] = {"Origin": [APP, APP]}
    answer = cors.alice.call("POST", "/deposits", MONEY, headers)
    assert_problem(answer, 400, "repeated_header")
    assert cross_origin(answer) == {}


def test_it_is_off_by_default(api: Api) -> None:
    answer = api.alice.post("/deposits", MONEY, Origin=APP)
    assert cross_origin(answer) == {}
    assert "Vary" not in answer.headers
    assert_problem(preflight(api.nobody, "/deposits"), 405, "method_not_allowed")


@pytest.mark.parametrize("path", app.routes)
def test_a_preflight_is_told_the_methods_of_its_route(cors: Api, path: str) -> None:
    url = path.replace("{account_id}", ACCOUNT)
    answer = preflight(cors.nobody, url)
    assert (answer.status, answer.text) == (204, "")
    assert cross_origin(answer) == {
        "Access-Control-Allow-Headers": ", ".join(REQUEST_HEADERS),
        "Access-Control-Allow-Methods": ", ".join(sorted(app.routes[path])),
        "Access-Control-Allow-Origin": APP,
        "Access-Control-Expose-Headers": ", ".join(EXPOSED_HEADERS),
        "Access-Control-Max-Age": str(MAX_AGE_S),
    }
    assert (answer.headers["Vary"], answer.headers["Cache-Control"]) == ("Origin", "no-store")


def test_a_preflight_costs_nothing_but_its_answer(
    cors: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No session, no rate limit, no database: the stand-ins would say so."""
    strict = Limits(1, 1, 1, 1, 1)
    wiring.settings.replace(settings_with(cors_origins=(APP,), limits=strict))
    for made in (wiring.sessions, wiring.api_keys, wiring.rate_limits, wiring.cache):
        made.replace(None)  # type: ignore[arg-type]  # whoever asks it fails
    for _ in range(3):
        assert preflight(cors.alice, "/deposits").status == 204
        assert preflight(cors.alice, f"/accounts/{ACCOUNT}", method="PATCH").status == 204


def test_an_unknown_route_has_no_preflight(cors: Api) -> None:
    assert_problem(preflight(cors.nobody, "/nowhere"), 404, "no_such_route")


def test_options_that_is_no_preflight_is_a_method_that_no_route_has(cors: Api) -> None:
    for headers in ({}, {"Origin": APP}, {"Access-Control-Request-Method": "POST"}):
        answer = cors.nobody.call("OPTIONS", "/deposits", headers=headers)
        assert_problem(answer, 405, "method_not_allowed")
        assert answer.headers["Allow"] == "POST"


@pytest.mark.parametrize(
    "origin",
    [
        "http://localhost",
        "http://localhost:3000",
        "http://127.0.0.1:65535",
        "http://[::1]",
        "http://[::1]:8080",
    ],
)
def test_any_port_of_this_machine_can_be_listed(origin: str) -> None:
    assert Cors(LOOPBACK).allows(origin)


@pytest.mark.parametrize(
    "origin",
    [
        "https://localhost:3000",
        "http://localhost:",
        "http://localhost:*",
        "http://localhost:0",
        "http://localhost:123456",
        "http://localhost:80.evil.example",
        "http://localhost:3000:3000",
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example:80",
        "http://127.0.0.2:80",
        "http://[::2]:80",
        "http://localhost:\u0663",
        "localhost:3000",
        "null",
    ],
)
def test_any_port_of_this_machine_is_of_no_other(origin: str) -> None:
    assert not Cors(LOOPBACK).allows(origin)


def test_a_page_may_send_and_read_every_header_that_the_document_names(api: Api) -> None:
    described = api.nobody.get("/openapi.json").json
    answered = {
        name
        for path in described["paths"].values()
        for operation in path.values()
        for response in operation["responses"].values()
        for name in followed(response, described).get("headers", {})
    }
    # A method that there is not is no operation, and so in no part of the document.
    assert answered | {"Allow"} == set(EXPOSED_HEADERS)
    taken = {name for name, parameter in PARAMETERS.items() if parameter["in"] == "header"}
    assert taken | {"Authorization", "Content-Type"} == set(REQUEST_HEADERS)
