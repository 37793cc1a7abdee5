"""Snapshots of REST APIs as they were deployed, because emulators return only current methods.

On AWS, a stage serves the deployment that it points to:
https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-deploy-api.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from dataplane.state_folder import read_json, write_atomically

MAXIMUM_COUNT: Final = 100
_UNSAFE = re.compile(r"[^A-Za-z0-9]")


class Deployments:
    """The snapshots in a folder, one for each deployment of each API.

    A snapshot is taken when a deployment is seen for the first time. Beyond a number, those that
    were not used for the longest time are removed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def of(
        self,
        api_id: str,
        deployment_id: str | None,
        current: Callable[[], dict[str, Any]],
        *,
        is_settled: bool,
    ) -> dict[str, Any]:
        """Return what was deployed.

        Parameters
        ----------
        deployment_id
            The deployment that the stage points to; None if the emulator names none.
        current
            Describes the API as it is now, in values that JSON has.
        is_settled
            Whether nothing is changing the API. Otherwise, no snapshot is taken.
        """
        if deployment_id is None:
            return current()
        path = self._folder / f"{_safe(api_id)}.{_safe(deployment_id)}.json"
        kept: dict[str, Any] | None = read_json(path)
        if kept is not None:
            with suppress(OSError):
                path.touch()
            return kept
        found = current()
        if is_settled:
            write_atomically(path, json.dumps(found))
            self._prune()
        return found

    def _prune(self) -> None:
        def age(path: Path) -> float:
            with suppress(OSError):
                return path.stat().st_mtime
            return 0.0

        newest_first = sorted(self._folder.glob("*.json"), key=age, reverse=True)
        for path in newest_first[MAXIMUM_COUNT:]:
            path.unlink(missing_ok=True)


def _safe(name: str) -> str:
    return _UNSAFE.sub("_", name)
