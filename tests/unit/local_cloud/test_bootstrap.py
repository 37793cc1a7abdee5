"""PYTHON=... chooses what the virtual environment is made of, also where there is one."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
#: Says a version, makes a virtual environment with itself in it, and does nothing else.
INTERPRETER = """#!/bin/sh
case "$*" in
    -V | --version) echo "Python {version}" ;;
    *"-m venv"*) mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
esac
"""


class Clone:
    """A clone with interpreters that are only names."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copy(ROOT / "Makefile", folder)
        (folder / "requirements-dev.lock").touch()
        (folder / "localstack").mkdir()
        shutil.copy(ROOT / "localstack/bootstrap.sh", folder / "localstack")

    def interpreter(self, version: str) -> str:
        program = self.folder / f"python{version}"
        program.write_text(INTERPRETER.format(version=version))
        program.chmod(0o755)
        return str(program)

    def make(self, python: str | None) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHON"}
        if python is not None:
            environment["PYTHON"] = python
        return subprocess.run(
            ["make", "-s", ".venv/.ready"],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    @property
    def version(self) -> str:
        python = self.folder / ".venv/bin/python"
        return subprocess.check_output([python, "-V"], text=True).split()[1]


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    made = Clone(tmp_path)
    assert made.make(made.interpreter("3.11.2")).returncode == 0
    return made


def test_another_python_makes_the_environment_anew(clone: Clone) -> None:
    clone.make(clone.interpreter("3.13.0"))

    assert clone.version == "3.13.0"


@pytest.mark.parametrize("python", [None, "3.11.2"])
def test_the_environment_stays_where_no_other_python_is_asked_for(
    clone: Clone, python: str | None
) -> None:
    kept = clone.folder / ".venv/kept"
    kept.touch()

    made = clone.make(python and clone.interpreter(python))

    assert (clone.version, kept.exists()) == ("3.11.2", True)
    assert made.stderr == "", "nothing is installed again"


def test_a_python_that_is_no_program_is_said_to_be_none(clone: Clone) -> None:
    made = clone.make("no-such-python")

    assert made.returncode != 0
    assert "PYTHON=no-such-python is not a program" in made.stderr
    assert clone.version == "3.11.2"
