"""Call the Chalice app like API Gateway, without a network."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from app import app


@dataclass(frozen=True)
class Answer:
    """The app's response."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        """The body, parsed as JSON."""
        return json.loads(self.text)


class Client:
    """Calls the app with proxy events, with ``token`` if it is set."""

    def __init__(self, token: str | None = None) -> None:
        self.token = token

    def call(
        self,
        method: str,
        url: str,
        body: Any = None,
        headers: Mapping[str, str | list[str]] | None = None,
        raw: str | bytes | None = None,
    ) -> Answer:
        """Send a request. ``raw`` is sent as the body unchanged, bytes as base64."""
        parts = urlsplit(url)
        path = parts.path.removeprefix("/v1")
        resource, path_parameters = resource_of(path)
        all_headers: dict[str, str | list[str]] = dict(headers or {})
        if self.token is not None:
            all_headers.setdefault("Authorization", f"Bearer {self.token}")
        text = raw if raw is not None else None if body is None else json.dumps(body)
        if text is not None:
            all_headers.setdefault("Content-Type", "application/json")
        is_binary = isinstance(text, bytes)
        if isinstance(text, bytes):
            text = base64.b64encode(text).decode()
        lines = {
            name: value if isinstance(value, list) else [value]
            for name, value in all_headers.items()
        }
        query = parse_qs(parts.query, keep_blank_values=True)
        event = {
            "resource": resource,
            "path": path,
            "httpMethod": method,
            "headers": {name: values[-1] for name, values in lines.items()},
            "multiValueHeaders": lines,
            "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
            "multiValueQueryStringParameters": query or None,
            "pathParameters": path_parameters or None,
            "stageVariables": None,
            "requestContext": {
                "resourcePath": resource,
                "httpMethod": method,
                "path": "/v1" + path,
                "stage": "v1",
                "requestId": "test",
                "identity": {"sourceIp": "127.0.0.1"},
            },
            "body": text,
            "isBase64Encoded": is_binary,
        }
        answer = app(event, None)
        return Answer(answer["statusCode"], answer["headers"], answer["body"])

    def get(self, url: str, **headers: str) -> Answer:
        """Send a GET."""
        return self.call("GET", url, headers=_dashed(headers))

    def post(self, url: str, body: Any = None, **headers: str) -> Answer:
        """Send a POST. Header names have underscores."""
        return self.call("POST", url, body, _dashed(headers))

    def put(self, url: str, body: Any = None, **headers: str) -> Answer:
        """Send a PUT."""
        return self.call("PUT", url, body, _dashed(headers))

    def patch(self, url: str, body: Any = None, **headers: str) -> Answer:
        """Send a PATCH."""
        return self.call("PATCH", url, body, _dashed(headers))

    def delete(self, url: str) -> Answer:
        """Send a DELETE."""
        return self.call("DELETE", url)


def _dashed(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def resource_of(path: str) -> tuple[str, dict[str, str]]:
    """Return the resource that API Gateway would choose: literal segments before parameters."""
    for resource in sorted(app.routes, key=lambda path: path.count("{")):
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", resource)
        found = re.fullmatch(pattern, path)
        if found is not None:
            return resource, found.groupdict()
    return path, {}
