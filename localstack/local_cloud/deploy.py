"""Deploying the CDK app into the emulator, by the program that infra/cdk has for it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from local_cloud.config import APPLICATION_ROLE, DATABASE, LOOPBACK, ROOT, Instance
from local_cloud.console import Progress
from local_cloud.errors import LocalCloudError
from local_cloud.install.npm import install_cdk

PROGRAM = ROOT / "infra" / "cdk" / "deploy.py"
UNCHANGED = "unchanged"
WHOLE_LIMIT_S = 600


@dataclass(frozen=True)
class Report:
    """One line that the deployment printed: what it did, how long, and what came of it."""

    label: str
    seconds: float
    detail: str


def parse_report(line: str) -> Report | None:
    """Return a printed line as a report; None where it is none."""
    columns = line.rstrip("\n").split("\t")
    if len(columns) < 2:
        return None
    try:
        seconds = float(columns[1].split()[0].rstrip("s"))
    except (ValueError, IndexError):
        return None
    return Report(columns[0], seconds, " ".join(columns[2:]))


def deployment_environment(instance: Instance, cdk: Path) -> dict[str, str]:
    """Return the environment that tells the CDK app this instance's addresses."""
    return {
        **os.environ,
        "CDK_CLI": str(cdk),
        "LEDGERLANE_DATABASE_HOST": LOOPBACK,
        # Functions reach PostgreSQL through the pooler, never directly.
        "LEDGERLANE_DATABASE_PORT": str(instance.ports.pgbouncer),
        "LEDGERLANE_DATABASE_NAME": DATABASE,
        "LEDGERLANE_DATABASE_USER": APPLICATION_ROLE,
        "LEDGERLANE_DATABASE_PASSWORD": instance.application_password,
        "LEDGERLANE_KAFKA_BOOTSTRAP": instance.kafka_bootstrap,
        "LEDGERLANE_REDIS_URL": instance.redis_url,
        "PARTITIONS": str(instance.partitions),
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "INFO"),
        "PYTHONWARNINGS": "default",
    }


def deploy(instance: Instance, progress: Progress) -> bool:
    """Build the asset, bootstrap and deploy, where something changed.

    Returns
    -------
    bool
        Whether anything was deployed.

    Raises
    ------
    LocalCloudError
        If the deployment fails; what was deployed before keeps serving.
    """
    cdk = install_cdk(instance.cache)
    command = [sys.executable, str(PROGRAM), "up", "--endpoint", instance.emulator_url]
    command += ["--stage", "local", "--state", str(instance.state)]
    with progress.step("CDK", "synthesising and deploying") as step:
        with subprocess.Popen(
            command,
            cwd=ROOT,
            env=deployment_environment(instance, cdk),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as child:
            try:
                output, errors = child.communicate(timeout=WHOLE_LIMIT_S)
            except BaseException:
                child.terminate()
                raise
        if child.returncode != 0:
            lines = errors.strip().splitlines() or output.strip().splitlines() or ["no word why"]
            raise LocalCloudError(
                "the deployment failed", f"see {instance.state / 'deploy.log'}", "\n".join(lines)
            )
        lines = output.strip().splitlines()
        reports = [report for report in map(parse_report, lines) if report is not None]
        if lines and lines[-1].strip() == UNCHANGED:
            step.skip("nothing changed since the last deployment")
            return False
        step.text = ", ".join(f"{report.label} {report.seconds:.1f} s" for report in reports)
    return True
