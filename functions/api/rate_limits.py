"""Which requests count against which rate limit."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv6Address, ip_address
from typing import Final

from functions import wiring
from functions.api.http import ApiRequest
from handlers.accepting.rate_limits import Limit
from handlers.people.users import normalised
from handlers.platform.errors import Unauthenticated

MINUTE_S: Final = 60
FAILURES_WINDOW_S: Final = 900
#: The size of the IPv6 network that a provider assigns to one customer.
_SITE_BITS: Final = 64


def count_request(request: ApiRequest) -> None:
    """Count a request of an authenticated user.

    Raises
    ------
    TooManyRequests
        If there were too many in the last minute.
    """
    count = wiring.settings().limits.requests_per_minute
    if count:
        wiring.rate_limits().take_share("user:" + request.caller.user_id, Limit(count, MINUTE_S))


def count_commands(request: ApiRequest, commands: int) -> None:
    """Count a request's commands beyond the first, which the request itself counted for.

    Raises
    ------
    TooManyRequests
        If there were too many in the last minute.
    """
    count = wiring.settings().limits.requests_per_minute
    if count and commands > 1:
        key = "user:" + request.caller.user_id
        wiring.rate_limits().take_share(key, Limit(count, MINUTE_S), commands - 1)


@contextmanager
def counted_failure(request: ApiRequest) -> Iterator[None]:
    """Count an authentication attempt as a failure, and undo that if it succeeds.

    Counting first keeps concurrent attempts from getting past the limit.

    Raises
    ------
    TooManyRequests
        If there were too many failures in the last minute.
    """
    limit = Limit(wiring.settings().limits.authentication_failures_per_minute, MINUTE_S)
    key = "authentication:" + source_of(request)
    wiring.rate_limits().take(key, limit)
    try:
        yield
    except Unauthenticated:
        raise
    except BaseException:
        wiring.rate_limits().give_back(key, limit)
        raise
    wiring.rate_limits().give_back(key, limit)


def count_sign_up(request: ApiRequest) -> None:
    """Count a sign-up against its source address."""
    count = wiring.settings().limits.sign_ups_per_minute
    wiring.rate_limits().take("sign-up:" + source_of(request), Limit(count, MINUTE_S))


def count_sign_in(request: ApiRequest, email: str) -> None:
    """Count a sign-in as a failure, until `forget_failures` undoes that.

    Counting before the password check keeps concurrent attempts from getting past the limit.
    """
    current = wiring.settings().limits
    limits = wiring.rate_limits()
    limits.take("sign-in:" + source_of(request), Limit(current.sign_ins_per_minute, MINUTE_S))
    failures = Limit(current.sign_in_failures_per_15_minutes, FAILURES_WINDOW_S)
    limits.take(_failures_of(email), failures)


def forget_failures(email: str) -> None:
    """Forget a user's failures after a successful sign-in."""
    if wiring.settings().limits.sign_in_failures_per_15_minutes:
        wiring.rate_limits().forget(_failures_of(email))


def source_of(request: ApiRequest) -> str:
    """Return the request's source address, as API Gateway saw it; for IPv6, its /64 network."""
    identity = request.event["requestContext"].get("identity") or {}
    text = identity.get("sourceIp") or "unknown"
    try:
        address = ip_address(text)
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address):
        return str(IPv6Address(int(address) >> _SITE_BITS << _SITE_BITS))
    return str(address)


def _failures_of(email: str) -> str:
    return "failures:" + hashlib.sha256(normalised(email).encode()).hexdigest()[:32]
