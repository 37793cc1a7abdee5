"""Synthesize, compare, deploy, watch or destroy a stage on AWS.

    python infra/cdk/aws.py synth|diff|drift|deploy|watch|destroy --stage dev [--stack NAME ...]

`diff` and `drift` only read, with the bootstrap's lookup role. `watch` deploys each change of the
functions' code at once, past CloudFormation, where the stage is not protected.

It uses the credentials of the AWS command line; `synth` needs none. The CDK's output is shown
unchanged. The exit status is that of the CDK, or 2 if a setting is wrong.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

# In a script, this directory is first on the path, where `app` would be the CDK's.
if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[2])

from infra.cdk.build_asset import ROOT
from infra.cdk.cdk_cli import CdkMissingError, find_cli
from infra.cdk.config import AwsStage, ConfigError
from infra.cdk.stages import aws_stage

APP = Path(__file__).with_name("app.py")
COMMANDS = ("synth", "diff", "drift", "deploy", "watch", "destroy")


def folder_of(stage: AwsStage, root: Path = ROOT) -> Path:
    """Return the directory of a stage's assembly and outputs."""
    return root / ".cache" / "aws" / stage.name


def command_line(
    command: str, stage: AwsStage, stacks: Sequence[str], cli: Path, folder: Path, approval: str
) -> list[str]:
    """Return the command to run: the CDK's command line, or only the app for `synth`.

    Parameters
    ----------
    stacks
        By default, both stacks of the stage, data before code.
    approval
        ``broadening`` asks before it widens permissions, ``never`` does not ask.
    """
    if command == "synth":
        return [sys.executable, str(APP)]
    chosen = list(stacks) or [f"{stage.stack_name}-base", stage.stack_name]
    if command == "watch":
        chosen = [stage.stack_name]
    line = [str(cli), command, *chosen, "--app", f"{sys.executable} {APP}"]
    line += ["--context", f"stage={stage.name}", "--output", str(folder / "cdk.out")]
    line += ["--no-notices", "--no-version-reporting"]
    if command == "diff":
        # A change set would need the role that deploys.
        line += ["--method", "template"]
    if command == "drift":
        line += ["--fail"]
    if command == "deploy":
        line += ["--require-approval", approval, "--progress", "events"]
        line += ["--outputs-file", str(folder / "outputs.json")]
    if command == "destroy" and stage.is_ephemeral:
        # Nobody answers in a workflow, and nothing of it is worth a question.
        line += ["--force"]
    return line


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status."""
    parser = argparse.ArgumentParser(prog="aws", description="Manage a stage on AWS.")
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("--stage", required=True)
    parser.add_argument("--stack", action="append", default=[], help="only this stack")
    parser.add_argument("--approval", choices=("broadening", "never"), default="broadening")
    parser.add_argument(
        "--first", action="store_true", help="the stage's first deployment, which may be cleaned up"
    )
    options = parser.parse_args(arguments)
    try:
        stage = aws_stage(options.stage)
    except ConfigError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    if options.command == "watch" and stage.database.is_protected:
        print(f"error: {stage.name} is not changed past CloudFormation; deploy it", file=sys.stderr)
        return 2
    folder = folder_of(stage)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        cli = Path() if options.command == "synth" else find_cli(os.environ, folder)
    except CdkMissingError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    line = command_line(options.command, stage, options.stack, cli, folder, options.approval)
    environment = {**os.environ, "STAGE": stage.name, "FIRST_DEPLOYMENT": str(+options.first)}
    if options.command == "synth":
        environment["CDK_OUTDIR"] = str(folder / "cdk.out")
    # Run outside the repository, because the CDK would search it for an app.
    status = subprocess.run(line, env=environment, cwd=folder, check=False).returncode
    if status == 0 and options.command == "synth":
        print(f"synthesized {stage.stack_name} to {folder / 'cdk.out'}")
    return status


if __name__ == "__main__":
    raise SystemExit(main())
