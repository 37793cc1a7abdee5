"""What is traced, and that tracing which is off costs and needs nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from functions import wiring
from functions.tracing import traced


class Subsegments:
    """Stands for X-Ray's recorder, which needs a daemon."""

    def __init__(self) -> None:
        self.ended: list[tuple[str, dict[str, str]]] = []
        self._annotations: dict[str, str] = {}

    @contextmanager
    def in_subsegment(self, name: str) -> Iterator[Subsegments]:
        self._annotations = {}
        try:
            yield self
        finally:
            self.ended.append((name, self._annotations))

    def put_annotation(self, key: str, value: str) -> None:
        self._annotations[key] = value


class TracerStub:
    def __init__(self, *, disabled: bool) -> None:
        self.disabled = disabled
        self.provider: Any = None if disabled else Subsegments()


@pytest.fixture(autouse=True)
def _own_tracer() -> Iterator[None]:
    yield
    wiring.tracer.reset()


def test_work_is_a_subsegment_with_its_annotations_also_when_it_fails() -> None:
    tracer = TracerStub(disabled=False)
    wiring.tracer.replace(tracer)  # type: ignore[arg-type]  # a double

    with pytest.raises(ValueError, match="work"), traced("apply", partition="ledger.commands-3"):
        raise ValueError("work")

    assert tracer.provider.ended == [("## apply", {"partition": "ledger.commands-3"})]


def test_tracing_that_is_off_touches_no_recorder() -> None:
    wiring.tracer.replace(TracerStub(disabled=True))  # type: ignore[arg-type]  # a double

    with traced("apply"):
        pass


def test_tracing_is_off_outside_of_lambda() -> None:
    assert wiring.tracer().disabled
