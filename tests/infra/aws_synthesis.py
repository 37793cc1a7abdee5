"""Synthesizing the stages on AWS inside a test, each once a session."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.cdk.app import FEATURE_FLAGS
from infra.cdk.build_asset import Asset
from infra.cdk.config import AwsStage
from infra.cdk.routes import Route
from infra.cdk.stages import REPOSITORY
from tests.infra.synthesis import TOY

Template = dict[str, Any]
# Meant: zones are named, because looking them up takes credentials (W3010); the CDK writes
# dependencies that follow from references as well (W3005), and joins texts (E3703).
LINT_IGNORED = ("W3005", "W3010", "E3703")


@dataclass(frozen=True, slots=True)
class Synthesized:
    """A stage: its templates by stack name, where they lie, and what cdk-nag finds."""

    config: AwsStage
    templates: dict[str, Template]
    files: tuple[Path, ...]
    findings: tuple[str, ...]

    @property
    def base(self) -> Template:
        return self.templates[f"{self.config.stack_name}-base"]

    @property
    def app(self) -> Template:
        return self.templates[self.config.stack_name]

    @property
    def everything(self) -> dict[str, dict[str, Any]]:
        """All resources of all stacks, by logical id."""
        found: dict[str, dict[str, Any]] = {}
        for template in self.templates.values():
            found |= template["Resources"]
        return found

    def of(self, kind: str) -> list[dict[str, Any]]:
        """Return the properties of every resource of a type."""
        found = (r for r in self.everything.values() if r["Type"] == kind)
        return [resource.get("Properties", {}) for resource in found]


def synthesize_stage(
    config: AwsStage, routes: tuple[Route, ...], asset: Asset, folder: Path
) -> Synthesized:
    """Synthesize a stage's stacks into `folder`, and ask cdk-nag."""
    # Imported here: it takes seconds and starts a Node.js process.
    from aws_cdk import App

    from infra.cdk.app_stack import add_stage
    from infra.cdk.github import GithubStack

    app = App(context=FEATURE_FLAGS, outdir=str(folder))
    stacks = [*add_stage(app, config, asset, routes, TOY), GithubStack(app, config, REPOSITORY)]
    return finish(app, config, [stack.stack_name for stack in stacks], folder)


def finish(app: Any, config: AwsStage, names: list[str], folder: Path) -> Synthesized:
    """Synthesize an app's stacks into `folder`, and ask cdk-nag."""
    from cdk_nag import AwsSolutionsChecks

    app.synth()
    files = tuple(folder / f"{name}.template.json" for name in names)
    report = AwsSolutionsChecks(app).validate_scope(app)
    findings = [
        f"{violation.rule_name} at {resource.construct_path}"
        for violation in report.violations
        for resource in violation.violating_resources
    ]
    templates = {
        name: json.loads(file.read_text()) for name, file in zip(names, files, strict=True)
    }
    return Synthesized(config, templates, files, tuple(findings))


def readable(value: Any) -> Any:
    """Return a template's part as a person reads it: joined text, no hashes of code."""
    if isinstance(value, list):
        return [readable(item) for item in value]
    if isinstance(value, str):
        return re.sub(r"\b[0-9a-f]{64}\b", "<hash>", _renamed(value))
    if not isinstance(value, dict):
        return value
    if value.keys() == {"Fn::Join"} and value["Fn::Join"][0] == "":
        return "".join(_as_text(part) for part in value["Fn::Join"][1])
    return {_renamed(key): readable(item) for key, item in value.items()}


def _renamed(key: str) -> str:
    # A REST API's deployment and a function's version are named after their content.
    return re.sub(r"(Deployment|CurrentVersion)[0-9A-Fa-f]{16,}", r"\1<hash>", key)


def _as_text(part: Any) -> str:
    if isinstance(part, str):
        return str(readable(part))
    ((function, argument),) = part.items()
    if function == "Ref":
        return f"${{{_renamed(argument)}}}"
    if function == "Fn::GetAtt":
        return f"${{{'.'.join(argument)}}}"
    return f"${{{function} {json.dumps(readable(argument), sort_keys=True)}}}"


def lint(stage: Synthesized) -> str:
    """Return what cfn-lint has to say about a stage's templates."""
    files = [str(file) for file in stage.files]
    program = str(Path(sys.executable).with_name("cfn-lint"))
    command = [program, "--non-zero-exit-code", "informational"]
    result = subprocess.run(
        [*command, "--ignore-checks", *LINT_IGNORED, "--", *files],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    return "" if result.returncode == 0 else result.stdout + result.stderr
