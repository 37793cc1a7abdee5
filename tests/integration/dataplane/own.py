"""An emulator and a data plane of a test's own, with what Lambda's and API Gateway's APIs make."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from dataplane.discovery.emulator import Emulator
from dataplane.state_folder import read_json
from local_cloud.install.pypi import install_emulator
from tests.integration.dataplane.conftest import REPOSITORY, free_port, mortal, wait_for

REGION = "eu-central-1"
_URI = "arn:aws:apigateway:{}:lambda:path/2015-03-31/functions/{}/invocations"


@contextlib.contextmanager
def own_emulator(folder: Path) -> Iterator[Emulator]:
    """Run MiniStack on a free port, with all it writes in a folder of its own."""
    port = free_port()
    environment = {
        **os.environ,
        **{"GATEWAY_PORT": str(port), "EDGE_PORT": str(port), "BIND_HOST": "127.0.0.1"},
        **{"LAMBDA_EXECUTOR": "local", "IOT_MTLS_ENABLED": "0", "SFTP_ENABLED": "0"},
        **{"MINISTACK_HOST": "localhost", "MINISTACK_REGION": REGION},
        **{"STATE_DIR": f"{folder}/state", "S3_DATA_DIR": f"{folder}/s3", "TMPDIR": str(folder)},
    }
    command = mortal([str(install_emulator(REPOSITORY / ".cache")), "-m", "ministack"])
    url = f"http://127.0.0.1:{port}"

    def answers() -> bool:
        with contextlib.suppress(httpx.HTTPError):
            return httpx.get(f"{url}/_localstack/health").status_code == 200
        return False

    with (
        (folder / "emulator.log").open("w") as log,
        subprocess.Popen(command, env=environment, stdout=log, stderr=log) as process,
    ):
        try:
            wait_for(answers, 30, "the emulator answers")
            yield Emulator(url, REGION)
        finally:
            process.kill()


class Account:
    """What a test makes by API calls, without a stack."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.functions = emulator.client("lambda")
        self.gateway = emulator.client("apigateway")

    def function(self, name: str, code: str, packages: tuple[Path, ...] = (), **more: Any) -> str:
        """Make a function of one module, ``app``; returns its ARN."""
        made = self.functions.create_function(
            **{
                "FunctionName": name,
                "Runtime": "python3.11",
                "Role": "arn:aws:iam::000000000000:role/none",
                "Handler": "app.handler",
                "Code": {"ZipFile": archive({"app.py": code}, packages)},
                **more,
            }
        )
        return str(made["FunctionArn"])

    def api(self, name: str, **properties: Any) -> str:
        return str(self.gateway.create_rest_api(name=name, **properties)["id"])

    def route(
        self, api: str, path: str, integration: dict[str, Any], method: str = "GET"
    ) -> dict[str, str]:
        """Make a resource, with those above it, and one method of it."""
        place = {
            "restApiId": api,
            "resourceId": self._resource(api, path),
            "httpMethod": method,
        }
        self.gateway.put_method(**place, authorizationType="NONE")
        self.gateway.put_integration(**place, **integration)
        return place

    def _resource(self, api: str, path: str) -> str:
        known = {
            entry["path"]: str(entry["id"])
            for entry in self.gateway.get_resources(restApiId=api, limit=500)["items"]
        }
        if path not in known:
            above, _, part = path.rpartition("/")
            parent = self._resource(api, above or "/")
            made = self.gateway.create_resource(restApiId=api, parentId=parent, pathPart=part)
            known[path] = str(made["id"])
        return known[path]

    def deploy(self, api: str, stage: str) -> None:
        self.gateway.create_deployment(restApiId=api, stageName=stage)


def proxy(function_arn: str) -> dict[str, Any]:
    """Return a Lambda proxy integration."""
    uri = _URI.format(REGION, function_arn)
    return {"type": "AWS_PROXY", "integrationHttpMethod": "POST", "uri": uri}


def archive(files: dict[str, str], packages: tuple[Path, ...] = ()) -> bytes:
    """Zip some modules, and installed packages with them."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, text in files.items():
            bundle.writestr(zipfile.ZipInfo(name), text)
        for package in packages:
            for path in sorted(package.glob("**/*")) if package.is_dir() else [package]:
                if path.is_file() and "__pycache__" not in path.parts:
                    bundle.write(path, path.relative_to(package.parent))
    return buffer.getvalue()


@contextlib.contextmanager
def plane(emulator: Emulator, folder: Path, *flags: str) -> Iterator[str]:
    """Run a data plane that serves all of an emulator; yields its address."""
    port, state = free_port(), folder / "plane"
    command = [sys.executable, "-m", "dataplane", "run", "--emulator", emulator.endpoint]
    command += ["--port", str(port), "--state", str(state), "--follow-seconds", "0.2", *flags]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY / "localstack/dataplane/src")}
    with subprocess.Popen(command, env=environment) as process:
        try:
            wait_for((state / "ready.json").exists, 30, "the data plane serves")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
            process.kill()


def ready(folder: Path) -> dict[str, Any]:
    """Return what the data plane says of itself."""
    found: dict[str, Any] = read_json(folder / "plane" / "ready.json") or {}
    return found


def eventually(url: str, status: int, seconds: float = 60) -> httpx.Response:
    """Ask until the answer has a status."""
    deadline = time.monotonic() + seconds
    while True:
        answer = httpx.get(url, timeout=30)
        if answer.status_code == status:
            return answer
        assert time.monotonic() < deadline, f"{url}: {answer.status_code}, {answer.text}"
        time.sleep(0.05)
