"""What can go wrong with a request."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


class ApiError(Exception):
    """The API refused a request; ``code`` is a stable word to act upon.

    Attributes
    ----------
    status, code, problem
        The HTTP status, the code, and the whole problem (RFC 9457).
    retry_after_s
        How long the API asks to wait before the next request, in seconds; 0 if it doesn't say.
    """

    def __init__(self, status: int, problem: Json, retry_after_s: float = 0.0) -> None:
        self.status = status
        self.problem = problem
        self.retry_after_s = retry_after_s
        self.code: str = problem.get("code", "")
        super().__init__(f"{status} {self.code}: {problem.get('detail', '')}")


class NoAnswerError(OSError):
    """No answer came, or none of the API's; the request may have been carried out."""


class OutcomeUnknownError(Exception):
    """No answer came for as long as the client waits: ask again under the same key."""

    def __init__(self, key: str, reason: str) -> None:
        self.key = key
        super().__init__(f"the outcome of {key!r} is not known yet ({reason})")
