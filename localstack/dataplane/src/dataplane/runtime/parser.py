"""Reading an event's JSON: as the standard library does, by a faster parser where there is one."""

from __future__ import annotations

import contextlib
import gc
import json
import sys
from collections.abc import Callable
from typing import Any

Parser = Callable[[bytes], Any]


def choose_parser() -> Parser:
    """Choose by what the handler's artefact has imported; call it once the handler is loaded.

    Kafka headers are arrays with a number for each byte, and msgspec reads them in less than half
    the time. It is the artefact's own copy: the worker brings nothing that the artefact may lack.
    """
    msgspec = sys.modules.get("msgspec")
    fast: Parser | None = getattr(getattr(msgspec, "json", None), "decode", None)

    def parse(event: bytes) -> Any:
        # JSON has no cycles, and looking for some in what is just being made takes a third of the
        # time.
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
        # It refuses what only the standard library takes, such as NaN or half of a surrogate pair.
        with contextlib.suppress(ValueError):
            return fast(event)
    return json.loads(event)
