"""A stage serves its API as it was deployed, whatever has changed since."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest

from dataplane.discovery import deployments as module
from dataplane.discovery.deployments import Deployments


class Api:
    """An API whose methods change."""

    def __init__(self) -> None:
        self.methods: list[str] = []

    def describe(self) -> dict[str, Any]:
        return {"methods": list(self.methods)}


@pytest.fixture
def api() -> Api:
    return Api()


def test_a_deployment_stays_as_it_was_first_seen(tmp_path: Path, api: Api) -> None:
    api.methods = ["GET /a"]
    first = Deployments(tmp_path).of("api", "d1", api.describe, is_settled=True)
    api.methods = ["GET /a", "GET /b"]

    # Also in the next run, and for a stage that goes back to it.
    again = Deployments(tmp_path)
    assert again.of("api", "d2", api.describe, is_settled=True) == {"methods": ["GET /a", "GET /b"]}
    assert again.of("api", "d1", api.describe, is_settled=True) == first == {"methods": ["GET /a"]}


def test_what_is_being_changed_is_served_as_it_is_and_not_kept(tmp_path: Path, api: Api) -> None:
    seen = Deployments(tmp_path)
    assert seen.of("api", "d1", api.describe, is_settled=False) == {"methods": []}
    api.methods = ["GET /a"]

    assert seen.of("api", "d1", api.describe, is_settled=True) == {"methods": ["GET /a"]}


def test_a_stage_without_a_deployment_serves_the_current_methods(tmp_path: Path, api: Api) -> None:
    seen = Deployments(tmp_path)
    seen.of("api", None, api.describe, is_settled=True)
    api.methods = ["GET /a"]

    assert seen.of("api", None, api.describe, is_settled=True) == {"methods": ["GET /a"]}


def test_snapshots_are_the_owners_and_bounded(
    tmp_path: Path, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAXIMUM_COUNT", 2)
    seen = Deployments(tmp_path)
    for number, name in enumerate(("d1", "../d2", "d3")):
        seen.of("api", name, api.describe, is_settled=True)
        for path in tmp_path.glob("*.json"):
            os.utime(path, (number, number))

    assert sorted(path.name for path in tmp_path.iterdir())[-1] == "api.d3.json"
    assert len(list(tmp_path.iterdir())) == 2
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}
