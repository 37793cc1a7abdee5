"""Parse an event's JSON like the standard library, with a faster parser if available."""

from __future__ import annotations

import contextlib
import gc
import json
import sys
from collections.abc import Callable
from typing import Any

Parser = Callable[[bytes], Any]


def choose_parser() -> Parser:
    """Choose msgspec if the handler's artefact has imported it. Call this after loading it.

    Kafka headers are arrays with a number for each byte, which msgspec parses in less than half the
    time. It is the artefact's copy, because the worker must not add packages.
    """
    msgspec = sys.modules.get("msgspec")
    fast: Parser | None = getattr(getattr(msgspec, "json", None), "decode", None)

    def parse(event: bytes) -> Any:
        # JSON has no cycles, and searching new objects for them would take a third of the time.
        collects = gc.isenabled()
        gc.disable()
        try:
            return _parsed(event, fast)
        finally:
            if collects:
                gc.enable()

    return parse


def _parsed(event: bytes, fast: Parser | None) -> Any:
    if fast is not None:
        # msgspec refuses some input that the standard library accepts, such as NaN or half of a
        # surrogate pair.
        with contextlib.suppress(ValueError):
            return fast(event)
    return json.loads(event)
