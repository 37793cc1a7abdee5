"""The routes of the Chalice app, which are the resources of the REST API."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

IMPORT_TIMEOUT_S = 60
# In a process of its own: the application's modules and the CDK app's never meet.
_PROGRAM = """
import json, sys
sys.path.insert(0, sys.argv[1])
from app import app
json.dump({path: sorted(methods) for path, methods in app.routes.items()}, sys.stdout)
"""


class RoutesError(Exception):
    """The application's routes can't be read; the message says why."""


@dataclass(frozen=True, slots=True, order=True)
class Route:
    """A path such as ``/accounts/{id}`` and its HTTP methods, sorted."""

    path: str
    methods: tuple[str, ...]


def read_routes(source_root: Path) -> tuple[Route, ...]:
    """Return `app.routes` of the Chalice app in `source_root`, sorted by path.

    Raises
    ------
    RoutesError
        When ``app.py`` can't be imported or has no route.
    """
    try:
        result = subprocess.run(
            [sys.executable, "-c", _PROGRAM, str(source_root)],
            capture_output=True,
            text=True,
            timeout=IMPORT_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise RoutesError(f"importing app.py took over {IMPORT_TIMEOUT_S} s") from error
    if result.returncode != 0:
        lines = result.stderr.strip().splitlines() or ["(no message)"]
        raise RoutesError(f"app.py can't be imported to read its routes: {lines[-1]}")
    try:
        found: dict[str, list[str]] = json.loads(result.stdout)
    except json.JSONDecodeError as error:
        raise RoutesError("app.py prints while it is imported: it must not") from error
    if not found:
        raise RoutesError("app.routes is empty: register the blueprints in app.py")
    return tuple(sorted(Route(path, tuple(methods)) for path, methods in found.items()))
