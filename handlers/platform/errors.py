"""Errors for the caller. The ledger's refusals are not errors but results."""

from __future__ import annotations

from math import ceil
from typing import NamedTuple


class FieldError(NamedTuple):
    """What is wrong with one field of a request."""

    field: str
    message: str


class LedgerlaneError(Exception):
    """An error that the caller must be told about.

    The first line of each class's docstring is its default message.
    """

    def __init__(self, detail: str | None = None) -> None:
        summary = (type(self).__doc__ or "").partition("\n")[0]
        super().__init__(detail or summary)

    @property
    def detail(self) -> str:
        """The error in one sentence, for the caller."""
        return str(self)


class Unavailable(LedgerlaneError):
    """A dependency can't be reached; try again shortly.

    Parameters
    ----------
    detail
        What can't be reached, for the caller, without host names or driver messages.
    retry_after_s
        When to try again, in seconds.
    """

    def __init__(self, detail: str | None = None, retry_after_s: int = 1) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s


class Overloaded(Unavailable):
    """The backlog is too long; try again later."""


class LogFenced(Unavailable):
    """The log is being grown and accepts no commands for a while; send the same request again.

    With an idempotency key, the command is applied once, whenever it is accepted.
    """


class TooManyRequests(LedgerlaneError):
    """Too many requests; try again later.

    Parameters
    ----------
    retry_after_s
        When to try again, in seconds.
    """

    def __init__(self, detail: str | None = None, retry_after_s: float = 1) -> None:
        super().__init__(detail)
        self.retry_after_s = max(1, ceil(retry_after_s))


class InvalidInput(LedgerlaneError):
    """The request is not valid.

    Parameters
    ----------
    errors
        The invalid fields, each with what is wrong.
    """

    def __init__(self, errors: list[FieldError], detail: str | None = None) -> None:
        super().__init__(detail)
        self.errors = errors

    @classmethod
    def of(cls, field: str, message: str) -> InvalidInput:
        """Return an error for a single field."""
        return cls([FieldError(field, message)])


class NotFound(LedgerlaneError):
    """The object does not exist or belongs to another user."""


class Forbidden(LedgerlaneError):
    """Your role does not allow this."""


class Unauthenticated(LedgerlaneError):
    """Authenticate with a valid token: `Authorization: Bearer <token>`."""


class BadCredentials(LedgerlaneError):
    """The email address or password is wrong."""


class EmailTaken(LedgerlaneError):
    """A user with this email address already exists."""


class IdempotencyConflict(LedgerlaneError):
    """This Idempotency-Key was used for a different request."""
