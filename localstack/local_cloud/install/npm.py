"""The CDK command line from npm."""

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
    if _node_major() < OLDEST_NODE:
        require_packages({"nodejs": f"Node {OLDEST_NODE} or newer (for the AWS CDK)"})
    if _node_major() < OLDEST_NODE:
        raise LocalCloudError(
            f"the `node` on PATH is older than {OLDEST_NODE}", "put a newer one first"
        )
    if shutil.which("npm") is None:
        require_packages({"npm": "npm (to fetch the AWS CDK)"})

    def build(target: Path) -> None:
        shutil.copy(PACKAGE, target / "package.json")
        options = ["--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"]
        run_tool(["npm", "install", *options], "installing the AWS CDK by npm", target)

    folder = cache / "cdk"
    install_once(folder, fingerprint(PACKAGE.read_bytes()), build)
    return folder / "node_modules" / ".bin" / "cdk"
