"""Traces of a function's work, as X-Ray subsegments. Does nothing if tracing is off."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Final

from aws_lambda_powertools import Tracer

from functions import wiring

_NOTHING: Final = nullcontext()


def traced(name: str, **annotations: str) -> AbstractContextManager[None]:
    """Trace a piece of work.

    Parameters
    ----------
    name
        The subsegment's name.
    annotations
        Fields to search traces by: never a client's text, a password or a token.
    """
    tracer = wiring.tracer()
    return _NOTHING if tracer.disabled else _subsegment(tracer, name, annotations)


@contextmanager
def _subsegment(tracer: Tracer, name: str, annotations: dict[str, str]) -> Iterator[None]:
    with tracer.provider.in_subsegment(f"## {name}") as subsegment:
        for key, value in annotations.items():
            subsegment.put_annotation(key, value)
        yield
