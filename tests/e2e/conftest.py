"""People who use the deployed stack."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest

from tests.support.api import Api
from tests.support.stack import ROOT, Stack


@pytest.fixture(scope="session")
def stack() -> Stack:
    found = Stack.from_environment()
    if found is None:
        pytest.skip("no stack: `make test` starts one")
    return found


@pytest.fixture(scope="session")
def ada(stack: Stack) -> Iterator[Api]:
    person = Api(stack.api_url).sign_up("Ada")
    yield person
    person.close()


@pytest.fixture(scope="session")
def grace(stack: Stack) -> Iterator[Api]:
    person = Api(stack.api_url).sign_up("Grace")
    yield person
    person.close()


@pytest.fixture(scope="session")
def operator(stack: Stack) -> Iterator[Api]:
    person = Api(stack.api_url).sign_up("Opal")
    done = subprocess.run(
        [sys.executable, "-m", "local_cloud", "run", "functions.operator", person.email],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "localstack")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    # What a session may do is what its user may do when it begins.
    person.sign_in()
    yield person
    person.close()


@pytest.fixture(scope="session")
def execute_api_url(stack: Stack) -> str:
    """The emulator's own address of the deployed REST API."""
    listed = httpx.get(
        f"{stack.emulator_url}/restapis",
        headers={
            "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/eu-central-1/apigateway"
        },
        timeout=10,
    ).json()
    apis = listed.get("item") or listed.get("items")
    (api_id,) = (api["id"] for api in apis)
    port = stack.emulator_url.rsplit(":", 1)[1]
    return f"http://localhost:{port}/restapis/{api_id}/v1/_user_request_"
