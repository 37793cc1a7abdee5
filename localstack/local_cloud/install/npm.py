"""Install npm packages: command lines, and the generator of the TypeScript client."""

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
TYPESCRIPT_CLIENT = ROOT / "docs" / "clients" / "typescript"
OPTIONS = ("--no-audit", "--no-fund", "--loglevel=error")
OLDEST_NODE = 18


def _node_major() -> int:
    node = shutil.which("node")
    if node is None:
        return 0
    printed = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    found = re.match(r"v(\d+)", printed.stdout)
    return int(found.group(1)) if found else 0


def install_cdk(cache: Path) -> Path:
    """Install the CDK command line, and Node if it is missing; return the `cdk` program.

    Raises
    ------
    LocalCloudError
        If Node is missing or too old and can't be installed.
    """
    return _install(cache / "cdk", TOOLS / "cdk", "the AWS CDK") / ".bin" / "cdk"


def install_spectral(cache: Path) -> Path:
    """Install Spectral, the linter for OpenAPI documents; return the `spectral` program.

    Raises
    ------
    LocalCloudError
        As for the CDK.
    """
    return _install(cache / "spectral", TOOLS / "spectral", "Spectral") / ".bin" / "spectral"


def install_typescript_client(cache: Path) -> Path:
    """Install the TypeScript client's generator and compiler; return its `node_modules`.

    Raises
    ------
    LocalCloudError
        As for the CDK.
    """
    return _install(cache / "client-typescript", TYPESCRIPT_CLIENT, "openapi-typescript")


def _install(folder: Path, source: Path, name: str) -> Path:
    """Install a package's dependencies, from its lock if present; return `node_modules`."""
    if _node_major() < OLDEST_NODE:
        require_packages({"nodejs": f"Node {OLDEST_NODE} or newer (for {name})"})
    if _node_major() < OLDEST_NODE:
        raise LocalCloudError(
            f"the `node` on PATH is older than {OLDEST_NODE}", "put a newer version first on PATH"
        )
    if shutil.which("npm") is None:
        require_packages({"npm": f"npm (to fetch {name})"})
    files = [source / "package.json", source / "package-lock.json"]
    found = [file for file in files if file.is_file()]
    command = ["npm", "ci"] if found == files else ["npm", "install", "--no-package-lock"]

    def build(target: Path) -> None:
        for file in found:
            shutil.copy(file, target / file.name)
        run_tool([*command, *OPTIONS], f"installing {name} with npm", target)

    install_once(folder, fingerprint(*(file.read_bytes() for file in found)), build)
    return folder / "node_modules"
