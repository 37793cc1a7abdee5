"""The steps of a deployment to the emulated cloud."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from infra.cdk.build_asset import build, fingerprint, target_named
from infra.cdk.cdk_cli import CdkCli, CdkError, cause_of_failure, emulator_environment, find_cli
from infra.cdk.config import ConfigError, LocalStage
from infra.cdk.emulator import Emulator, EmulatorError, is_complete, outputs
from infra.cdk.published import published_by, remember, remembered

HERE = Path(__file__).resolve().parent
BOOTSTRAP_TIMEOUT_S = 180
SYNTH_TIMEOUT_S = 180
# Without the migrations, which have a separate limit.
DEPLOY_TIMEOUT_S = 300


@dataclass(frozen=True, slots=True)
class Request:
    """A request: the stage, the emulator, and the instance's state directory."""

    config: LocalStage
    endpoint: str
    state: Path
    source_root: Path

    @property
    def assembly(self) -> Path:
        """The directory of the synthesized stack."""
        return self.state / "cdk.out"

    @property
    def record(self) -> Path:
        """The record of the last deployment and its stack."""
        return self.state / "deployment.json"

    @property
    def published(self) -> Path:
        """The record of all objects that deployments put into the CDK's bucket."""
        return self.state / "published.json"

    @property
    def log(self) -> Path:
        """The log of the CDK's output."""
        return self.state / "deploy.log"


def up(request: Request) -> None:
    """Deploy, unless the emulator already runs the same code with the same settings."""
    emulator = Emulator(request.endpoint)
    stack = emulator.stack(request.config.stack_name)
    store_database_secret(request.config, emulator)
    wanted = deployment_fingerprint(request)
    if stack is not None and is_current(request, stack, wanted):
        write_outputs(request, stack)
        print("unchanged", flush=True)
        return
    request.record.unlink(missing_ok=True)
    request.log.write_text("")
    cli = cdk_cli(request)
    with ThreadPoolExecutor() as pool:
        # In parallel, because the bootstrap mostly waits, and the synthesis imports for seconds.
        bootstrapping = pool.submit(bootstrap, request, cli, emulator)
        try:
            synthesize(request)
            bootstrapping.result()
        except (KeyboardInterrupt, SystemExit):
            cli.stop()
            raise
    remember(request.published, published_by(request.assembly))
    started, moment = time.monotonic(), datetime.now(UTC)
    finished = cli.run(
        [
            "deploy",
            request.config.stack_name,
            *("--app", str(request.assembly), "--output", str(request.assembly)),
            *("--require-approval", "never", "--progress", "events", "--method", "direct"),
        ],
        DEPLOY_TIMEOUT_S + request.config.migration_timeout_s,
    )
    step("deploy", started, ", ".join(f"{group} {count}" for group, count in finished.items()))
    stack = emulator.stack(request.config.stack_name)
    if stack is None or not is_complete(stack):
        raise EmulatorError("the CDK says it deployed the stack, but the emulator has none")
    failure = emulator.failure_since(request.config.stack_name, moment)
    if failure is not None:
        raise EmulatorError(failure)
    write_outputs(request, stack)
    write_json(request.record, {"fingerprint": wanted, "stack": stack_identity(stack)})
    print("deployed", flush=True)


def destroy(request: Request) -> None:
    """Remove the stack, its secret and its uploads, as far as they exist."""
    emulator = Emulator(request.endpoint)
    request.record.unlink(missing_ok=True)
    if emulator.stack(request.config.stack_name) is not None:
        started = time.monotonic()
        if not (request.assembly / "manifest.json").exists():
            synthesize(request)
        cdk_cli(request).run(
            [
                *("destroy", request.config.stack_name, "--force"),
                *("--app", str(request.assembly), "--output", str(request.assembly)),
            ],
            DEPLOY_TIMEOUT_S,
        )
        if emulator.stack(request.config.stack_name) is not None:
            raise EmulatorError(f"the stack {request.config.stack_name} still exists")
        step("destroy", started, request.config.stack_name)
    emulator.delete_secret(request.config.database_secret)
    # A scheduled run that was in progress recreates the log group of its removed function.
    emulator.delete_log_groups(f"/aws/lambda/{request.config.stack_name}-")
    emulator.delete_objects(remembered(request.published))
    request.published.unlink(missing_ok=True)
    (request.state / "outputs.json").unlink(missing_ok=True)
    print("destroyed", flush=True)


def show_outputs(request: Request) -> None:
    """Print the deployed stack's outputs, with local addresses, as JSON."""
    stack = Emulator(request.endpoint).stack(request.config.stack_name)
    if stack is None:
        raise EmulatorError(f"{request.config.stack_name} is not deployed; run `make up`")
    print(json.dumps(local_outputs(request, stack), indent=2, sort_keys=True))


def store_database_secret(config: LocalStage, emulator: Emulator) -> None:
    """Store the database password in the secret that the functions read."""
    password = os.environ.get("LEDGERLANE_DATABASE_PASSWORD", "")
    if not password:
        raise ConfigError("LEDGERLANE_DATABASE_PASSWORD is not set; `make up` sets it")
    started = time.monotonic()
    user = os.environ.get("LEDGERLANE_DATABASE_USER") or "ledgerlane"
    value = {"username": user, "password": password}
    if emulator.put_secret(config.database_secret, value):
        step("secret", started, config.database_secret)


def bootstrap(request: Request, cli: CdkCli, emulator: Emulator) -> None:
    """Create the CDK's bucket and roles in the emulator, once."""
    if emulator.is_bootstrapped():
        return
    started = time.monotonic()
    environment = f"aws://{request.config.account}/{request.config.region}"
    cli.run(["bootstrap", environment], BOOTSTRAP_TIMEOUT_S)
    step("bootstrap", started, environment)


def synthesize(request: Request) -> None:
    """Build the asset and synthesize the stack into the state directory."""
    started = time.monotonic()
    asset = build(target_named(request.config.asset_target), request.source_root)
    size = f"{asset.zipped_bytes / 2**20:.1f} MB, {asset.unzipped_bytes / 2**20:.1f} MB unzipped"
    step("asset", started, size)
    started = time.monotonic()
    environment = {
        **{name: value for name, value in os.environ.items() if "PASSWORD" not in name},
        "CDK_OUTDIR": str(request.assembly),
        # A test checks the template; doing it here would take four fifths of the time.
        "CDK_VALIDATION": "false",
        "LEDGERLANE_SOURCE": str(request.source_root),
        "STAGE": request.config.name,
    }
    try:
        result = subprocess.run(
            [sys.executable, str(HERE / "app.py")],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SYNTH_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise CdkError(f"the synthesis took over {SYNTH_TIMEOUT_S} s") from error
    with request.log.open("a") as log:
        log.write(f"$ synth\n{result.stdout}{result.stderr}")
    if result.returncode != 0:
        cause = cause_of_failure(result.stderr.splitlines())
        raise CdkError(cause.removeprefix("error: ") or "can't synthesize the stack")
    step("synth", started, str(request.config.stack_name))


def cdk_cli(request: Request) -> CdkCli:
    """Return the CDK's command line, configured for the emulator."""
    return CdkCli(
        find_cli(os.environ, request.state),
        emulator_environment(os.environ, request.endpoint, request.state),
        request.state / "cdk-home",
        request.log,
    )


def deployment_fingerprint(request: Request) -> str:
    """Hash everything that determines a deployment: sources, pins, CDK app, settings."""
    digest = hashlib.sha256()
    digest.update(
        fingerprint(target_named(request.config.asset_target), request.source_root).encode()
    )
    for file in sorted([*HERE.glob("*.py"), HERE / "requirements.txt"]):
        digest.update(file.read_bytes())
    digest.update(repr(request.config).encode())
    return digest.hexdigest()


def is_current(request: Request, stack: dict[str, Any], wanted: str) -> bool:
    """Return whether `stack` is this instance's last deployment, from the same input.

    It is not if the emulator lost its state or somebody else changed the stack.
    """
    try:
        record = json.loads(request.record.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return False
    deployed = {"fingerprint": wanted, "stack": stack_identity(stack)}
    return is_complete(stack) and bool(record == deployed)


def stack_identity(stack: dict[str, Any]) -> str:
    """Return a stack's id and time of change, which differ after every deployment."""
    return f"{stack['StackId']} {stack.get('LastUpdatedTime', stack.get('CreationTime'))}"


def local_outputs(request: Request, stack: dict[str, Any]) -> dict[str, str]:
    """Return the stack's outputs with addresses on this machine.

    ``ApiUrl`` is the gateway's, ``EmulatorApiUrl`` the emulator's execute-api.
    """
    found = outputs(stack)
    base, api, stage = request.endpoint.rstrip("/"), found["ApiId"], found["ApiStage"]
    port = os.environ.get("GATEWAY_PORT") or "8080"
    return {
        "ApiId": api,
        "ApiStage": stage,
        "ApiUrl": f"http://127.0.0.1:{port}/{stage}",
        "EmulatorApiUrl": f"{base}/_aws/execute-api/{api}/{stage}",
        "StackName": request.config.stack_name,
    }


def write_outputs(request: Request, stack: dict[str, Any]) -> None:
    """Write the outputs to the state directory."""
    write_json(request.state / "outputs.json", local_outputs(request, stack))


def write_json(path: Path, value: dict[str, str]) -> None:
    """Replace the file `path` atomically."""
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(value, indent=2, sort_keys=True) + "\n")
    partial.replace(path)


def step(label: str, started: float, detail: str) -> None:
    """Print a finished step."""
    print(f"{label}\t{time.monotonic() - started:.1f}\t{detail}", flush=True)
