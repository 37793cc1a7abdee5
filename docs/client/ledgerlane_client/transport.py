"""Send requests over one HTTP connection, with retries where they are safe."""

from __future__ import annotations

import http.client
import json
import secrets
import time
from typing import Any, Final
from urllib.parse import urlsplit

from ledgerlane_client.errors import ApiError, Json, NoAnswerError

#: Statuses after which a request is retried.
TRY_AGAIN: Final = (429, 502, 503, 504)
#: Longer than the API's longest wait.
TIMEOUT_S: Final = 30
FIRST_BACKOFF_S: Final = 0.1
LAST_BACKOFF_S: Final = 5.0


class Transport:
    """A connection to the API, for use by one thread at a time.

    Parameters
    ----------
    url
        The API's base URL, including its stage.
    token
        A session's token or an API key.

    Raises
    ------
    ValueError
        If the URL is not an HTTP URL.
    """

    def __init__(self, url: str, token: str | None) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or parts.hostname is None:
            raise ValueError(f"not an HTTP URL: {url!r}")
        kind = (
            http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        )
        self._connection = kind(parts.hostname, parts.port, timeout=TIMEOUT_S)
        self._base = parts.path.rstrip("/")
        self.token = token

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def insist(
        self, method: str, path: str, body: Json | None, headers: dict[str, str], deadline_s: float
    ) -> bytes:
        """Retry with growing backoffs until there is a response.

        Parameters
        ----------
        deadline_s
            When to give up, in the time of ``time.monotonic``.

        Raises
        ------
        ApiError
            If the API refuses the request.
        NoAnswerError
            If there is no response in time.
        """
        backoff_s = FIRST_BACKOFF_S
        while True:
            try:
                return self.send(method, path, body, headers)
            except ApiError as error:
                asked_s = error.retry_after_s
                if error.status not in TRY_AGAIN or time.monotonic() > deadline_s:
                    raise
            except NoAnswerError:
                asked_s = 0.0
                if time.monotonic() > deadline_s:
                    raise
            # Stretched at random, so that clients that failed together don't retry together.
            time.sleep(max(asked_s, backoff_s) * (1 + secrets.randbelow(100) / 200))
            backoff_s = min(backoff_s * 2, LAST_BACKOFF_S)

    def send(self, method: str, path: str, body: Json | None, headers: dict[str, str]) -> bytes:
        """Send a request once and return the response's body. Raises the errors of `insist`."""
        headers = {"Accept": "application/json", **headers}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        try:
            self._connection.request(method, self._base + path, data, headers)
            response = self._connection.getresponse()
            text = response.read()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise NoAnswerError(f"{type(error).__name__}: {error}".rstrip(": ")) from error
        except BaseException:
            # The rest of this response must not be read as the next one.
            self._connection.close()
            raise
        # The API never redirects, so a redirect comes from something else.
        if response.status >= 300:
            retry_after = response.headers.get("Retry-After", "")
            raise ApiError(response.status, _problem(text), _seconds(retry_after))
        return text


def parse(text: bytes) -> Json:
    """Parse a response's JSON object. No body is an empty object.

    Raises
    ------
    NoAnswerError
        If the body is something else, so it is not from the API.
    """
    answer: Any = {}
    try:
        answer = json.loads(text) if text else {}
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise NoAnswerError("the response is not JSON from the API")
    return answer


def _problem(text: bytes) -> Json:
    try:
        problem = json.loads(text)
    except ValueError:
        problem = None
    # A proxy may respond with a page, a list or nothing.
    return problem if isinstance(problem, dict) else {"detail": text[:200].decode(errors="replace")}


def _seconds(retry_after: str) -> float:
    """Parse ``Retry-After``. A date (RFC 9110, section 10.2.3) is ignored."""
    return float(retry_after) if retry_after.isascii() and retry_after.isdigit() else 0.0
