"""Run the README's commands like a reader."""

from __future__ import annotations

import csv
import os
import re
import secrets
import shutil
import stat
import subprocess
import sys
from pathlib import Path

from tests.support.stack import ROOT

#: Commands about the stack, which the test session has already started.
NOT_OF_THE_CLIENT = "make up "


def client_commands() -> str:
    """Return the README's shell commands, except those that start and stop the stack."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", (ROOT / "README.md").read_text(), re.M | re.S)
    return "\n".join(block for block in blocks if not block.startswith(NOT_OF_THE_CLIENT))


def run_readme(url: str, place: Path) -> subprocess.CompletedProcess[str]:
    """Run the commands in a new directory with the client's sources; stop at a failure.

    Packages are installed into the directory, and ``make -s url`` prints the API's URL there.
    """
    built = shutil.ignore_patterns("build", "*.egg-info", "__pycache__")
    shutil.copytree(ROOT / "docs" / "client", place / "docs" / "client", ignore=built)
    (place / "Makefile").write_text(f"url:\n\t@echo {url}\n")
    # Use a new email address for each run, because an address can sign up only once.
    script = client_commands().replace("ada@", f"ada-{secrets.token_hex(8)}@")
    installed = place / "installed"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LEDGERLANE_")}
    environment = {
        **kept,
        "HOME": str(place),
        "XDG_CONFIG_HOME": str(place / "config"),
        "XDG_STATE_HOME": str(place / "state"),
        "PATH": f"{installed / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(installed),
        "PIP_TARGET": str(installed),
        # Build with our own setuptools, without a network. For this option of pip, "no" disables
        # build isolation.
        "PIP_NO_BUILD_ISOLATION": "no",
        "PIP_NO_INDEX": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=place,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def check_readme(url: str, place: Path) -> None:
    """Fail unless the commands succeed with the results that the README shows."""
    done = run_readme(url, place)
    assert done.returncode == 0, done.stdout + done.stderr
    assert '"balance": 800' in done.stdout, done.stdout
    rows = list(csv.DictReader((place / "statement.csv").read_text().splitlines()))
    assert [(row["kind"], row["amount"]) for row in rows[1:-1]] == [
        ("deposit", "1050"),
        ("transfer", "-250"),
    ]
    (session,) = place.glob("config/*/session.json")
    assert stat.S_IMODE(session.stat().st_mode) == 0o600
