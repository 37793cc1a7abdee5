"""Comparing revisions: neither side always comes second."""

from __future__ import annotations

from collections import Counter
from typing import Any, cast

from load.bench.compare import in_turn


def test_each_side_comes_first_as_often_as_second() -> None:
    sites = cast(Any, {"A": object(), "B": object()})

    first = Counter(in_turn(sites, number)[0][0] for number in range(1, 5))

    assert first == {"A": 2, "B": 2}
