"""Invocations that are kept on disk, so that they can be sent again.

Events can hold personal and financial data. They are kept only on request, readable only by their
owner, and are never written to a log.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from dataplane.state_folder import StateFolder, read_json, write_atomically

MAXIMUM_COUNT: Final = 1000
MAXIMUM_BYTES: Final = 64 * 1024 * 1024
# Listing the folder for each invocation would cost more than the invocation.
_COUNT_BETWEEN_TRIMS = 100
_BYTES_BETWEEN_TRIMS = 8 * 1024 * 1024
_CHOICES = ("failed", "all")
_ID = re.compile(r"[0-9a-f-]{36}")


@dataclass(frozen=True)
class KeptInvocation:
    """An invocation as it was sent.

    Attributes
    ----------
    at
        When it ended, in seconds since 1970.
    error
        The error's payload, None if the invocation succeeded.
    endpoint
        The emulator that the function used.
    """

    request_id: str
    function: str
    at: float
    error: str | None
    endpoint: str
    region: str
    event: Any


def parse_keep(text: str | None) -> str | None:
    """Return which invocations to keep: ``failed``, ``all``, or None for none of them.

    Raises
    ------
    ValueError
        If it is something else.
    """
    if text is not None and text not in _CHOICES:
        raise ValueError(f"--keep-events {text!r}: must be {' or '.join(_CHOICES)}")
    return text


class Keeper:
    """Keeps a process's last invocations.

    Parameters
    ----------
    folder
        The process's own folder. Its oldest files are removed beyond the limits, also those of
        earlier runs.
    which
        ``failed`` or ``all``.
    note
        Writes a line to the process's log.
    """

    def __init__(
        self,
        folder: Path,
        which: str,
        endpoint: str,
        region: str,
        note: Callable[[str], None],
    ) -> None:
        self._folder = folder
        self._is_all = which == "all"
        self._endpoint = endpoint
        self._region = region
        self._note = note
        self._lock = threading.Lock()
        self._count = self._bytes = 0
        self._is_failing = False
        folder.mkdir(parents=True, exist_ok=True)
        self._trim()

    @classmethod
    def of_process(
        cls, layout: StateFolder, settings: Mapping[str, Any], note: Callable[[str], None]
    ) -> Keeper | None:
        """Return the keeper that a process's settings ask for, None if they ask for none."""
        which = settings["keep"]
        if which is None:
            return None
        folder = layout.kept / settings["name"]
        return cls(folder, which, settings["endpoint"], settings["region"], note)

    def keep(self, function: str, request_id: str, event: bytes, error: str | None) -> None:
        """Keep an invocation if it is one to keep. A full disk must not fail it.

        Parameters
        ----------
        event
            The event's JSON.
        error
            The error's payload, None if it succeeded.
        """
        if error is None and not self._is_all:
            return
        kept = KeptInvocation(
            request_id,
            function,
            time.time(),
            error,
            self._endpoint,
            self._region,
            json.loads(event),
        )
        try:
            write_atomically(self._folder / f"{request_id}.json", json.dumps(asdict(kept)))
            with self._lock:
                self._count += 1
                self._bytes += len(event)
                if self._count >= _COUNT_BETWEEN_TRIMS or self._bytes >= _BYTES_BETWEEN_TRIMS:
                    self._trim()
            self._is_failing = False
        except OSError as problem:
            if not self._is_failing:
                self._note(f"can't keep invocations: {problem.strerror}")
            self._is_failing = True

    def _trim(self) -> None:
        self._count = self._bytes = 0
        total = 0
        newest_first = sorted(_files(self._folder), reverse=True)
        for count, (_, size, path) in enumerate(newest_first, start=1):
            total += size
            if count > MAXIMUM_COUNT or total > MAXIMUM_BYTES:
                path.unlink(missing_ok=True)


def kept_invocations(layout: StateFolder) -> list[KeptInvocation]:
    """Return what is kept, the oldest first."""
    read = (read_json(path) for path in layout.kept.glob("*/*.json"))
    found = [KeptInvocation(**raw) for raw in read if raw is not None]
    return sorted(found, key=lambda one: one.at)


def find_kept(layout: StateFolder, request_id: str) -> KeptInvocation:
    """Return a kept invocation.

    Raises
    ------
    LookupError
        If it was not kept, or was removed since.
    """
    if _ID.fullmatch(request_id):
        for path in layout.kept.glob(f"*/{request_id}.json"):
            return KeptInvocation(**json.loads(path.read_text()))
    raise LookupError(
        f"no invocation {request_id} is kept; run with --keep-events, and see `dataplane kept`"
    )


def _files(folder: Path) -> Iterator[tuple[int, int, Path]]:
    """Yield each file's time of change, its size and its path."""
    for path in folder.glob("*.json"):
        # Another process with the same name, which is being replaced, may have removed it.
        with suppress(OSError):
            status = path.stat()
            yield status.st_mtime_ns, status.st_size, path
