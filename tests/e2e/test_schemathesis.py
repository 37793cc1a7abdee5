"""The running API against its own description: no server error, nothing that it does not say.

A few examples a route here; `make test-api` tries a thousand.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.support.api import Api
from tests.support.stack import ROOT, Stack

pytestmark = pytest.mark.e2e

EXAMPLES = int(os.environ.get("API_EXAMPLES", "5"))
SIGN_OUT = "delete_session"
LIMIT_S = 60 + 40 * EXAMPLES
#: Replaced in tests.support.fuzzing, which says why.
EXCLUDED = "positive_data_acceptance,negative_data_rejection"


def run(stack: Stack, token: str, folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [
            *(str(Path(sys.executable).parent / "schemathesis"), "run"),
            f"{stack.api_url}/openapi.json",
            *("--header", f"Authorization: Bearer {token}"),
            *("--checks", "all", "--exclude-checks", EXCLUDED),
            *("--suppress-health-check", "all", "--continue-on-failure"),
            *("--max-examples", str(EXAMPLES), "--seed", "1", "--request-timeout", "30"),
            *("--workers", "1", "--no-shrink", *arguments),
        ],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "SCHEMATHESIS_HOOKS": "tests.support.fuzzing",
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-12_000:]
    return done.stdout


def test_every_route_is_as_it_is_described(stack: Stack, operator: Api, tmp_path: Path) -> None:
    token = operator.sign_in()
    output = run(stack, token, tmp_path, "--exclude-operation-id", SIGN_OUT)
    document = httpx.get(f"{stack.api_url}/openapi.json", timeout=20).json()
    operations = sum(len(methods) for methods in document["paths"].values())
    # It leaves out the document's own route by itself.
    assert f"Tested: {operations - 2}\n" in output, output[-3000:]
    assert operator.get("/users/me").status_code == 200


def test_signing_out_is_as_it_is_described(stack: Stack, grace: Api, tmp_path: Path) -> None:
    # Apart from the others, whose token it would end.
    other = Api(stack.api_url).sign_up("Sina")
    output = run(stack, other.sign_in(), tmp_path, "--include-operation-id", SIGN_OUT)
    other.close()
    assert "Tested: 1" in output
