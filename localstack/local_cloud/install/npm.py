"""Programs from npm: the CDK command line, and what makes a TypeScript client."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from local_cloud.config import ROOT
from local_cloud.errors import LocalCloudError
from local_cloud.install.apt import require_packages
from local_cloud.install.stamps import fingerprint, install_once, run_tool

PACKAGE = ROOT / "localstack" / "tools" / "cdk" / "package.json"
TYPESCRIPT_CLIENT = ROOT / "docs" / "clients" / "typescript"
OLDEST_NODE = 18
OPTIONS = ("--no-audit", "--no-fund", "--loglevel=error")


def _node_major() -> int:
    node = shutil.which("node")
    if node is None:
        return 0
    printed = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    found = re.match(r"v(\d+)", printed.stdout)
    return int(found.group(1)) if found else 0


def _require_node() -> None:
    """Install Node and npm where they are missing.

    Raises
    ------
    LocalCloudError
        If Node is too old, or one of them can't be installed.
    """
    if _node_major() < OLDEST_NODE:
        require_packages({"nodejs": f"Node {OLDEST_NODE} or newer"})
    if _node_major() < OLDEST_NODE:
        raise LocalCloudError(
            f"the `node` on PATH is older than {OLDEST_NODE}", "put a newer one first"
        )
    if shutil.which("npm") is None:
        require_packages({"npm": "npm"})


def install_cdk(cache: Path) -> Path:
    """Install the CDK command line, and Node where it is missing; return the `cdk` program.

    Raises
    ------
    LocalCloudError
        If Node is missing or too old and can't be installed.
    """
    _require_node()

    def build(target: Path) -> None:
        shutil.copy(PACKAGE, target / "package.json")
        command = ["npm", "install", "--no-package-lock", *OPTIONS]
        run_tool(command, "installing the AWS CDK by npm", target)

    folder = cache / "cdk"
    install_once(folder, fingerprint(PACKAGE.read_bytes()), build)
    return folder / "node_modules" / ".bin" / "cdk"


def install_typescript_client(cache: Path) -> Path:
    """Install what makes and compiles the TypeScript client; return its `node_modules`.

    Raises
    ------
    LocalCloudError
        If Node is missing or too old and can't be installed, or npm fails.
    """
    _require_node()
    files = [TYPESCRIPT_CLIENT / name for name in ("package.json", "package-lock.json")]

    def build(target: Path) -> None:
        for file in files:
            shutil.copy(file, target / file.name)
        run_tool(["npm", "ci", *OPTIONS], "installing openapi-typescript by npm", target)

    folder = cache / "client-typescript"
    install_once(folder, fingerprint(*(file.read_bytes() for file in files)), build)
    return folder / "node_modules"
