"""Deploy the CDK app to the emulator, with the program in infra/cdk."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from handlers.platform.bounds import DATABASE
from local_cloud.config import APPLICATION_ROLE, LOOPBACK, ROOT, Instance
from local_cloud.console import Progress
from local_cloud.errors import LocalCloudError
from local_cloud.install.npm import install_cdk

PROGRAM = ROOT / "infra" / "cdk" / "deploy.py"
UNCHANGED = "unchanged"
WHOLE_LIMIT_S = 600
WORTH_A_LINE_S = 0.5


@dataclass(frozen=True)
class Report:
    """A line that the deployment printed: a step, its duration and its result."""

    label: str
    seconds: float
    detail: str


def parse_report(line: str) -> Report | None:
    """Parse a printed line; return None if it is not a report."""
    columns = line.rstrip("\n").split("\t")
    if len(columns) < 2:
        return None
    try:
        seconds = float(columns[1].split()[0].rstrip("s"))
    except (ValueError, IndexError):
        return None
    return Report(columns[0], seconds, " ".join(columns[2:]))


def deployment_environment(instance: Instance, cdk: Path) -> dict[str, str]:
    """Return the environment with this instance's addresses for the CDK app."""
    return {
        **os.environ,
        "CDK_CLI": str(cdk),
        "GATEWAY_PORT": str(instance.ports.gateway),
        "LEDGERLANE_DATABASE_HOST": LOOPBACK,
        # Functions reach PostgreSQL through the pooler, never directly.
        "LEDGERLANE_DATABASE_PORT": str(instance.ports.pgbouncer),
        "LEDGERLANE_DATABASE_NAME": DATABASE,
        "LEDGERLANE_DATABASE_SHARDS": instance.further_poolers,
        "LEDGERLANE_DATABASE_USER": APPLICATION_ROLE,
        "LEDGERLANE_DATABASE_PASSWORD": instance.application_password,
        "LEDGERLANE_KAFKA_BOOTSTRAP": instance.kafka_bootstrap,
        "LEDGERLANE_REDIS_URL": instance.redis_url,
        "PARTITIONS": str(instance.partitions),
        "ARCHIVE": str(int(instance.archived)),
        # Not the shell's, which may be about its own programs.
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": instance.traces_endpoint,
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "INFO"),
        "PYTHONWARNINGS": "default",
    }


def deployed_source() -> Path:
    """Return the folder whose application is deployed: ``LEDGERLANE_SOURCE``, else the clone."""
    return Path(os.environ.get("LEDGERLANE_SOURCE") or ROOT)


def was_deployed(instance: Instance) -> bool:
    """Return whether this instance has begun a deployment."""
    return (instance.state / "deploy.log").exists()


def last_one_failed(instance: Instance) -> bool:
    """Return whether the last deployment failed, or was cut short."""
    return was_deployed(instance) and not (instance.state / "deployment.json").exists()


def deploy(instance: Instance, progress: Progress) -> bool:
    """Build the asset, bootstrap and deploy, if something changed.

    Returns
    -------
    bool
        Whether anything was deployed.

    Raises
    ------
    LocalCloudError
        If the deployment fails. The previous deployment keeps serving.
    """
    began = time.monotonic()
    with progress.step("CDK", "synthesising and deploying") as step:
        step.hide()
        last = _run(instance, "up", progress)
        if last == UNCHANGED:
            step.hidden, step.text = False, "nothing changed since the last deployment"
    if last != UNCHANGED:
        progress.report("CDK", "deployed", time.monotonic() - began)
    return last != UNCHANGED


def undeploy(instance: Instance, progress: Progress) -> None:
    """Remove everything that was deployed.

    Raises
    ------
    LocalCloudError
        If that fails.
    """
    with progress.step("CDK", "removing what was deployed") as step:
        _run(instance, "destroy", progress)
        step.text = "removed what was deployed"


def _run(instance: Instance, command: str, progress: Progress) -> str:
    """Run a command of the deployment's program; return the last line that it printed."""
    cdk = install_cdk(instance.cache)
    arguments = [sys.executable, str(PROGRAM), command, "--endpoint", instance.emulator_url]
    arguments += ["--stage", "local", "--state", str(instance.state)]
    with (
        tempfile.TemporaryFile("w+") as errors,
        subprocess.Popen(
            arguments,
            cwd=ROOT,
            env=deployment_environment(instance, cdk),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as child,
    ):
        watchdog = threading.Timer(WHOLE_LIMIT_S, child.terminate)
        watchdog.start()
        try:
            last = _follow(child, progress)
        except BaseException:
            child.terminate()
            raise
        finally:
            watchdog.cancel()
        if child.returncode != 0:
            errors.seek(0)
            raise _failure(instance, errors.read().strip() or last or "it printed no reason")
    return last


def _follow(child: subprocess.Popen[str], progress: Progress) -> str:
    """Show each step that the deployment reports; return the last line it printed."""
    last = ""
    for line in child.stdout or ():
        last = line.strip()
        report = parse_report(line)
        if report is not None and report.seconds >= WORTH_A_LINE_S:
            progress.report(f"  {report.label}", report.detail, report.seconds)
    child.wait()
    return last


def _failure(instance: Instance, said: str) -> LocalCloudError:
    """Return an error with the first line of the deployment's output and the log's path."""
    first, *rest = said.splitlines()
    return LocalCloudError(
        f"the deployment failed: {first.removeprefix('error: ')}",
        f"see {instance.state / 'deploy.log'}; the previous deployment keeps serving",
        "\n".join(rest),
    )
