"""``docs/openapi.yaml`` is the running API's document, and lints clean.

``UPDATE_SNAPSHOTS=1`` writes the file anew.
"""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any, Final

import pytest
import yaml

from functions.api.openapi import document
from local_cloud.config import load_instance
from local_cloud.install.npm import install_spectral
from tests.support.stack import ROOT

FILE: Final = ROOT / "docs" / "openapi.yaml"
RULES: Final = ROOT / "docs" / "spectral.yaml"
HEADER: Final = """\
# The API, as GET /openapi.json describes it. Generated: change the code, then
# UPDATE_SNAPSHOTS=1 pytest tests/unit/api/test_openapi_file.py
"""


@pytest.fixture(scope="module")
def described() -> Any:
    return json.loads(document("/v1"))


def test_the_file_is_the_running_apis_document(described: Any) -> None:
    if os.environ.get("UPDATE_SNAPSHOTS"):
        text = yaml.safe_dump(described, sort_keys=False, allow_unicode=True, width=100)
        FILE.write_text(HEADER + text, encoding="utf-8")

    written = yaml.load(FILE.read_text(encoding="utf-8"), yaml.CSafeLoader)

    assert written == described, "docs/openapi.yaml is not today's: UPDATE_SNAPSHOTS=1 writes it"


def test_the_document_lints_clean() -> None:
    spectral = install_spectral(load_instance().cache)
    # The ruleset is found from where it is, its packages from where they are installed.
    place = spectral.parent.parent.parent / "lint"
    place.mkdir(exist_ok=True)
    for file in (FILE, RULES):
        (place / file.name).write_bytes(file.read_bytes())

    done = subprocess.run(
        [spectral, "lint", FILE.name, "--ruleset", RULES.name, "--fail-severity", "hint"],
        cwd=place,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )

    assert done.returncode == 0, (done.stdout + done.stderr)[-6000:]
