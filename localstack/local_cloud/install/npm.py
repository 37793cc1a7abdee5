"""Command lines from npm."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from local_cloud.config import ROOT
from local_cloud.errors import LocalCloudError
from local_cloud.install.apt import require_packages
from local_cloud.install.stamps import fingerprint, install_once, run_tool

TOOLS = ROOT / "localstack" / "tools"
OLDEST_NODE = 18


def _node_major() -> int:
    node = shutil.which("node")
    if node is None:
        return 0
    printed = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    found = re.match(r"v(\d+)", printed.stdout)
    return int(found.group(1)) if found else 0


def install_cdk(cache: Path) -> Path:
    """Install the CDK command line, and Node where it is missing; return the `cdk` program.

    Raises
    ------
    LocalCloudError
        If Node is missing or too old and can't be installed.
    """
    return _install(cache, "cdk", "the AWS CDK") / "cdk"


def install_spectral(cache: Path) -> Path:
    """Install the linter of OpenAPI documents; return the `spectral` program.

    Raises
    ------
    LocalCloudError
        As for the CDK.
    """
    return _install(cache, "spectral", "Spectral") / "spectral"


def _install(cache: Path, tool: str, name: str) -> Path:
    """Install what a folder of ``localstack/tools`` names; return where its programs are."""
    if _node_major() < OLDEST_NODE:
        require_packages({"nodejs": f"Node {OLDEST_NODE} or newer (for {name})"})
    if _node_major() < OLDEST_NODE:
        raise LocalCloudError(
            f"the `node` on PATH is older than {OLDEST_NODE}", "put a newer one first"
        )
    if shutil.which("npm") is None:
        require_packages({"npm": f"npm (to fetch {name})"})
    package = TOOLS / tool / "package.json"

    def build(target: Path) -> None:
        shutil.copy(package, target / "package.json")
        options = ["--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"]
        run_tool(["npm", "install", *options], f"installing {name} by npm", target)

    folder = cache / tool
    install_once(folder, fingerprint(package.read_bytes()), build)
    return folder / "node_modules" / ".bin"
