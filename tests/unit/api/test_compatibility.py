"""Today's API goes on serving the clients of the last release, or the changelog says what breaks.

oasdiff compares ``docs/openapi.yaml`` with ``docs/openapi/released.yaml``.  `make oasdiff` installs
it, for which Go is needed; without it these tests are skipped.
"""

from __future__ import annotations

import copy
import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from local_cloud.config import load_instance
from tests.support.stack import ROOT

TODAY: Final = ROOT / "docs" / "openapi.yaml"
RELEASED: Final = ROOT / "docs" / "openapi" / "released.yaml"
OASDIFF: Final = load_instance().cache / "oasdiff" / "bin" / "oasdiff"

pytestmark = pytest.mark.skipif(not OASDIFF.exists(), reason="no oasdiff: run make oasdiff")


def breaks(released: Path, today: Path) -> set[str]:
    """Return what of the released API today's breaks, as ``METHOD path``."""
    command = [str(OASDIFF), "breaking", str(released), str(today), "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return {f"{one['operation']} {one['path']}" for one in json.loads(done.stdout or "null") or ()}


def announced() -> str:
    """Return what the changelog says is breaking in what is not released yet."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    unreleased = text.partition("## [Unreleased]")[2].partition("\n## [")[0]
    return "".join(re.findall(r"^### Breaking\n(.*?)(?=^### |\Z)", unreleased, re.M | re.S))


def test_what_breaks_is_in_the_changelog() -> None:
    broken = breaks(RELEASED, TODAY)

    told = announced()

    assert [one for one in sorted(broken) if f"`{one}`" not in told] == []


def _without_route(document: Any) -> None:
    del document["paths"]["/accounts/{account_id}/balance"]


def _with_a_required_field(document: Any) -> None:
    schema = document["components"]["schemas"]["NewAccount"]
    schema["properties"]["purpose"] = {"type": "string", "maxLength": 9, "pattern": "^.*$"}
    schema["required"].append("purpose")


def _without_a_field_of_an_answer(document: Any) -> None:
    schema = document["components"]["schemas"]["AccountView"]
    del schema["properties"]["balance"]
    schema["required"].remove("balance")


def _with_a_narrower_text(document: Any) -> None:
    schema = document["components"]["schemas"]["SignUp"]
    schema["properties"]["email"]["maxLength"] = 10


def _with_fewer_choices(document: Any) -> None:
    schema = document["components"]["schemas"]["NewFreeze"]
    schema["properties"]["direction"]["enum"].remove("both")


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        (_without_route, "GET /accounts/{account_id}/balance"),
        (_with_a_required_field, "POST /accounts"),
        (_without_a_field_of_an_answer, "GET /accounts/{account_id}"),
        (_with_a_narrower_text, "POST /users"),
        (_with_fewer_choices, "POST /accounts/{account_id}/freeze"),
    ],
)
def test_a_break_is_noticed(change: Callable[[Any], None], broken: str, tmp_path: Path) -> None:
    released = yaml.load(RELEASED.read_text(encoding="utf-8"), yaml.CSafeLoader)
    changed = copy.deepcopy(released)
    change(changed)
    (tmp_path / "today.json").write_text(json.dumps(changed))

    assert broken in breaks(RELEASED, tmp_path / "today.json")
