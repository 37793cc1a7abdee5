"""Find and run the CDK command line from npm, isolated from AWS, and condense its output."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from handlers.platform.bounds import REGION
from infra.cdk.build_asset import ROOT
from infra.cdk.config import LOCAL_ACCOUNT

# A stack event of `--progress events`: stack | count | time | status | type | name.
_EVENT = re.compile(
    r"^\S+ \| +[\d/]+ \| [^|]+ \| (?P<status>[A-Z_]+) +\| (?P<type>\S+) +\| (?P<name>\S+)"
)
_FAILED = re.compile(r"\| \w+_FAILED +\| \S+ +\| (?P<name>\S+) (?:\(\S+\) )?(?P<reason>.+)$")
_CONSEQUENCE = re.compile(r"[Cc]ancelled|failed to (?:create|update|delete)")
_GROUPS = (
    ("Custom::DatabaseMigration", "migrations"),
    ("AWS::Lambda::EventSourceMapping", "event source mappings"),
    ("AWS::Lambda::Function", "functions"),
    ("AWS::ApiGateway::Method", "API methods"),
    ("AWS::ApiGateway::", "API resources"),
    ("AWS::Events::", "schedules"),
    ("AWS::Logs::", "log groups"),
    ("AWS::IAM::", "roles and policies"),
    ("AWS::Lambda::", "permissions"),
)


class CdkError(Exception):
    """The CDK's command line failed. The message is the cause in one line."""


class CdkMissingError(CdkError):
    """The CDK's command line is missing."""


def find_cli(environment: Mapping[str, str], state: Path) -> Path:
    """Return the path of the CDK's command line.

    The places are CDK_CLI, ``node_modules`` of the state directory and the repository, and PATH.

    Raises
    ------
    CdkMissingError
        If it is missing, or CDK_CLI is not a file.
    """
    if named := environment.get("CDK_CLI"):
        if Path(named).is_file():
            return Path(named)
        raise CdkMissingError(
            f"CDK_CLI={named} is not a file; unset it or set it to the path of cdk"
        )
    for folder in (state, ROOT):
        candidate = folder / "node_modules" / ".bin" / "cdk"
        if candidate.is_file():
            return candidate
    if on_path := shutil.which("cdk", path=environment.get("PATH")):
        return Path(on_path)
    raise CdkMissingError(
        "the CDK command line is missing: npm install aws-cdk@2.1148.1, or set CDK_CLI"
    )


def emulator_environment(
    environment: Mapping[str, str], endpoint: str, state: Path
) -> dict[str, str]:
    """Return an environment in which every AWS client uses only the emulator.

    It hides the user's AWS profile, so that a mistake can't reach a real account. It also turns off
    the CLI's own downloads and telemetry, which would time out on a closed network.
    """
    hidden = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_ROLE_ARN")
    return {
        **{name: value for name, value in environment.items() if name not in hidden},
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ENDPOINT_URL_S3": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "CDK_DEFAULT_ACCOUNT": LOCAL_ACCOUNT,
        "CDK_DEFAULT_REGION": REGION,
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "CDK_DISABLE_VERSION_CHECK": "1",
        "CDK_HOME": str(state / "cdk-home"),
        "NO_PROXY": "127.0.0.1,localhost",
    }


class CdkCli:
    """Runs the CDK's command line and logs its output.

    Parameters
    ----------
    path
        The command.
    environment
        Its environment; see `emulator_environment`.
    folder
        An empty directory to run in. In the repository, the CLI would search for an app.
    log
        The file that its output is appended to.
    """

    def __init__(self, path: Path, environment: Mapping[str, str], folder: Path, log: Path) -> None:
        self._path = path
        self._environment = environment
        self._folder = folder
        self._log = log
        self._running: set[subprocess.Popen[str]] = set()

    def run(self, arguments: Sequence[str], timeout_s: float) -> Counter[str]:
        """Run one command; return the number of finished resources in each group.

        Raises
        ------
        CdkError
            If it fails or takes longer than `timeout_s` seconds.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        always = ["--no-notices", "--no-version-reporting", "--no-color", "--ci"]
        command = [str(self._path), *arguments, *always]
        lines: list[str] = []
        timed_out = threading.Event()
        with (
            self._log.open("a") as log,
            subprocess.Popen(
                command,
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
            ) as process,
        ):

            def expire() -> None:
                timed_out.set()
                process.kill()

            timer = threading.Timer(timeout_s, expire)
            timer.start()
            self._running.add(process)
            assert process.stdout is not None
            try:
                log.write(f"$ cdk {' '.join(arguments)}\n")
                for line in process.stdout:
                    log.write(line)
                    lines.append(line.rstrip())
                status = process.wait()
            finally:
                timer.cancel()
                process.kill()
                self._running.discard(process)
        if timed_out.is_set():
            raise CdkError(f"cdk {arguments[0]} took over {timeout_s:.0f} s")
        if status != 0:
            raise CdkError(cause_of_failure(lines) or f"cdk {arguments[0]} ended with {status}")
        return finished_by_group(lines)

    def stop(self) -> None:
        """Kill the running command, from another thread than the waiting one."""
        for process in list(self._running):
            process.kill()


def finished_by_group(lines: Sequence[str]) -> Counter[str]:
    """Count the completed resources in the CLI's event lines by group."""
    finished: dict[str, set[str]] = {}
    for line in lines:
        event = _EVENT.match(line)
        if event and event["status"] in {"CREATE_COMPLETE", "UPDATE_COMPLETE", "DELETE_COMPLETE"}:
            group = next((name for kind, name in _GROUPS if event["type"].startswith(kind)), None)
            if group:
                finished.setdefault(group, set()).add(event["name"])
    return Counter({group: len(names) for group, names in finished.items()})


def cause_of_failure(lines: Sequence[str]) -> str:
    """Return the cause of a failed command in one line; empty if the output has none.

    The first failed resource is the cause. Later ones were cancelled because of it.
    """
    for line in lines:
        failed = _FAILED.search(line)
        if failed and not _CONSEQUENCE.search(failed["reason"]):
            return f"{failed['name']}: {failed['reason'].strip()}"
    for marker in ("error:", "Error:", "❌", "‣"):
        for line in lines:
            if marker in line:
                return line.strip().lstrip("❌‣ ")
    return next((line.strip() for line in reversed(lines) if line.strip()), "")
