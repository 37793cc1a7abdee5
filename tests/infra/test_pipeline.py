"""The pipeline: whose job gets which rights, and what its workflows run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from infra.cdk.build_asset import ROOT
from infra.cdk.stages import AWS_STAGES, REPOSITORY
from tests.support.policies import Request, is_allowed
from tests.support.reviewed import reviewed

ISSUER = "token.actions.githubusercontent.com"
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def role_and_trust(stage: str, name: str) -> tuple[Any, Any]:
    """Return what a role of a stage may do, and who may assume it."""
    resources = reviewed(f"ledgerlane-{stage}-github")
    (role,) = (
        (key, r["Properties"])
        for key, r in resources.items()
        if r["Type"] == "AWS::IAM::Role" and r["Properties"]["RoleName"] == name
    )
    (policy,) = (
        r["Properties"]["PolicyDocument"]
        for r in resources.values()
        if r["Type"] == "AWS::IAM::Policy" and r["Properties"]["Roles"] == [{"Ref": role[0]}]
    )
    return policy, role[1]["AssumeRolePolicyDocument"]


def may_assume(trust: Any, subject: str) -> bool:
    """Tell whether a job whose token has this subject may assume a role."""
    (statement,) = trust["Statement"]
    document = {"Statement": [{**statement, "Principal": "*"}]}
    context = {f"{ISSUER}:aud": "sts.amazonaws.com", f"{ISSUER}:sub": f"repo:{subject}"}
    asked = Request("Federated:github", "sts:AssumeRoleWithWebIdentity", "", context)
    return is_allowed(asked, document)


@pytest.mark.parametrize("stage", sorted(AWS_STAGES))
@pytest.mark.parametrize(
    ("subject", "deploys", "looks"),
    [
        ("{repository}:environment:{stage}", True, False),
        ("{repository}:environment:other", False, False),
        ("somebody/else:environment:pr", False, False),
        ("{repository}:pull_request", False, True),
        ("{repository}:ref:refs/heads/main", False, True),
        ("{repository}:ref:refs/heads/feature", False, False),
        ("somebody/else:pull_request", False, False),
        ("somebody/else:environment:{stage}", False, False),
    ],
)
def test_only_a_protected_environment_s_jobs_deploy(
    stage: str, subject: str, deploys: bool, looks: bool
) -> None:
    subject = subject.format(repository=REPOSITORY, stage=stage)
    for name, expected in (("github", deploys), ("github-diff", looks)):
        _, trust = role_and_trust(stage, f"ledgerlane-{stage}-{name}")
        assert may_assume(trust, subject) is expected, name


@pytest.mark.parametrize("stage", sorted(AWS_STAGES))
def test_a_reviewed_pull_request_deploys_beside_dev_and_nowhere_else(stage: str) -> None:
    _, trust = role_and_trust(stage, f"ledgerlane-{stage}-github")
    assert may_assume(trust, f"{REPOSITORY}:environment:pr") is (stage == "dev")


@pytest.mark.parametrize("stage", sorted(AWS_STAGES))
def test_a_pull_request_may_only_look(stage: str) -> None:
    account = AWS_STAGES[stage].account
    for purpose in (
        *("lookup", "deploy", "file-publishing", "image-publishing", "cfn-exec"),
        "github",
    ):
        role = f"arn:aws:iam::{account}:role/cdk-hnb659fds-{purpose}-role-{account}-eu-central-1"
        asked = Request("AWS:job", "sts:AssumeRole", role)
        reader, _ = role_and_trust(stage, f"ledgerlane-{stage}-github-diff")
        deployer, _ = role_and_trust(stage, f"ledgerlane-{stage}-github")
        assert is_allowed(asked, reader) is (purpose == "lookup"), purpose
        assert is_allowed(asked, deployer)


def jobs() -> Iterator[tuple[str, dict[str, Any]]]:
    for workflow in WORKFLOWS:
        for name, job in yaml.safe_load(workflow.read_text())["jobs"].items():
            yield f"{workflow.name} {name}", job


def test_a_job_that_deploys_waits_for_nothing_but_its_stage() -> None:
    """One group for the whole workflow would make all wait for one approval."""
    deploying = {name: job for name, job in jobs() if "make deploy" in str(job)}

    assert deploying
    for name, job in deploying.items():
        number = "-${{ github.event.number }}" if job["environment"] == "pr" else ""
        assert job["concurrency"]["group"] == f"deploy-{job['environment']}{number}", name
        assert job["concurrency"]["cancel-in-progress"] is False, name
    for workflow in WORKFLOWS:
        assert "concurrency" not in yaml.safe_load(workflow.read_text()), workflow.name


def test_a_difference_that_can_t_be_shown_fails_its_job() -> None:
    (job,) = (job for name, job in jobs() if name.endswith(" diff"))
    script = "".join(step.get("run", "") for step in job["steps"])

    assert "|| true" not in script
    assert 'exit "$status"' in script
    assert set(job["strategy"]["matrix"]["stage"]) == {"staging", "prod"}
    assert "environment" not in job, "an environment's token would be that of a deployment"


def workflow(name: str) -> dict[Any, Any]:
    loaded: dict[Any, Any] = yaml.safe_load((ROOT / ".github" / "workflows" / name).read_text())
    return loaded


def test_a_pull_request_s_code_deploys_only_by_a_label_after_a_review_and_from_no_fork() -> None:
    """``on`` is true in YAML 1.1."""
    made = workflow("pr-stage.yml")
    (job,) = made["jobs"].values()
    checkout = job["steps"][0]

    assert made[True] == {"pull_request": {"types": ["labeled"]}}, "a push is not reviewed"
    assert "github.event.label.name == 'stage'" in job["if"]
    assert "head.repo.full_name == github.repository" in job["if"]
    assert job["environment"] == "pr"
    assert checkout["with"]["ref"] == "${{ github.event.pull_request.head.sha }}"


def test_what_removes_a_stage_runs_nothing_of_a_pull_request() -> None:
    made = workflow("pr-stage-removal.yml")

    for name, job in made["jobs"].items():
        text = str(job)
        assert job["environment"] == "dev", name
        assert "head.sha" not in text, name
        assert "head_ref" not in text, name
        assert "make deploy" not in text, name
        checkout = job["steps"][0]
        assert checkout.get("with", {}).get("ref", "main") == "main", name
    drop = made["jobs"]["drop"]
    deploy = workflow("pr-stage.yml")["jobs"]["deploy"]
    assert drop["concurrency"] == deploy["concurrency"], "they must not run at once"
    assert "make forgotten" not in str(drop)
    assert "make -s forgotten" in str(made["jobs"]["sweep"])


def job_of(name: str) -> dict[str, Any]:
    (job,) = (job for each, job in jobs() if each == f"deploy.yml {name}")
    return job


def test_who_approves_prod_has_seen_what_it_would_change() -> None:
    prod, diff = job_of("prod"), job_of("diff")

    assert "diff" in prod["needs"]
    assert "github.event_name == 'push'" in diff["if"]
    script = "".join(step.get("run", "") for step in diff["steps"])
    assert "GITHUB_STEP_SUMMARY" in script


def test_a_deployment_ends_with_a_check_of_what_it_serves() -> None:
    """Staging by a demo that moves money, prod by a smoke test that does not."""
    for name, check in (("staging", "load.demo"), ("prod", "make -s smoke STAGE=prod")):
        steps = [step.get("run", "") for step in job_of(name)["steps"]]
        deploy = next(i for i, run in enumerate(steps) if "make deploy" in run)
        assert any(check in run for run in steps[deploy + 1 :]), name
    last = job_of("prod")["steps"][-1]["run"]
    assert "GITHUB_STEP_SUMMARY" in last
    assert last.rstrip().endswith('exit "$status"'), "a failure must fail the job"


def test_every_target_that_a_workflow_makes_is_there() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    made = {
        target
        for workflow in WORKFLOWS
        for target in re.findall(r"\bmake (?:-s )?([a-z-]+)", workflow.read_text())
    }

    assert made
    assert made <= targets
