"""People who use the deployed stack."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.api import Api
from tests.support.stack import Stack


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
    stack.make_operator(person)
    yield person
    person.close()


@pytest.fixture(scope="session")
def execute_api_urls(stack: Stack) -> list[str]:
    """The emulator's own addresses of the deployed REST API, the current form first."""
    (api,) = stack.client("apigateway").get_rest_apis()["items"]
    port = stack.emulator_url.rsplit(":", 1)[1]
    base = f"http://localhost:{port}"
    return [
        f"{base}/_aws/execute-api/{api['id']}/v1",
        f"{base}/restapis/{api['id']}/v1/_user_request_",
    ]


@pytest.fixture(scope="session")
def execute_api_url(execute_api_urls: list[str]) -> str:
    """The emulator's own address of the deployed REST API."""
    return execute_api_urls[0]
