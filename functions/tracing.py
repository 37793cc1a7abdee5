"""Traces of what a function does, as X-Ray subsegments; nothing where tracing is off."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from functions import wiring


@contextmanager
def traced(name: str, **annotations: str) -> Iterator[None]:
    """Trace a piece of work.

    Parameters
    ----------
    name
        What is done; the subsegment's name.
    annotations
        What traces can be searched by: never a person's words, a password or a token.
    """
    tracer = wiring.tracer()
    if tracer.disabled:
        yield
        return
    with tracer.provider.in_subsegment(f"## {name}") as subsegment:
        for key, value in annotations.items():
            subsegment.put_annotation(key, value)
        yield
