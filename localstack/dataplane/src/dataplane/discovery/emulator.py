"""Clients for the emulator, using LocalStack's client library."""

from __future__ import annotations

import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from botocore.config import Config
from localstack_client.session import Session

_CONFIG = Config(
    connect_timeout=5, read_timeout=30, retries={"max_attempts": 2, "mode": "standard"}
)

_PAGE_LIMIT = 100


def pages(call: Callable[..., dict[str, Any]], name: str, **arguments: Any) -> Iterator[Any]:
    """Yield the items of a list operation of API Gateway, page by page.

    Parameters
    ----------
    call
        The client's method.
    name
        The field of the response with the list.

    Raises
    ------
    ValueError
        If there are too many pages.
    """
    position: dict[str, str] = {}
    for _ in range(_PAGE_LIMIT):
        page = call(limit=500, **arguments, **position)
        yield from page.get(name) or ()
        if not page.get("position"):
            return
        position = {"position": page["position"]}
    raise ValueError(f"{getattr(call, '__name__', 'a list')} has more than {_PAGE_LIMIT} pages")


class Emulator:
    """The emulated AWS at one endpoint.

    Parameters
    ----------
    endpoint
        For example ``http://127.0.0.1:4566``.
    region
        The deployment's region.
    """

    def __init__(self, endpoint: str, region: str) -> None:
        self.endpoint = endpoint.rstrip("/")
        self.region = region
        parts = urllib.parse.urlsplit(self.endpoint)
        if not parts.hostname or not parts.port:
            raise ValueError(
                f"{endpoint!r} is not an endpoint; use a URL such as http://127.0.0.1:4566"
            )
        self._session = Session(
            aws_access_key_id="test",
            aws_secret_access_key="test",
            aws_session_token="",
            region_name=region,
            localstack_host=f"{parts.hostname}:{parts.port}",
        )
        self.client = cache(self._client)

    def _client(self, service: str) -> Any:
        return self._session.client(service, config=_CONFIG)

    def download(self, location: str) -> bytes:
        """Fetch a presigned URL from this endpoint, ignoring the URL's host.

        An emulator signs URLs with its own idea of its host name.

        Raises
        ------
        ValueError
            If the emulator does not have it.
        """
        parts = urllib.parse.urlsplit(location)
        url = f"{self.endpoint}{parts.path}" + (f"?{parts.query}" if parts.query else "")
        try:
            with urllib.request.urlopen(url, timeout=60) as answer:
                body: bytes = answer.read()
        except urllib.error.HTTPError as error:
            error.close()
            raise ValueError(f"its code can't be downloaded: {error}") from error
        return body
