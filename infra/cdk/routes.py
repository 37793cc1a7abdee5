"""The routes of the Chalice app, which are the resources of the REST API."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

IMPORT_TIMEOUT_S = 60
# In a separate process, so that the modules of the application and the CDK app don't mix.
_PROGRAM = """
import importlib, json, sys
sys.path.insert(0, sys.argv[1])
for name in sys.argv[2:]:
    try:
        importlib.import_module(name)
    except BaseException as error:
        sys.exit(f"{name} can't be imported: {type(error).__name__}: {error}".replace("\\n", " "))
from app import app
json.dump({path: sorted(methods) for path, methods in app.routes.items()}, sys.stdout)
"""


class RoutesError(Exception):
    """The application's routes can't be read."""


@dataclass(frozen=True, slots=True, order=True)
class Route:
    """A path such as ``/accounts/{id}``, and its HTTP methods, sorted."""

    path: str
    methods: tuple[str, ...]


def read_routes(source_root: Path, modules: Sequence[str] = ("app",)) -> tuple[Route, ...]:
    """Return `app.routes` of the Chalice app in `source_root`, sorted by path.

    Parameters
    ----------
    source_root
        The directory with ``app.py``.
    modules
        Other modules that must be importable. If the migration function were not, a deployment
        would wait for it until its timeout.

    Raises
    ------
    RoutesError
        If a module can't be imported, or the app has no routes.
    """
    try:
        result = subprocess.run(
            [sys.executable, "-I", "-c", _PROGRAM, str(source_root), *modules],
            capture_output=True,
            text=True,
            timeout=IMPORT_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise RoutesError(f"importing the functions took over {IMPORT_TIMEOUT_S} s") from error
    if result.returncode != 0:
        lines = result.stderr.strip().splitlines() or ["(no message)"]
        raise RoutesError(lines[-1])
    try:
        found: dict[str, list[str]] = json.loads(result.stdout)
    except json.JSONDecodeError as error:
        raise RoutesError(
            "app.py or a function prints something while it is imported, which it must not"
        ) from error
    if not found:
        raise RoutesError("app.routes is empty; register the blueprints in app.py")
    return tuple(sorted(Route(path, tuple(methods)) for path, methods in found.items()))
