"""The deploying command: when it may skip, what it prints, what it refuses."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.cdk.deploy import main
from infra.cdk.deployment import Request, is_current, local_outputs, stack_identity
from infra.cdk.local_settings import local_stage

STACK = {
    "StackId": "arn:aws:cloudformation:eu-central-1:000000000000:stack/ledgerlane-local/1",
    "StackStatus": "UPDATE_COMPLETE",
    "CreationTime": datetime(2026, 1, 1, tzinfo=UTC),
    "LastUpdatedTime": datetime(2026, 1, 2, tzinfo=UTC),
    "Outputs": [
        {"OutputKey": "ApiId", "OutputValue": "abc123"},
        {"OutputKey": "ApiStage", "OutputValue": "v1"},
        {"OutputKey": "ApiUrl", "OutputValue": "https://abc123.execute-api.amazonaws.com/v1"},
    ],
}


@pytest.fixture
def request_(tmp_path: Path) -> Request:
    config = local_stage({}, "3.11", "x86_64")
    request = Request(config, "http://127.0.0.1:4566/", tmp_path, tmp_path)
    request.record.write_text(json.dumps({"fingerprint": "f1", "stack": stack_identity(STACK)}))
    return request


def test_what_is_deployed_already_is_left_alone(request_: Request) -> None:
    assert is_current(request_, STACK, "f1")


@pytest.mark.parametrize(
    "difference",
    [
        {"StackId": "the stack of an emulator that was started afresh"},
        {"LastUpdatedTime": datetime(2026, 1, 3, tzinfo=UTC)},
        {"StackStatus": "ROLLBACK_COMPLETE"},
        {"StackStatus": "UPDATE_IN_PROGRESS"},
    ],
)
def test_another_stack_is_deployed_again(request_: Request, difference: dict[str, object]) -> None:
    assert not is_current(request_, {**STACK, **difference}, "f1")


def test_other_code_or_settings_are_deployed(request_: Request) -> None:
    assert not is_current(request_, STACK, "f2")


@pytest.mark.parametrize("text", [None, "", "{half"])
def test_without_a_readable_record_it_deploys(request_: Request, text: str | None) -> None:
    request_.record.unlink()
    if text is not None:
        request_.record.write_text(text)
    assert not is_current(request_, STACK, "f1")


def test_addresses_answer_on_this_machine(
    request_: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATEWAY_PORT", "9000")
    assert local_outputs(request_, STACK) == {
        "ApiId": "abc123",
        "ApiStage": "v1",
        "ApiUrl": "http://127.0.0.1:9000/v1",
        "EmulatorApiUrl": "http://127.0.0.1:4566/_aws/execute-api/abc123/v1",
        "StackName": "ledgerlane-local",
    }


def test_a_wrong_setting_is_one_line_and_status_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("signal.signal", lambda *_: None)
    monkeypatch.setenv("PARTITIONS", "none")
    assert main(["up", "--state", str(tmp_path / "state")]) == 2
    expected = "error: PARTITIONS='none' is not a whole number from 1 to 10000"
    assert capsys.readouterr().err.strip() == expected
