"""What can go wrong for a caller, apart from the ledger's own refusals (which are results)."""

from __future__ import annotations

from math import ceil
from typing import NamedTuple


class FieldError(NamedTuple):
    """What is wrong with one field of a request."""

    field: str
    message: str


class LedgerlaneError(Exception):
    """Something that the caller must hear about.

    The docstring's first line of each class is its default message.
    """

    def __init__(self, detail: str | None = None) -> None:
        summary = (type(self).__doc__ or "").partition("\n")[0]
        super().__init__(detail or summary)

    @property
    def detail(self) -> str:
        """What is wrong, in a sentence for the caller."""
        return str(self)


class Unavailable(LedgerlaneError):
    """A service behind this one can't be reached; try again shortly.

    Parameters
    ----------
    detail
        What can't be reached, for the caller: no host name, no driver's message.
    retry_after_s
        When to try again, in seconds.
    """

    def __init__(self, detail: str | None = None, retry_after_s: int = 1) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s


class Overloaded(Unavailable):
    """Accepted work waits too long already; try again later."""


class LogFenced(Unavailable):
    """The log is being grown and takes no command for a while; the same request may be sent again.

    Whoever sent one with an idempotency key gets the one transaction, whenever that is.
    """


class TooManyRequests(LedgerlaneError):
    """That is too many requests; try again later.

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
        Each field that is wrong, and how.
    """

    def __init__(self, errors: list[FieldError], detail: str | None = None) -> None:
        super().__init__(detail)
        self.errors = errors

    @classmethod
    def of(cls, field: str, message: str) -> InvalidInput:
        """Make the error of a single field."""
        return cls([FieldError(field, message)])


class NotFound(LedgerlaneError):
    """There is no such object, or it is not yours."""


class Forbidden(LedgerlaneError):
    """Your role does not allow this."""


class Unauthenticated(LedgerlaneError):
    """Sign in first: send a valid token as `Authorization: Bearer <token>`."""


class BadCredentials(LedgerlaneError):
    """The email address or the password is wrong."""


class EmailTaken(LedgerlaneError):
    """There is a user with this email address already."""


class IdempotencyConflict(LedgerlaneError):
    """This Idempotency-Key was used for another request."""
