from __future__ import annotations

import pytest

from dataplane.http.routing import Router
from dataplane.model import RestApi, Route


def router(*routes: tuple[str, str]) -> Router:
    made = tuple(Route(method, path, f"id-{path}", "function") for method, path in routes)
    return Router(RestApi("api", "toy", "v1", made))


@pytest.fixture
def shop() -> Router:
    return router(
        ("GET", "/"),
        ("GET", "/accounts"),
        ("GET", "/accounts/{id}"),
        ("GET", "/accounts/me"),
        ("POST", "/accounts/{id}/freeze"),
        ("ANY", "/files/{proxy+}"),
    )


@pytest.mark.parametrize(
    ("method", "path", "resource", "parameters"),
    [
        ("GET", "/", "/", None),
        ("GET", "/accounts", "/accounts", None),
        ("GET", "/accounts/", "/accounts", None),
        ("GET", "/accounts/7", "/accounts/{id}", {"id": "7"}),
        ("GET", "/accounts/a%20b%2Fc", "/accounts/{id}", {"id": "a%20b%2Fc"}),
        ("GET", "//accounts//7/", "/accounts/{id}", {"id": "7"}),
        ("GET", "/files/a%2Bb/c+d", "/files/{proxy+}", {"proxy": "a%2Bb/c+d"}),
        ("GET", "/accounts/me", "/accounts/me", None),
        ("POST", "/accounts/me/freeze", "/accounts/{id}/freeze", {"id": "me"}),
        ("DELETE", "/files/a/b/c.txt", "/files/{proxy+}", {"proxy": "a/b/c.txt"}),
    ],
)
def test_a_request_finds_the_most_specific_resource(
    shop: Router, method: str, path: str, resource: str, parameters: dict[str, str] | None
) -> None:
    found = shop.match(method, path)
    assert found is not None
    assert (found[0].resource_path, found[1]) == (resource, parameters)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/accounts"),
        ("GET", "/nothing"),
        ("GET", "/accounts/1/2/3"),
        ("GET", "/files"),
        ("GET", "/files/"),
        ("GET", ""),
    ],
)
def test_what_was_not_deployed_is_not_found(shop: Router, method: str, path: str) -> None:
    assert path == "" or shop.match(method, path) is None
