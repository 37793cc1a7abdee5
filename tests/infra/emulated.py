"""An emulator of the tests' own, and a stage's templates without what it can't do."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from infra.cdk.build_asset import CACHE
from infra.cdk.emulator import Emulator
from local_cloud.install.pypi import install_emulator

START_TIMEOUT_S = 30


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def get(url: str) -> dict[str, object]:
    with urllib.request.urlopen(url, timeout=30) as answer:
        document: dict[str, object] = json.load(answer)
        return document


@contextmanager
def ministack(folder: Path) -> Iterator[Emulator]:
    """Run MiniStack on a free port, with all it writes in a folder of its own."""
    port = free_port()
    environment = {
        **os.environ,
        **{"GATEWAY_PORT": str(port), "EDGE_PORT": str(port), "BIND_HOST": "127.0.0.1"},
        **{"LAMBDA_EXECUTOR": "local", "IOT_MTLS_ENABLED": "0", "SFTP_ENABLED": "0"},
        **{"MINISTACK_HOST": "localhost", "MINISTACK_REGION": "eu-central-1"},
        **{"STATE_DIR": f"{folder}/state", "S3_DATA_DIR": f"{folder}/s3", "TMPDIR": str(folder)},
    }
    python = install_emulator(CACHE.parent)
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(
            [str(python), "-m", "ministack"],
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        ) as process,
    ):
        try:
            url = f"http://127.0.0.1:{port}"
            deadline = time.monotonic() + START_TIMEOUT_S
            while True:
                try:
                    get(f"{url}/_localstack/health")
                    break
                except OSError:
                    assert time.monotonic() < deadline, (folder / "log").read_text()
                    time.sleep(0.1)
            yield Emulator(url)
        finally:
            # Its own group: the functions it runs are its children.
            os.killpg(process.pid, signal.SIGKILL)


def without(template: Mapping[str, Any], kinds: Mapping[str, str]) -> dict[str, Any]:
    """Leave out resources of some types; references to them become plain text.

    Parameters
    ----------
    kinds
        The types, and why each is left out.
    """
    resources = template["Resources"]
    gone = {name for name, resource in resources.items() if resource["Type"] in kinds}
    kept = {name: resource for name, resource in resources.items() if name not in gone}
    whole = {**template, "Resources": kept}
    # A macro that only AWS runs.
    whole.pop("Transform", None)
    replaced = _replaced(whole, gone)
    for resource in replaced["Resources"].values():
        if "DependsOn" in resource:
            needed = resource["DependsOn"]
            needed = needed if isinstance(needed, list) else [needed]
            resource["DependsOn"] = [name for name in needed if name not in gone]
    found: dict[str, Any] = replaced
    return found


def _replaced(value: Any, gone: set[str]) -> Any:
    if isinstance(value, list):
        return [_replaced(item, gone) for item in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"Ref"} and value["Ref"] in gone:
        return f"left-out-{value['Ref']}"
    if value.keys() == {"Fn::GetAtt"} and value["Fn::GetAtt"][0] in gone:
        # As long as an ARN, of which the CDK takes parts.
        return "arn:aws:left-out:eu-central-1:000000000000:" + ":".join(value["Fn::GetAtt"])
    return {key: _replaced(item, gone) for key, item in value.items()}
