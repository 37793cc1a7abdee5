"""Clients that others' generators make of the OpenAPI document, as `docs/clients` says."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

from local_cloud.install.npm import install_typescript_client
from local_cloud.install.pypi import install_python_client
from tests.support.stack import ROOT, Stack

pytestmark = pytest.mark.e2e

CLIENTS = ROOT / "docs" / "clients"
CACHE = Path(os.environ.get("LEDGERLANE_CACHE") or ROOT / ".cache").absolute()


def test_a_typescript_client_compiles_strictly_and_tells_the_demo(
    stack: Stack, tmp_path: Path
) -> None:
    folder = place_of("typescript", stack, tmp_path)
    (folder / "node_modules").symlink_to(install_typescript_client(CACHE))
    run(["npm", "run", "generate"], folder, stack)
    # Compiles first, and runs nothing that does not compile.
    assert "expectations met" in run(["npm", "run", "demo"], folder, stack)


def test_a_python_client_is_typed_strictly_and_tells_the_demo(stack: Stack, tmp_path: Path) -> None:
    folder = place_of("python", stack, tmp_path)
    python = install_python_client(CACHE)
    generator = str(python.with_name("openapi-python-client"))
    made = run([generator, *GENERATE], folder, stack)
    assert "Warning" not in made, made
    run([str(python), "-m", "mypy", "--strict", "demo.py"], folder, stack)
    assert "expectations met" in run([str(python), "demo.py"], folder, stack)


GENERATE = (
    *("generate", "--path", "openapi.json", "--config", "openapi-python-client.yaml"),
    *("--meta", "none", "--output-path", "ledgerlane_api"),
)


def place_of(language: str, stack: Stack, tmp_path: Path) -> Path:
    """Return a copy of the program's folder, with the document that is served."""
    made = {"node_modules", "built", "ledgerlane_api", "ledgerlane.ts", "openapi.json"}
    folder = tmp_path / language
    shutil.copytree(CLIENTS / language, folder, ignore=lambda _, names: made & {*names})
    answer = httpx.get(f"{stack.api_url}/openapi.json", timeout=20)
    assert answer.status_code == 200, answer.text
    (folder / "openapi.json").write_bytes(answer.content)
    return folder


def run(command: list[str], folder: Path, stack: Stack) -> str:
    """Run a command there and return what it printed."""
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "LEDGERLANE_API_URL": stack.api_url},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, f"{' '.join(command)}: {done.stdout}"
    return done.stdout
