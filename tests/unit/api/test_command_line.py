"""The client's command line: what it sends, keeps, prints and exits with."""

from __future__ import annotations

import io
import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ledgerlane_client.cli import main
from tests.support.scripted_api import CUT, Answer, ScriptedApi
from tests.support.stack import ROOT

SESSION: Answer = (
    201,
    {"token": "tok_1", "user_id": "usr_1", "expires_at": "2026-11-28T09:30:00.000000Z"},
)
DONE: Answer = (
    201,
    {"transaction_id": "txn_1", "status": "completed", "reason": None, "balance_after": 5},
)
REJECTED: Answer = (
    200,
    {"transaction_id": "txn_1", "status": "rejected", "reason": "insufficient_funds"},
)
WHO = "/v1/users/me"
DEPOSIT = ("move", "deposit", "acc_1", "5", "EUR")


@pytest.fixture
def api() -> Iterator[ScriptedApi]:
    made = ScriptedApi()
    made.asides[WHO] = (200, {"user_id": "usr_1"})
    yield made
    made.close()


@pytest.fixture(autouse=True)
def home(api: ScriptedApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home directory without a sign-in, and an environment that names the API alone."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("LEDGERLANE_API_URL", api.url)
    monkeypatch.delenv("LEDGERLANE_API_KEY", raising=False)
    monkeypatch.delenv("LEDGERLANE_TOKEN", raising=False)
    return tmp_path


def type_in(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def sign_in(api: ScriptedApi, monkeypatch: pytest.MonkeyPatch) -> None:
    type_in(monkeypatch, "correct horse\n")
    api.answers = [SESSION]
    assert main(["sign-in", "ada@example.com", "--password-stdin"]) == 0
    api.seen.clear()


# -- who asks ---------------------------------------------------------------------------------


def test_a_sign_in_keeps_its_token_for_its_owner_alone(
    api: ScriptedApi,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    kept = home / "config" / "ledgerlane" / "session.json"
    sign_in(api, monkeypatch)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert [path.name for path in kept.parent.iterdir()] == [kept.name]
    assert "tok_1" not in capsys.readouterr().out
    api.answers = [(200, {"data": [], "next_cursor": None})]
    assert main(["accounts", "list"]) == 0
    assert api.seen[0].token == "Bearer tok_1"


def test_a_session_replaces_a_file_that_others_can_read(
    api: ScriptedApi, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(api, monkeypatch)
    kept = home / "config" / "ledgerlane" / "session.json"
    kept.chmod(0o644)
    sign_in(api, monkeypatch)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_a_password_is_read_from_a_pipe_only_if_that_is_said(
    api: ScriptedApi, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    type_in(monkeypatch, "correct horse\n")
    assert main(["sign-in", "ada@example.com"]) == 2
    assert "--password-stdin" in capsys.readouterr().err
    assert api.seen == []


def test_signing_up_signs_in(api: ScriptedApi, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    type_in(monkeypatch, "correct horse\n")
    api.answers = [(201, {"user_id": "usr_1"}), SESSION]
    assert main(["sign-up", "ada@example.com", "--name", "Ada", "--password-stdin"]) == 0
    assert [request.path for request in api.seen] == ["/v1/users", "/v1/sessions"]
    assert api.bodies[0]["password"] == "correct horse"
    assert (home / "config" / "ledgerlane" / "session.json").exists()


@pytest.mark.parametrize("answer", [(204, {}), (401, {"code": "unauthenticated"})])
def test_signing_out_ends_the_session_and_forgets_it(
    api: ScriptedApi, home: Path, monkeypatch: pytest.MonkeyPatch, answer: Answer
) -> None:
    sign_in(api, monkeypatch)
    api.answers = [answer]
    assert main(["sign-out"]) == 0
    assert (api.seen[0].method, api.seen[0].path) == ("DELETE", "/v1/sessions/current")
    assert not (home / "config" / "ledgerlane" / "session.json").exists()


def test_a_session_that_could_not_be_ended_is_kept(
    api: ScriptedApi, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(api, monkeypatch)
    api.answers = [CUT]
    assert main(["sign-out"]) == 5
    assert (home / "config" / "ledgerlane" / "session.json").exists()


@pytest.mark.parametrize(
    ("variables", "used"),
    [
        ({"LEDGERLANE_API_KEY": "key_1"}, "key_1"),
        ({"LEDGERLANE_TOKEN": "tok_2\n"}, "tok_2"),
        ({"LEDGERLANE_API_KEY": "key_1", "LEDGERLANE_TOKEN": "tok_2"}, "key_1"),
        ({"LEDGERLANE_API_KEY": ""}, "tok_1"),
    ],
)
def test_the_environment_goes_before_the_session(
    api: ScriptedApi, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], used: str
) -> None:
    sign_in(api, monkeypatch)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    api.answers = [(200, {"account_id": "acc_1"})]
    assert main(["accounts", "show", "acc_1"]) == 0
    assert api.seen[0].token == f"Bearer {used}"


def test_a_session_is_never_sent_to_another_api(
    api: ScriptedApi, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sign_in(api, monkeypatch)
    other = ScriptedApi()
    try:
        other.answers = [(200, {})]
        assert main(["accounts", "show", "acc_1", "--url", other.url]) == 4
        assert other.seen == []
    finally:
        other.close()
    assert api.url in capsys.readouterr().err


def test_without_a_token_one_is_told_to_sign_in(
    api: ScriptedApi, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["accounts", "list"]) == 4
    assert "sign-in" in capsys.readouterr().err
    assert api.seen == []


def test_a_broken_token_is_not_quoted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LEDGERLANE_API_KEY", "sec\nret")
    assert main(["accounts", "list"]) == 2
    shown = capsys.readouterr().err
    assert "LEDGERLANE_API_KEY" in shown
    assert "sec" not in shown


# -- money ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "path", "body"),
    [
        (["deposit", "acc_1"], "/v1/deposits", {"account_id": "acc_1"}),
        (["withdraw", "acc_1"], "/v1/withdrawals", {"account_id": "acc_1"}),
        (
            ["transfer", "acc_1", "acc_2"],
            "/v1/transfers",
            {"source_account_id": "acc_1", "destination_account_id": "acc_2"},
        ),
    ],
)
def test_a_move_is_sent_once_under_its_key(
    api: ScriptedApi,
    monkeypatch: pytest.MonkeyPatch,
    command: list[str],
    path: str,
    body: dict[str, Any],
) -> None:
    sign_in(api, monkeypatch)
    api.answers = [DONE]
    typed = ["move", *command, "1050", "EUR", "--key", "order-1", "--description", "rent"]
    assert main(typed) == 0
    assert main(typed) == 0
    (request,) = api.seen
    assert (request.path, request.key) == (path, "order-1")
    assert request.body == {**body, "amount": 1050, "currency": "EUR", "description": "rent"}


def test_a_rejected_move_says_why_and_fails(
    api: ScriptedApi, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sign_in(api, monkeypatch)
    api.answers = [REJECTED]
    assert main(["move", "withdraw", "acc_1", "5", "EUR"]) == 1
    assert "insufficient_funds" in capsys.readouterr().err


@pytest.mark.parametrize("amount", ["10.50", "-5", "\u0665", "1e3", ""])
def test_an_amount_is_in_minor_units(
    api: ScriptedApi, amount: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["move", "deposit", "acc_1", amount, "EUR"])
    assert stopped.value.code == 2
    assert api.seen == []


def test_a_move_without_an_answer_is_resumed_and_not_doubled(
    api: ScriptedApi, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sign_in(api, monkeypatch)
    api.answers = [CUT]
    assert main([*DEPOSIT, "--patience", "0.1"]) == 3
    assert "move resume" in capsys.readouterr().err
    api.answers = [DONE]
    sent = len(api.seen)
    assert main(DEPOSIT) == 3, "the same without a key may be the same"
    assert len(api.seen) == sent
    assert main(["move", "resume", "--json"]) == 0
    (answer,) = json.loads(capsys.readouterr().out)
    assert answer["status"] == "completed"
    assert len(set(api.keys)) == 1
    assert main(DEPOSIT) == 0, "once its outcome is known it may be asked for again"
    assert len(set(api.keys)) == 2


def test_a_resumed_move_that_is_refused_does_not_stop_the_others(
    api: ScriptedApi, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sign_in(api, monkeypatch)
    api.answers = [CUT]
    for key in ("order-1", "order-2", "order-3"):
        assert main([*DEPOSIT, "--patience", "0.1", "--key", key]) == 3
    capsys.readouterr()
    api.answers = [(422, {"code": "validation_failed", "detail": "no such currency"}), DONE]
    assert main(["move", "resume", "--json"]) == 1
    shown = capsys.readouterr()
    assert [answer["key"] for answer in json.loads(shown.out)] == ["order-2", "order-3"]
    assert "order-1: no such currency" in shown.err


def test_each_user_has_a_journal(
    api: ScriptedApi, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(api, monkeypatch)
    api.answers = [CUT]
    assert main([*DEPOSIT, "--patience", "0.1"]) == 3
    api.seen.clear()
    ada, api.asides[WHO] = api.asides[WHO], (200, {"user_id": "usr_2"})
    assert main(["move", "resume"]) == 0
    assert api.seen == [], "Grace does not ask for what Ada asked for"
    # With a key from the environment Ada has the journal that her session had.
    monkeypatch.setenv("LEDGERLANE_API_KEY", "key_1")
    api.asides[WHO], api.answers = ada, [DONE]
    assert main(["move", "resume"]) == 0
    assert [request.path for request in api.seen] == ["/v1/deposits"]
    (state,) = {path.parent for path in home.glob("state/*/*.db")}
    assert stat.S_IMODE(state.stat().st_mode) == 0o700


def test_a_key_that_may_not_read_its_user_moves_money_all_the_same(
    api: ScriptedApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEDGERLANE_API_KEY", "key_1")
    api.asides[WHO] = (403, {"code": "forbidden", "detail": "not in scope"})
    api.answers = [DONE]
    assert main(DEPOSIT) == 0


@pytest.mark.parametrize(("answer", "status"), [((401, {"code": "unauthenticated"}), 4), (CUT, 5)])
def test_what_could_not_be_sent_is_not_in_the_journal(
    api: ScriptedApi, monkeypatch: pytest.MonkeyPatch, answer: Answer, status: int
) -> None:
    sign_in(api, monkeypatch)
    who, api.asides[WHO] = api.asides[WHO], answer
    assert main([*DEPOSIT, "--patience", "0.1"]) == status
    api.asides[WHO], api.answers = who, [DONE]
    assert main(["move", "resume"]) == 0
    assert api.seen == []
    assert main(DEPOSIT) == 0


# -- what is printed --------------------------------------------------------------------------


def test_an_opened_account_is_its_id_for_a_shell_and_all_of_it_for_a_program(
    api: ScriptedApi, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sign_in(api, monkeypatch)
    account = {"account_id": "acc_1", "currency": "EUR", "name": "main", "status": "open"}
    api.answers = [(201, account)]
    capsys.readouterr()
    assert main(["accounts", "open", "EUR", "--name", "main", "--key", "main"]) == 0
    assert capsys.readouterr().out == "acc_1\n"
    assert main(["accounts", "open", "EUR", "--name", "main", "--key", "main", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == account


def test_what_others_wrote_can_not_command_the_terminal(
    api: ScriptedApi, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sign_in(api, monkeypatch)
    api.answers = [(200, {"account_id": "acc_1", "name": "\x1b[2Jgone\u202e", "balance": -5})]
    for form in ([], ["--json"]):
        capsys.readouterr()
        assert main(["accounts", "show", "acc_1", *form]) == 0
        shown = capsys.readouterr().out
        assert "gone" in shown
        assert shown.replace("\n", "").isprintable()


def test_a_statement_is_the_apis_csv_byte_for_byte(
    api: ScriptedApi, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    sign_in(api, monkeypatch)
    text = "posted_at,amount\r\n2026,\u20ac\r\n".encode()
    api.answers = [(200, text)]
    capfdbinary.readouterr()
    times = ["--from", "2026-11-01T00:00:00+01:00", "--to", "2026-12-01T00:00:00Z"]
    assert main(["statement", "acc_1", *times]) == 0
    assert capfdbinary.readouterr().out == text
    assert api.seen[0].path == (
        "/v1/accounts/acc_1/statement?format=csv"
        "&from=2026-11-01T00%3A00%3A00%2B01%3A00&to=2026-12-01T00%3A00%3A00Z"
    )


def test_a_statement_as_json_is_asked_for_as_json(
    api: ScriptedApi, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sign_in(api, monkeypatch)
    api.answers = [(200, {"entries": []})]
    for form in (["--json"], ["--format", "json"]):
        capsys.readouterr()
        assert main(["statement", "acc_1", *form]) == 0
        assert json.loads(capsys.readouterr().out) == {"entries": []}
    assert {request.path for request in api.seen} == {"/v1/accounts/acc_1/statement?format=json"}
    assert main(["statement", "acc_1", "--json", "--format", "csv"]) == 2


def test_a_problem_is_told_by_its_detail_and_fields(
    api: ScriptedApi, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sign_in(api, monkeypatch)
    wrong = [{"field": "currency", "message": "must be an ISO 4217 code"}]
    problem = {"code": "validation_failed", "detail": "The request is not valid.", "errors": wrong}
    api.answers = [(422, problem)]
    assert main(["accounts", "open", "EURO"]) == 1
    shown = capsys.readouterr().err
    assert "The request is not valid. (validation_failed)" in shown
    assert "currency: must be an ISO 4217 code" in shown


def test_a_dead_session_is_told_from_a_wrong_password(
    api: ScriptedApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(api, monkeypatch)
    api.answers = [(401, {"code": "unauthenticated", "detail": "Sign in."})]
    assert main(["accounts", "list"]) == 4
    type_in(monkeypatch, "wrong\n")
    api.answers = [(401, {"code": "bad_credentials", "detail": "No."})]
    assert main(["sign-in", "ada@example.com", "--password-stdin"]) == 1


def test_an_api_that_is_away_is_told_in_a_line(
    api: ScriptedApi, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sign_in(api, monkeypatch)
    api.answers = [CUT]
    capsys.readouterr()
    assert main(["accounts", "list", "--patience", "0.1"]) == 5
    shown = capsys.readouterr().err
    assert shown.startswith("ledgerlane: no response: ")
    assert shown.count("\n") == 1


def test_a_reader_who_has_enough_is_no_failure(
    api: ScriptedApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(api, monkeypatch)
    api.answers = [(200, {"data": [{"account_id": "acc_1"}], "next_cursor": None})]
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "ledgerlane_client", "accounts", "list"],
        env={**os.environ, "PYTHONPATH": str(ROOT / "docs" / "client")},
        stdout=writing,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


# -- API keys ---------------------------------------------------------------------------------


def test_a_made_key_goes_to_standard_output_alone(
    api: ScriptedApi, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sign_in(api, monkeypatch)
    api.answers = [(201, {"key_id": "key_1", "key": "secret", "scopes": ["a", "b"]})]
    capsys.readouterr()
    typed = ["keys", "create", "ci", "--scope", "a", "--scope", "b", "--expires-in", "3600"]
    assert main(typed) == 0
    shown = capsys.readouterr()
    assert shown.out == "secret\n"
    assert "key_1" in shown.err
    assert api.seen[0].path == "/v1/api-keys"
    assert api.bodies == [{"name": "ci", "scopes": ["a", "b"], "expires_in": 3600}]


def test_keys_are_listed_and_deleted(
    api: ScriptedApi, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sign_in(api, monkeypatch)
    rows = [{"key_id": "key_1", "name": "ci", "scopes": ["a", "b"], "expires_at": None}]
    api.answers = [(200, {"data": rows, "next_cursor": None}), (204, {})]
    capsys.readouterr()
    assert main(["keys", "list"]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[1].split() == ["key_1", "ci", "a", "b", "-", "-"]
    assert main(["keys", "delete", "key_1"]) == 0
    assert (api.seen[1].method, api.seen[1].path) == ("DELETE", "/v1/api-keys/key_1")


def test_an_account_is_updated_under_a_key_and_shown(
    api: ScriptedApi, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sign_in(api, monkeypatch)
    api.answers = [CUT, DONE, (200, {"account_id": "acc_1", "name": "Rent"})]

    status = main(
        ["accounts", "update", "acc_1", "--name", "Rent", "--metadata", "a=b=c", "--remove", "d"]
    )

    assert status == 0
    first, second, shown = api.seen
    assert first == second
    assert (first.method, first.path) == ("PATCH", "/v1/accounts/acc_1")
    assert first.body == {"name": "Rent", "metadata": {"a": "b=c", "d": None}}
    assert first.key
    assert (shown.method, shown.path) == ("GET", "/v1/accounts/acc_1")
    assert "Rent" in capsys.readouterr().out


def test_an_update_of_nothing_is_wrong_usage(
    api: ScriptedApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(api, monkeypatch)
    assert main(["accounts", "update", "acc_1"]) == 2
