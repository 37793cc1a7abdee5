"""Requests and answers over one HTTP connection, sent again where that is safe."""

from __future__ import annotations

import http.client
import json
import secrets
import time
from typing import Any, Final
from urllib.parse import urlsplit

from ledgerlane_client.errors import ApiError, Json, NoAnswerError

#: Answers after which the same request is sent again.
TRY_AGAIN: Final = (429, 502, 503, 504)
#: Longer than the API ever holds an answer back.
TIMEOUT_S: Final = 30
FIRST_PAUSE_S: Final = 0.1
LAST_PAUSE_S: Final = 5.0


class Transport:
    """A connection to the API; use it from one thread at a time.

    Parameters
    ----------
    url
        The API's base address, with its stage.
    token
        A session's token or an API key.

    Raises
    ------
    ValueError
        If the address is not one of HTTP.
    """

    def __init__(self, url: str, token: str | None) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or parts.hostname is None:
            raise ValueError(f"not a URL of the API: {url!r}")
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
        """Send until there is an answer, more slowly each time.

        Parameters
        ----------
        deadline_s
            When to give up, by ``time.monotonic``.

        Raises
        ------
        ApiError
            If the API refuses the request.
        NoAnswerError
            If there is no answer in time.
        """
        pause_s = FIRST_PAUSE_S
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
            # Of many clients that failed together, not all come back together.
            time.sleep(max(asked_s, pause_s) * (1 + secrets.randbelow(100) / 200))
            pause_s = min(pause_s * 2, LAST_PAUSE_S)

    def send(self, method: str, path: str, body: Json | None, headers: dict[str, str]) -> bytes:
        """Send a request once and return the answer's body; raise as `insist` does."""
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
            # What is left of this answer must not be taken for the next one.
            self._connection.close()
            raise
        # The API redirects nobody, so a redirect comes from something else.
        if response.status >= 300:
            retry_after = response.headers.get("Retry-After", "")
            raise ApiError(response.status, _problem(text), _seconds(retry_after))
        return text


def parse(text: bytes) -> Json:
    """Read an answer's JSON object; no body is an empty one.

    Raises
    ------
    NoAnswerError
        If it is something else, and so not the API's.
    """
    answer: Any = {}
    try:
        answer = json.loads(text) if text else {}
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise NoAnswerError("the answer is not JSON as the API writes it")
    return answer


def _problem(text: bytes) -> Json:
    try:
        problem = json.loads(text)
    except ValueError:
        problem = None
    # What stands between may answer with a page, or a list, or nothing.
    return problem if isinstance(problem, dict) else {"detail": text[:200].decode(errors="replace")}


def _seconds(retry_after: str) -> float:
    """Read ``Retry-After``; a date (RFC 9110, section 10.2.3) counts as nothing."""
    return float(retry_after) if retry_after.isascii() and retry_after.isdigit() else 0.0
