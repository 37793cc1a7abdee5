"""What every answer has, and what becomes of faults behind the API."""

from __future__ import annotations

import json
import time
from typing import Any

import msgspec
import pytest
from chalice.app import Response

from functions import wiring
from functions.api import endpoint, telemetry
from handlers.domain import commands as c
from handlers.domain.ids import keyed_transaction_id
from handlers.domain.partitions import partition_of
from handlers.platform.bounds import FAILED_REQUESTS, METRICS_NAMESPACE
from handlers.platform.errors import LogFenced, Overloaded, Unavailable
from handlers.platform.kafka import Producer
from handlers.platform.kafka_config import Brokers
from tests.support.reviewed import reviewed
from tests.unit.api.conftest import ACCOUNT, ALICE, Api
from tests.unit.api.test_refusals import MONEY, TRANSFER, assert_problem


def test_a_request_id_is_taken_returned_and_travels_with_the_command(api: Api) -> None:
    answer = api.alice.post("/deposits", MONEY, X_Request_Id="mine-1")
    assert answer.headers["X-Request-Id"] == "mine-1"
    assert api.producer.records[0][1].request_id == "mine-1"
    for bad in ("", "x" * 129, "naïve", "a\nb"):
        made = api.alice.post("/deposits", MONEY, X_Request_Id=bad).headers["X-Request-Id"]
        assert made.startswith("req_")


def test_a_deposit_becomes_the_command_that_was_asked_for(api: Api) -> None:
    body = {**MONEY, "description": "Lunch", "metadata": {"b": "2", "a": "1"}}
    answer = api.alice.post("/deposits", body, Idempotency_Key="k")
    partition, command = api.producer.records[0]
    assert isinstance(command, c.Deposit)
    assert partition == partition_of(ACCOUNT, 12)
    assert command.transaction_id == keyed_transaction_id(ALICE, "k")
    assert (command.user_id, command.account_id) == (ALICE, ACCOUNT)
    assert (command.amount, command.currency, command.description) == (5, "EUR", "Lunch")
    assert json.loads(bytes(command.metadata)) == {"a": "1", "b": "2"}
    assert answer.json["metadata"] == {"a": "1", "b": "2"}


def test_the_fingerprint_tells_requests_apart_and_not_their_spelling(api: Api) -> None:
    def fingerprint(path: str, body: dict[str, Any]) -> str:
        assert api.alice.post(path, body).status == 202
        return api.producer.records[-1][1].fingerprint

    plain = fingerprint("/deposits", MONEY)
    assert fingerprint("/deposits", {**MONEY, "description": None}) == plain
    assert fingerprint("/deposits", dict(reversed(MONEY.items()))) == plain
    different = [
        fingerprint("/withdrawals", MONEY),
        fingerprint("/deposits", {**MONEY, "amount": 6}),
        fingerprint("/deposits", {**MONEY, "currency": "USD"}),
        fingerprint("/deposits", {**MONEY, "description": "x"}),
        fingerprint("/deposits", {**MONEY, "metadata": {}}),
        fingerprint("/deposits", {**MONEY, "metadata": {"x": "x"}}),
        fingerprint("/holds", MONEY),
    ]
    assert len({plain, *different}) == 8
    one = fingerprint("/deposits", {**MONEY, "metadata": {"a": "1", "b": "2"}})
    assert fingerprint("/deposits", {**MONEY, "metadata": {"b": "2", "a": "1"}}) == one


def test_a_request_s_id_fingerprint_and_record_are_what_they_always_were(api: Api) -> None:
    body = {**MONEY, "description": "Lunch ü", "metadata": {"b": "2", "a": "1"}}
    api.alice.post("/deposits", body, Idempotency_Key="lunch-1", X_Request_Id="r-1")
    command = msgspec.structs.replace(
        api.producer.records[0][1], requested_at_us=1_700_000_000_123_000
    )
    assert c.encode(command).decode() == (
        '{"kind":"deposit","transaction_id":"txn_e544614b6ae8127de046260213d92b4d",'
        '"user_id":"usr_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","requested_at_us":1700000000123000,'
        '"fingerprint":"40aa220cc37e86a952b3be9445159372","request_id":"r-1","rules":2,'
        '"description":"Lunch ü","metadata":{"a":"1","b":"2"},'
        '"account_id":"acc_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","amount":5,"currency":"EUR"}'
    )


def test_without_a_key_two_requests_are_two_transactions(api: Api) -> None:
    ids = [api.alice.post("/transfers", TRANSFER).json["transaction_id"] for _ in range(2)]
    assert ids[0] != ids[1]
    assert len(api.producer.records) == 2


def test_an_unforeseen_fault_tells_nothing_of_itself(
    api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    api.producer.error = RuntimeError("secret host name")
    answer = api.alice.post("/deposits", MONEY, X_Request_Id="r-500")
    assert_problem(answer, 500, "internal_error")
    assert "secret" not in answer.text
    (logged,) = (one for one in caplog.records if one.exc_info)
    assert logged.exc_info is not None
    assert "secret host name" in str(logged.exc_info[1])
    assert logged.__dict__["request_id"] == "r-500"


def test_a_log_that_is_away_is_a_503_with_a_time_to_come_back(api: Api) -> None:
    api.producer.error = Unavailable("the log can't be reached", retry_after_s=2)
    answer = api.alice.post("/deposits", MONEY)
    assert_problem(answer, 503, "unavailable")
    assert answer.headers["Retry-After"] == "2"


@pytest.mark.parametrize(
    ("error", "is_failure"),
    [
        (RuntimeError("a bug"), True),
        (Unavailable("the log can't be reached"), True),
        (Overloaded("too much to do"), False),
        (LogFenced("the log is being grown"), False),
    ],
)
def test_a_failed_request_is_counted_at_once_where_the_release_s_alarm_looks(
    error: Exception,
    is_failure: bool,
    api: Api,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_VERSION", "7")
    monkeypatch.setattr(telemetry, "_service", lambda: "ledgerlane-api")
    api.producer.error = error

    answer = api.alice.post("/deposits", MONEY)

    assert answer.status >= 500
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    counted = [line for line in lines if FAILED_REQUESTS in line]
    assert len(counted) == is_failure
    for line in counted:
        (written,) = line["_aws"]["CloudWatchMetrics"]
        watched = release_metric()
        dimensions = {one["Name"]: one["Value"] for one in watched["Dimensions"]}
        assert written["Namespace"] == watched["Namespace"]
        assert [metric["Name"] for metric in written["Metrics"]] == [watched["MetricName"]]
        assert [set(names) for names in written["Dimensions"]] == [dimensions.keys()]
        assert line["service"] == dimensions["service"]
        assert line["version"] == "7"


def release_metric() -> Any:
    """Return the metric of ours that the alarm of a release watches."""
    alarm = reviewed("ledgerlane-prod")["ReleaseErrors252C828C"]["Properties"]
    (metric,) = (
        part["MetricStat"]["Metric"]
        for part in alarm["Metrics"]
        if part.get("MetricStat", {}).get("Metric", {}).get("Namespace") == METRICS_NAMESPACE
    )
    return metric


def test_brokers_that_are_not_there_are_given_up_in_bounded_time(api: Api) -> None:
    producer = Producer(Brokers("127.0.0.1:1"), delivery_timeout_s=0.5)
    wiring.producer.replace(producer)
    wiring.intake.reset()
    started_s = time.monotonic()
    assert_problem(api.alice.post("/deposits", MONEY), 503, "unavailable")
    assert time.monotonic() - started_s < 5
    producer.close(0)


def test_each_request_is_one_log_line_without_secrets(
    api: Api, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    api.alice.post("/deposits", {**MONEY, "description": "private words"}, X_Request_Id="r1")
    lines = [line for line in capsys.readouterr().out.splitlines() if '"request"' in line]
    assert len(lines) == 1
    line = json.loads(lines[0])
    assert (line["method"], line["route"], line["status"]) == ("POST", "/deposits", 202)
    assert (line["request_id"], line["user_id"], line["account_id"]) == ("r1", ALICE, ACCOUNT)
    assert line["transaction_id"].startswith("txn_")
    assert {"partition", "offset", "took_ms"} <= line.keys()
    assert "private words" not in lines[0]
    assert "alice" not in lines[0]


def test_the_log_line_names_the_service_and_its_fields_in_their_order(
    api: Api, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "some-service")
    telemetry._service.cache_clear()
    capsys.readouterr()
    api.alice.post("/deposits", MONEY)
    telemetry._service.cache_clear()
    (text,) = [line for line in capsys.readouterr().out.splitlines() if '"request"' in line]
    line = json.loads(text)
    assert line["service"] == "some-service"
    assert " ".join(line) == (
        "level message timestamp service method route status took_ms request_id"
        " user_id transaction_id account_id partition offset"
    )


def test_counts_become_metrics_at_most_once_a_second(
    api: Api, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telemetry, "_flushed_at_s", time.monotonic())
    for _ in range(3):
        api.alice.post("/deposits", MONEY)
    assert "_aws" not in capsys.readouterr().out
    monkeypatch.setattr(telemetry, "_flushed_at_s", time.monotonic() - 2)
    api.alice.post("/deposits", MONEY)
    embedded = [line for line in capsys.readouterr().out.splitlines() if "_aws" in line]
    assert len(embedded) == 1
    assert sum(json.loads(embedded[0])["Accepted"]) >= 4


def test_telling_never_spoils_an_answer(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telemetry, "log_request", lambda *_: 1 / 0)
    assert api.alice.post("/deposits", MONEY).status == 202


def test_the_stage_is_part_of_what_location_says(api: Api) -> None:
    answer = api.alice.post("/deposits", MONEY)
    assert answer.headers["Location"].startswith("/v1/transactions/txn_")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_answers_have_the_form_that_chalice_would_give_them(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxied, made = endpoint._proxied, []

    def kept(response: Response) -> dict[str, Any]:
        made.append((proxied(response), response.to_dict()))
        return made[-1][0]

    monkeypatch.setattr(endpoint, "_proxied", kept)
    api.alice.post("/deposits", MONEY)
    api.alice.post("/deposits", {})
    api.nobody.post("/deposits", MONEY)
    api.alice.call("DELETE", "/deposits")
    api.nobody.get("/docs")
    api.nobody.get("/openapi.json")
    assert [ours["statusCode"] for ours, _ in made] == [202, 422, 401, 405, 200, 200]
    for ours, chalice_s in made:
        assert ours == chalice_s
        assert all(isinstance(value, str) for value in [ours["body"], *ours["headers"].values()])
