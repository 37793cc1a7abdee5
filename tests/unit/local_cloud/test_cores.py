from __future__ import annotations

import os

import pytest

from dataplane import process
from local_cloud import cores


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 64])
def test_what_is_started_beside_the_data_plane_leaves_its_gateways_cores(
    monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(count)))
    theirs = process.Room.with_gateways(process.USUAL_GATEWAYS)
    ours = cores.Room.with_gateways(cores.GATEWAYS)
    assert (ours.every, ours.gateways) == (theirs.every, theirs.gateways)
