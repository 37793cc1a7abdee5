"""Clients that generators make of the OpenAPI document, by the commands of `docs/clients`."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from local_cloud.install.npm import install_typescript_client
from local_cloud.install.pypi import install_python_client
from tests.support.stack import ROOT, Stack

pytestmark = pytest.mark.e2e

CLIENTS = ROOT / "docs" / "clients"
CACHE = Path(os.environ.get("LEDGERLANE_CACHE") or ROOT / ".cache").absolute()
#: Done before, of the same files: they are kept from run to run.
INSTALLS = ("npm ci", "pip install")
#: What the commands make, where a person ran them.
MADE = ("node_modules", "built", "ledgerlane.ts", "ledgerlane_api", "openapi.json", ".mypy_cache")


def test_a_typescript_client_compiles_strictly_and_tells_the_demo(
    stack: Stack, place: Path
) -> None:
    modules = install_typescript_client(CACHE)
    (place / "docs" / "clients" / "typescript" / "node_modules").symlink_to(modules)
    # Compiles first, and runs nothing that does not compile.
    assert "24 checks passed" in follow("TypeScript", stack, place)


def test_a_python_client_is_typed_strictly_and_tells_the_demo(stack: Stack, place: Path) -> None:
    programs = install_python_client(CACHE).parent
    told = follow("Python", stack, place, programs)
    assert "24 checks passed" in told
    assert "Warning" not in told, "a part of the document was left out"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a checkout with these programs alone."""
    ignored = shutil.ignore_patterns(*MADE)
    shutil.copytree(CLIENTS, tmp_path / "docs" / "clients", ignore=ignored)
    return tmp_path


def follow(language: str, stack: Stack, place: Path, *programs: Path) -> str:
    """Run a language's commands as a reader would, and return what they printed."""
    (place / "Makefile").write_text(f"url:\n\t@echo {stack.api_url}\n")
    path = os.pathsep.join([*map(str, programs), os.environ["PATH"]])
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands(language)],
        cwd=place,
        env={**os.environ, "PATH": path},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def commands(language: str) -> str:
    """Return the commands of a language's chapter, but those that install."""
    text = (CLIENTS / "README.md").read_text()
    block = re.search(rf"^## {language}$.*?^```sh\n(.*?)^```$", text, re.M | re.S)
    assert block is not None, language
    lines = block.group(1).splitlines()
    left = [line for line in lines if not line.startswith(INSTALLS)]
    assert len(left) == len(lines) - 1, "one line installs"
    return "\n".join(left)
