"""The whole road of a deployment, against an emulator of its own, with a toy application."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from infra.cdk.build_asset import CACHE, ROOT
from infra.cdk.emulator import Emulator
from local_cloud.install.npm import install_cdk
from tests.infra.emulated import free_port, get
from tests.infra.synthesis import TOY
from tests.support.leftovers import leftovers

pytestmark = pytest.mark.integration
PASSWORD = "pass-word-1"
START_TIMEOUT_S = 30


class Deployment:
    """A toy application and an instance's state, deployed by the command people use."""

    def __init__(self, folder: Path, emulator: Emulator) -> None:
        self.source = folder / "toy"
        self.state = folder / "state"
        self.emulator = emulator
        self.settings = {"LEDGERLANE_DATABASE_PASSWORD": PASSWORD}
        shutil.copytree(TOY, self.source, ignore=shutil.ignore_patterns("__pycache__"))

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        environment = {
            **os.environ,
            "CDK_CLI": str(install_cdk(CACHE.parent)),
            "LEDGERLANE_SOURCE": str(self.source),
            **self.settings,
        }
        program = [sys.executable, str(ROOT / "infra" / "cdk" / "deploy.py"), command]
        where = ["--endpoint", self.emulator.endpoint, "--state", str(self.state)]
        return subprocess.run(
            [*program, *where],
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def version(self) -> object:
        """Ask the deployed API through the emulator's own execute-api address."""
        outputs = json.loads((self.state / "outputs.json").read_text())
        return get(f"{outputs['EmulatorApiUrl']}/health")["version"]

    def unknown_route(self) -> tuple[int, str, dict[str, object]]:
        """Ask the emulator's own gateway for what isn't there: status, media type, body."""
        outputs = json.loads((self.state / "outputs.json").read_text())
        try:
            get(f"{outputs['EmulatorApiUrl']}/nowhere")
        except urllib.error.HTTPError as error:
            return error.code, error.headers["Content-Type"], json.load(error)
        raise AssertionError("it is there")

    def edit(self, version: str, migration: str | None = None) -> None:
        (self.source / "functions" / "__init__.py").write_text(f'VERSION = "{version}"\n')
        if migration:
            (self.source / "handlers" / "platform" / "migrations" / "0002_next.sql").write_text(
                migration
            )


def test_a_stack_is_deployed_kept_updated_rolled_back_and_destroyed(
    tmp_path: Path, emulator: Emulator
) -> None:
    deployment = Deployment(tmp_path, emulator)

    first = deployment.run("up")
    assert first.returncode == 0, first.stderr
    assert first.stdout.splitlines()[-1] == "deployed"
    assert deployment.version() == "1"
    status, media_type, problem = deployment.unknown_route()
    assert (status, media_type) == (404, "application/problem+json")
    assert problem["code"] == "no_such_route"

    second = deployment.run("up")
    assert second.stdout == "unchanged\n", second.stderr

    deployment.edit("2", "broken")
    refused = deployment.run("up")
    assert refused.returncode == 1
    assert len(refused.stderr.splitlines()) == 1
    assert "migration 0002_next.sql failed: broken" in refused.stderr
    assert deployment.version() == "1", "the old code keeps serving"

    deployment.edit("3", "SELECT 2;")
    mended = deployment.run("up")
    assert mended.returncode == 0, mended.stderr
    assert deployment.version() == "3"

    written = [file for file in deployment.state.rglob("*") if file.is_file()]
    assert not [f for f in written if PASSWORD.encode() in f.read_bytes()]

    gone = deployment.run("destroy")
    assert gone.returncode == 0, gone.stderr
    assert emulator.stack("ledgerlane-local") is None
    assert leftovers(emulator) == []
    assert deployment.run("destroy").stdout == "destroyed\n", "what is gone is no error"


def test_nothing_of_the_real_application_is_left(tmp_path: Path, emulator: Emulator) -> None:
    url = os.environ.get("LEDGERLANE_POOLER_URL")
    if url is None:
        pytest.skip("its migrations need a database: `make test` starts one")
    database = conninfo_to_dict(url)
    deployment = Deployment(tmp_path, emulator)
    deployment.source = ROOT
    deployment.settings = {
        f"LEDGERLANE_DATABASE_{name.upper()}": str(database[key])
        for name, key in (
            *(("host", "host"), ("port", "port"), ("name", "dbname")),
            *(("user", "user"), ("password", "password")),
        )
    }
    deployment.settings |= {
        "LEDGERLANE_KAFKA_BOOTSTRAP": os.environ["LEDGERLANE_KAFKA"],
        "LEDGERLANE_REDIS_URL": os.environ["LEDGERLANE_REDIS_URL"],
    }

    deployed = deployment.run("up")
    assert deployed.returncode == 0, deployed.stderr
    there = leftovers(emulator)
    for name in ("api", "apply", "sweeper", "audit", "webhooks", "migrate"):
        assert f"ledgerlane-local-{name}" in there
        assert f"/aws/lambda/ledgerlane-local-{name}" in there
    assert sum(name.startswith("cdk-") for name in there) == 2, "the code and the template"

    gone = deployment.run("destroy")
    assert gone.returncode == 0, gone.stderr
    assert leftovers(emulator) == []
    # By design: the CDK's own stack, which is for whatever else is deployed there.
    assert emulator.is_bootstrapped()


def test_an_emulator_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    deployment = Deployment(tmp_path, Emulator(f"http://127.0.0.1:{free_port()}"))
    failed = deployment.run("up")
    assert failed.returncode == 1
    assert failed.stderr.startswith("error: the emulator at http://127.0.0.1:")
    assert len(failed.stderr.splitlines()) == 1
    assert PASSWORD not in failed.stderr
