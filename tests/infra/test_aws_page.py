"""docs/aws.md and docs/runbooks.md: every command, file, stack and name in them is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from infra.cdk.aws import COMMANDS
from infra.cdk.build_asset import ROOT
from infra.cdk.stages import AWS_STAGES, EPHEMERAL, STAGES
from tests.support.reviewed import SNAPSHOTS, template

PAGES = [ROOT / "docs" / "aws.md", ROOT / "docs" / "runbooks.md"]
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


@pytest.fixture(params=PAGES, ids=lambda page: page.name)
def page(request: pytest.FixtureRequest) -> str:
    path: Path = request.param
    return path.read_text()


def test_every_target_is_in_the_makefile(page: str) -> None:
    made = re.findall(r"make (?:-s )?([a-z]+(?:-[a-z]+)*)\b(?=[^\n]*`)", page)

    assert made
    assert set(made) <= TARGETS
    assert set(COMMANDS) <= TARGETS


def test_every_stage_is_one(page: str) -> None:
    named = set(re.findall(r"STAGE=([\w-]+)", page))
    assert {name for name in named if not EPHEMERAL.fullmatch(name)} <= set(STAGES)


def test_every_program_is_there(page: str) -> None:
    for module in re.findall(r"python -m ([\w.]+)", page):
        assert (ROOT / f"{module.replace('.', '/')}.py").exists(), module
    for path in re.findall(r"(?:python |`|\()((?:infra|tests|\.github)/[\w./-]+\.\w+)", page):
        assert (ROOT / path).exists(), path


def test_every_file_of_the_stacks_is_there() -> None:
    table = (ROOT / "docs" / "aws.md").read_text().partition("## Stage contents")[2]
    named = re.findall(r"`(\w+\.py)`", table)

    assert named
    for name in named:
        assert (ROOT / "infra" / "cdk" / name).exists(), name


def test_every_physical_name_is_in_a_template(page: str) -> None:
    """Names of stacks and functions, such as `ledgerlane-prod-apply`."""
    texts = dict.fromkeys(AWS_STAGES, "")
    for file in SNAPSHOTS.glob("*.yaml"):
        stage = file.stem.split("-")[1]
        texts[stage] += f"\n{file.stem}\n" + file.read_text()
    for name in set(re.findall(r"\bledgerlane-(?:dev|staging|prod)(?:-[a-z]+)*\b", page)):
        assert re.search(rf"\b{name}\b", texts[name.split("-")[1]]), name


def test_every_output_is_a_stack_s(page: str) -> None:
    outputs = {
        name
        for stage in AWS_STAGES
        for part in ("", "-base", "-github")
        for name in template(f"ledgerlane-{stage}{part}").get("Outputs", {})
    }
    named = set(re.findall(r"output `(\w+)`", page)) | set(re.findall(r"prints `(\w+)`", page))

    assert named <= outputs


def test_the_cdk_is_the_one_that_the_repository_uses() -> None:
    manifest = (ROOT / "localstack" / "tools" / "cdk" / "package.json").read_text()
    (version,) = re.findall(r'"aws-cdk": "([\d.]+)"', manifest)
    files = [ROOT / "docs" / "aws.md", *(ROOT / ".github" / "workflows").glob("*.yml")]
    named = {found for file in files for found in re.findall(r"aws-cdk@([\d.]+)", file.read_text())}

    assert named == {version}
