"""An instance of its own for a run, from this clone or from a copy of it with a bug."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from load.bench.own import FIRST_PORT, LAST_PORT
from load.chaos.bugs import Bug, mutated
from load.chaos.parts import ROOT
from load.chaos.site import Site, site_of
from local_cloud.config import Ports
from local_cloud.interrupts import held_back
from local_cloud.ports import free_block

FOLDER: Final = ROOT / ".cache" / "chaos"
_SEPARATE: Final = shutil.ignore_patterns(".*", "__pycache__", "node_modules", "cdk.out")


class InstanceFailed(Exception):
    """The instance does not start."""


@contextlib.contextmanager
def instance_with(bug: Bug | None, ports_from: int | None = None) -> Iterator[Site]:
    """Start an instance like ``make up``, and remove it at the end.

    Parameters
    ----------
    bug
        What its code does wrong; if given, it runs a copy of this clone.
    ports_from
        The first of its consecutive ports; by default, some that are free.

    Raises
    ------
    InstanceFailed
        If it does not start.
    LookupError
        If the bug does not fit the code any more.
    """
    tree, state = ROOT, FOLDER / "state"
    FOLDER.mkdir(parents=True, exist_ok=True)
    if bug is not None:
        tree = FOLDER / "tree"
        shutil.rmtree(tree, ignore_errors=True)
        shutil.copytree(ROOT, tree, ignore=_SEPARATE)
        mutated(bug, tree)
    first = ports_from or free_block(len(Ports.names()), FIRST_PORT, LAST_PORT)
    try:
        if (state / "instance.json").exists():
            _local_cloud(tree, state, "clean")
        shards = {} if bug is None or bug.shards == 1 else {"SHARDS": str(bug.shards)}
        _local_cloud(tree, state, "--ports-from", str(first), "up", **shards)
        yield site_of(state, _addresses(tree, state), tree)
    finally:
        with held_back():
            _local_cloud(tree, state, "clean")
            if bug is not None:
                shutil.rmtree(tree)


def _addresses(tree: Path, state: Path) -> dict[str, str]:
    """Return the variables that ``local_cloud env`` exports."""
    words = shlex.split(_local_cloud(tree, state, "env"))
    return dict(word.split("=", 1) for word in words if "=" in word)


def _local_cloud(tree: Path, state: Path, *arguments: str, **variables: str) -> str:
    pointing = ("LEDGERLANE_", *(Ports.variable(name) for name in Ports.names()))
    kept = {name: value for name, value in os.environ.items() if not name.startswith(pointing)}
    cache = os.environ.get("LEDGERLANE_CACHE", str(ROOT / ".cache"))
    done = subprocess.run(
        [sys.executable, "-m", "local_cloud", "--state", str(state), *arguments],
        cwd=tree,
        env={
            "OBSERVE": "0",
            **kept,
            **variables,
            # Tools and assets are stored by content, so a copy can share them.
            "LEDGERLANE_CACHE": cache,
            "PYTHONPATH": str(tree / "localstack"),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise InstanceFailed(f"{' '.join(arguments)}: {done.stdout}{done.stderr}".strip())
    return done.stdout
