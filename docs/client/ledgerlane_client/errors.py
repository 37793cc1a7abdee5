"""The errors of requests."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


class ApiError(Exception):
    """The API refused a request. ``code`` is stable, so programs can rely on it.

    Attributes
    ----------
    status, code, problem
        The HTTP status, the code, and the whole problem (RFC 9457).
    retry_after_s
        How long the API asks to wait before the next request, in seconds; 0 if not specified.
    """

    def __init__(self, status: int, problem: Json, retry_after_s: float = 0.0) -> None:
        self.status = status
        self.problem = problem
        self.retry_after_s = retry_after_s
        self.code: str = problem.get("code", "")
        super().__init__(f"{status} {self.code}: {problem.get('detail', '')}")


class NoAnswerError(OSError):
    """There was no response from the API. The request may have taken effect."""


class OutcomeUnknownError(Exception):
    """There was no final response in time. Retry with the same key."""

    def __init__(self, key: str, reason: str) -> None:
        self.key = key
        super().__init__(f"the outcome of {key!r} is unknown ({reason})")
