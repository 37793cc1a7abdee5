"""Synthesize, compare, deploy or destroy a stage on AWS.

    python infra/cdk/aws.py synth|diff|deploy|destroy --stage dev [--stack NAME ...]

Credentials are the AWS command line's own; `synth` needs none. What the CDK says is shown as it
says it. Exit status: the CDK's, or 2 when something is wrong before it is run.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

# Run as a script, this folder is first on the path, where app.py is the CDK's.
if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[2])

from infra.cdk.build_asset import ROOT
from infra.cdk.cdk_cli import CdkMissingError, find_cli
from infra.cdk.config import AwsStage
from infra.cdk.stages import AWS_STAGES

APP = Path(__file__).with_name("app.py")
COMMANDS = ("synth", "diff", "deploy", "destroy")


def folder_of(stage: AwsStage, root: Path = ROOT) -> Path:
    """Return where a stage's assembly and outputs are kept."""
    return root / ".cache" / "aws" / stage.name


def command_line(
    command: str, stage: AwsStage, stacks: Sequence[str], cli: Path, folder: Path, approval: str
) -> list[str]:
    """Return what is run: the CDK's command line, or for `synth` the app alone.

    Parameters
    ----------
    stacks
        By default both of the stage's own, data before code.
    approval
        ``broadening`` asks before a right is widened, ``never`` asks nothing.
    """
    if command == "synth":
        return [sys.executable, str(APP)]
    chosen = list(stacks) or [f"{stage.stack_name}-base", stage.stack_name]
    line = [str(cli), command, *chosen, "--app", f"{sys.executable} {APP}"]
    line += ["--context", f"stage={stage.name}", "--output", str(folder / "cdk.out")]
    line += ["--no-notices", "--no-version-reporting"]
    if command == "deploy":
        line += ["--require-approval", approval, "--progress", "events"]
        line += ["--outputs-file", str(folder / "outputs.json")]
    return line


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit status."""
    parser = argparse.ArgumentParser(prog="aws", description="Look after a stage on AWS.")
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("--stage", required=True)
    parser.add_argument("--stack", action="append", default=[], help="only this one")
    parser.add_argument("--approval", choices=("broadening", "never"), default="broadening")
    options = parser.parse_args(arguments)
    stage = AWS_STAGES.get(options.stage)
    if stage is None:
        names = ", ".join(AWS_STAGES)
        print(f"error: there is no stage {options.stage!r} on AWS: use {names}", file=sys.stderr)
        return 2
    folder = folder_of(stage)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        cli = Path() if options.command == "synth" else find_cli(os.environ, folder)
    except CdkMissingError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    line = command_line(options.command, stage, options.stack, cli, folder, options.approval)
    environment = {**os.environ, "STAGE": stage.name}
    if options.command == "synth":
        environment["CDK_OUTDIR"] = str(folder / "cdk.out")
    # Not in the repository: the CDK would search it for an app.
    status = subprocess.run(line, env=environment, cwd=folder, check=False).returncode
    if status == 0 and options.command == "synth":
        print(f"synthesized {stage.stack_name} to {folder / 'cdk.out'}")
    return status


if __name__ == "__main__":
    raise SystemExit(main())
