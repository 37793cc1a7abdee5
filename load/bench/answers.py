"""Scenarios that end with the response: reads with and without the cache, and sign-ins."""

from __future__ import annotations

import contextlib
import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence

from load.bench.deposits import latencies_ms
from load.bench.figures import each_us
from load.bench.generator import drive
from load.bench.measured import Measured, Site
from load.bench.target import Target, TargetError, cpu_used
from local_cloud.console import Progress
from local_cloud.lifecycle import start_all, stop_all
from local_cloud.stack import exclusive, find_service

NOTICED_WITHIN_S = 30.0


def balances(site: Site, run: str) -> Measured:
    """Read accounts, with their balances."""
    return _reads(site, "account_id", "/accounts/")


def transactions(site: Site, run: str) -> Measured:
    """Read transactions that ended long ago."""
    return _reads(site, "transaction_id", "/transactions/")


def balances_without_redis(site: Site, run: str) -> Measured:
    """Read accounts while Redis is stopped."""
    with without_redis(site.target):
        return balances(site, run)


def transactions_without_redis(site: Site, run: str) -> Measured:
    """Read transactions while Redis is stopped."""
    with without_redis(site.target):
        return transactions(site, run)


def sign_ins(site: Site, run: str) -> Measured:
    """Sign users in. Each sign-in computes a password hash."""
    lines = [f"{user.email} {user.password}" for user in site.people.users]
    return _answered(site, "signins", "/sessions", lines)


def _reads(site: Site, what: str, prefix: str) -> Measured:
    lines = [
        f"{prefix}{getattr(account, what)} {account.user.token}" for account in site.people.accounts
    ]
    return _answered(site, "reads", "", lines)


def _answered(site: Site, script: str, path: str, lines: Sequence[str]) -> Measured:
    file = site.folder / script
    file.write_text("\n".join(lines) + "\n")
    cpu = site.target.cpu()
    url = site.target.instance.api_url + path
    driven = drive(script, url, site.connections, site.seconds, [file, "read"])
    used_s = cpu_used(cpu, site.target.cpu()) | {"load generator": driven.cpu_s}
    figures = {"answered_per_s": driven.per_s, **latencies_ms(driven)}
    return Measured(figures, each_us(used_s, driven.accepted))


@contextlib.contextmanager
def without_redis(target: Target) -> Iterator[None]:
    """Stop Redis during the block. Wait at both ends until the API has noticed.

    Raises
    ------
    TargetError
        If Redis is not a separate process, or the API does not notice.
    """
    instance = target.instance
    if instance.services != "native":
        raise TargetError("can't stop Redis alone with SERVICES=compose; leave out these reads")
    redis = find_service(instance, "redis")
    with exclusive(instance):
        stop_all([redis], Progress(quiet=True))
        try:
            _await_redis(instance.api_url, "down")
            yield
        finally:
            start_all([redis], Progress(quiet=True))
    _await_redis(instance.api_url, "ok")


def _await_redis(api_url: str, wanted: str) -> None:
    deadline = time.monotonic() + NOTICED_WITHIN_S
    while True:
        with (
            contextlib.suppress(urllib.error.URLError),
            urllib.request.urlopen(f"{api_url}/health", timeout=10) as answer,
        ):
            if json.load(answer)["checks"]["redis"] == wanted:
                return
        if time.monotonic() >= deadline:
            raise TargetError(
                f"the API did not report Redis as {wanted} within {NOTICED_WITHIN_S:.0f} s"
            )
        time.sleep(0.05)
