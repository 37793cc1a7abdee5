"""The command that looks after a stage on AWS: what it has the CDK do, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.cdk.aws import command_line, main
from infra.cdk.stages import DEV

CDK = Path("/usr/bin/cdk")


def test_data_is_deployed_before_code_and_asks_before_it_widens_a_right(tmp_path: Path) -> None:
    line = command_line("deploy", DEV, [], CDK, tmp_path, "broadening")
    assert line[:4] == [str(CDK), "deploy", "ledgerlane-dev-base", "ledgerlane-dev"]
    assert line[line.index("--context") + 1] == "stage=dev"
    assert line[line.index("--require-approval") + 1] == "broadening"


def test_one_stack_alone_can_be_named(tmp_path: Path) -> None:
    line = command_line("diff", DEV, ["ledgerlane-dev-github"], CDK, tmp_path, "broadening")
    assert line[:3] == [str(CDK), "diff", "ledgerlane-dev-github"]
    assert "--require-approval" not in line


def test_a_destruction_is_never_forced(tmp_path: Path) -> None:
    assert "--force" not in command_line("destroy", DEV, [], CDK, tmp_path, "never")


@pytest.mark.parametrize("stage", ["", "local", "moon"])
def test_an_unknown_stage_is_one_clear_line(stage: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["synth", "--stage", stage]) == 2
    wanted = f"error: there is no stage {stage!r} on AWS; use one of dev, staging, prod, or pr-"
    wanted += " and the number of a pull request\n"
    assert capsys.readouterr().err == wanted


def test_a_missing_cdk_is_one_clear_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CDK_CLI", "/nowhere/cdk")
    assert main(["diff", "--stage", "dev"]) == 2
    assert capsys.readouterr().err.startswith("error: CDK_CLI=/nowhere/cdk is not a file")


def test_a_difference_needs_no_right_to_deploy(tmp_path: Path) -> None:
    line = command_line("diff", DEV, [], CDK, tmp_path, "never")
    assert line[line.index("--method") + 1] == "template"


def test_a_change_by_hand_fails(tmp_path: Path) -> None:
    assert "--fail" in command_line("drift", DEV, [], CDK, tmp_path, "never")


@pytest.mark.parametrize("stage", ["staging", "prod"])
def test_a_protected_stage_is_not_changed_past_cloudformation(
    stage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["watch", "--stage", stage]) == 2
    assert "is not changed past CloudFormation" in capsys.readouterr().err
