"""`status` and `logs`: the table of services, and their logs."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from datetime import datetime
from pathlib import Path

from rich.table import Table

from local_cloud.alerts import firing, health_line
from local_cloud.config import Instance
from local_cloud.console import Progress
from local_cloud.errors import LocalCloudError
from local_cloud.process import read_process
from local_cloud.services.base import Service
from local_cloud.services.emulator import health, started_emulator
from local_cloud.stack import every_service, find_service

MEBIBYTE = 1024 * 1024
WIDTH = 130


def state_of(service: Service) -> str:
    """Return a service's state: running, not ready, crashed or stopped."""
    if service.process is not None:
        return "running" if service.ready() else "not ready"
    return "crashed" if read_process(service.instance.run, service.name) else "stopped"


def rows(instance: Instance) -> list[dict[str, str | int]]:
    """Return one row per service, in the order of the table's columns."""
    table: list[dict[str, str | int]] = []
    for service in every_service(instance):
        process = service.process
        row: dict[str, str | int] = {"part": service.title, "state": state_of(service)}
        row["pid"] = process.pid if process else ""
        row["port"] = service.port
        row["version"] = process.version if process else ""
        row["memory_mib"] = process.memory_bytes // MEBIBYTE if process else ""
        row["since"] = since(process.started_at) if process else ""
        row["service"] = service.name
        table.append(row)
    return table


def since(moment: float) -> str:
    """Format a Unix time as local time and age."""
    seconds = int(time.time() - moment)
    hours, rest = divmod(seconds, 3600)
    age = f"{hours} h {rest // 60} min" if hours else f"{rest // 60} min {rest % 60} s"
    return f"{datetime.fromtimestamp(moment):%Y-%m-%d %H:%M:%S} ({age})"


def show_status(instance: Instance, progress: Progress, as_json: bool) -> int:
    """Print the table; return 0 if all services run, else 3 (like `systemctl status`)."""
    if not instance.exists:
        progress.say("There is no instance here. `make up` creates one.")
        return 3
    table = rows(instance)
    if as_json:
        print(json.dumps(table, indent=2))
    else:
        _print(table, progress)
        progress.say(f"State {instance.state}   API {instance.api_url}", "dim")
        if started_emulator(instance) is None:
            answers = "answers" if health(instance.emulator_url) else "does not answer"
            progress.say(f"The emulator at {instance.emulator_url} {answers}; it is not ours.")
        if instance.observed and any(row["state"] != "stopped" for row in table):
            alerts = firing(instance.prometheus_url)
            progress.say(health_line(alerts), "green" if alerts == [] else "red")
    return 0 if all(row["state"] == "running" for row in table) else 3


def _print(table: list[dict[str, str | int]], progress: Progress) -> None:
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("part", "state", "pid", "port", "version", "memory", "since", "S="):
        right = heading in ("pid", "port", "memory")
        shown.add_column(heading, justify="right" if right else "left", no_wrap=True)
    colours = {"running": "green", "stopped": "dim"}
    for row in table:
        memory = f"{row['memory_mib']} MiB" if row["memory_mib"] != "" else ""
        state = str(row["state"])
        shown.add_row(
            str(row["part"]),
            f"[{colours.get(state, 'red')}]{state}[/]",
            str(row["pid"]),
            str(row["port"]),
            str(row["version"]),
            memory,
            str(row["since"]),
            str(row["service"]),
        )
    # A pipe has no width, and on a narrow terminal wrapping is better than truncating.
    progress.out.width = max(progress.out.width, WIDTH)
    progress.out.print(shown)


def log_files(instance: Instance, name: str | None) -> list[Path]:
    """Return the logs of one service, or of all.

    Raises
    ------
    LocalCloudError
        If the service does not exist, or there are no logs yet.
    """
    chosen = [find_service(instance, name)] if name else every_service(instance)
    files = [service.log for service in chosen if service.log.exists()]
    if name in (None, "dataplane"):
        files += sorted((instance.state / "dataplane" / "logs").rglob("*.log"))
    if not files:
        raise LocalCloudError("there are no logs yet", "run `make up` first")
    return files


def follow_logs(instance: Instance, name: str | None, lines: int, follow: bool) -> int:
    """Show the end of the logs and, with `follow`, new lines until Ctrl-C."""
    command = ["tail", "-n", str(lines), *(["-F"] if follow else [])]
    command += [str(file) for file in log_files(instance, name)]
    if shutil.which("tail") is None:
        raise LocalCloudError("`tail` is missing", f"read the files in {instance.logs}")
    try:
        return subprocess.run(command, check=False).returncode
    except KeyboardInterrupt:
        return 0
