"""The CDK's command line: where it is, what it may reach, what its output comes down to."""

import sys
import threading
import time
from pathlib import Path

import pytest

from infra.cdk import cdk_cli
from infra.cdk.cdk_cli import (
    CdkCli,
    CdkError,
    cause_of_failure,
    emulator_environment,
    find_cli,
    finished_by_group,
)

FAILED_UPDATE = """\
ledgerlane-local |  9 | 11:13:32 AM | UPDATE_COMPLETE         | AWS::Logs::LogGroup             | MigrateLogs (MigrateLogs5B280EF4)
ledgerlane-local | 10 | 11:13:32 AM | UPDATE_IN_PROGRESS      | Custom::DatabaseMigration       | Migration/Default (Migration)
ledgerlane-local | 11 | 11:13:32 AM | UPDATE_COMPLETE         | AWS::Lambda::Function           | MigrateFunction (MigrateFunction86058513)
ledgerlane-local | 11 | 11:13:33 AM | UPDATE_ROLLBACK_IN_PROG | AWS::CloudFormation::Stack      | ledgerlane-local The following resource(s) failed to update: [Migration].
ledgerlane-local | 11 | 11:13:33 AM | UPDATE_FAILED           | AWS::IAM::Role                  | Other/Role (Other) Resource update cancelled
ledgerlane-local | 11 | 11:13:33 AM | UPDATE_FAILED           | Custom::DatabaseMigration       | Migration/Default (Migration) migration 0002_x.sql failed: broken
ledgerlane-local | 10 | 11:13:33 AM | UPDATE_COMPLETE         | AWS::Lambda::Function           | MigrateFunction (MigrateFunction86058513)
❌  ledgerlane-local failed to deploy
""".splitlines()  # noqa: E501 - as the CLI prints them


def script(folder: Path, body: str) -> Path:
    program = folder / "cdk"
    program.write_text(f"#!{sys.executable}\n{body}\n")
    program.chmod(0o755)
    return program


def cli(folder: Path, body: str) -> CdkCli:
    return CdkCli(script(folder, body), {}, folder / "empty", folder / "log")


def test_the_first_failed_resource_is_the_cause() -> None:
    cause = cause_of_failure(FAILED_UPDATE)
    assert cause == "Migration/Default: migration 0002_x.sql failed: broken"


def test_without_a_failed_resource_the_error_line_is_the_cause() -> None:
    lines = ["Bundling", "❌ Error: no credentials", "at line 1"]
    assert cause_of_failure(lines) == "Error: no credentials"
    assert cause_of_failure(["something", "last words", ""]) == "last words"
    assert cause_of_failure([]) == ""


def test_resources_are_counted_once_by_group() -> None:
    assert finished_by_group(FAILED_UPDATE) == {"log groups": 1, "functions": 1}


def test_the_emulator_s_environment_reaches_no_real_account(tmp_path: Path) -> None:
    person = {"AWS_PROFILE": "prod", "AWS_SESSION_TOKEN": "real", "PATH": "/bin"}
    environment = emulator_environment(person, "http://127.0.0.1:4566", tmp_path)
    assert "AWS_PROFILE" not in environment
    assert "AWS_SESSION_TOKEN" not in environment
    assert environment["AWS_SHARED_CREDENTIALS_FILE"] == "/dev/null"
    assert environment["AWS_ENDPOINT_URL_S3"] == "http://127.0.0.1:4566"
    assert environment["PATH"] == "/bin"


def test_the_command_line_is_found_or_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cdk_cli, "ROOT", tmp_path / "repository")
    named = script(tmp_path, "")
    assert find_cli({"CDK_CLI": str(named)}, tmp_path) == named
    with pytest.raises(CdkError, match="CDK_CLI=/nowhere is not a file"):
        find_cli({"CDK_CLI": "/nowhere"}, tmp_path)
    installed = tmp_path / "node_modules" / ".bin"
    installed.mkdir(parents=True)
    with pytest.raises(CdkError, match="the CDK command line is missing: npm install"):
        find_cli({"PATH": ""}, tmp_path / "other")
    script(installed, "")
    assert find_cli({"PATH": ""}, tmp_path) == installed / "cdk"


def test_a_failing_command_says_why_and_keeps_its_output(tmp_path: Path) -> None:
    with pytest.raises(CdkError, match="Error: it broke"):
        cli(tmp_path, "print('Error: it broke'); raise SystemExit(3)").run(["deploy"], 10)
    assert "Error: it broke" in (tmp_path / "log").read_text()


def test_a_command_that_hangs_is_ended(tmp_path: Path) -> None:
    with pytest.raises(CdkError, match="took over 1 s"):
        cli(tmp_path, "import time; time.sleep(60)").run(["bootstrap"], 1)


def test_a_running_command_can_be_stopped_from_outside(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    body = f"import time, pathlib; pathlib.Path({str(ready)!r}).touch(); time.sleep(60)"
    running = cli(tmp_path, body)
    errors: list[CdkError] = []

    def run() -> None:
        try:
            running.run(["bootstrap"], 30)
        except CdkError as error:
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    deadline = time.monotonic() + 10
    while not ready.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    running.stop()
    thread.join(timeout=5)
    assert not thread.is_alive()
    assert len(errors) == 1
