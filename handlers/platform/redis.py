"""Redis as a cache. It may be unavailable at any time; then every method returns "unknown".

Nothing here raises. After a failure, Redis is not used for a while, so that it costs requests
nothing when it is down.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, cast
from urllib.parse import urlsplit

from handlers.platform.optional import hidden
from handlers.platform.shared_reads import Gathering

# It would import OpenTelemetry's metrics to report its own, which takes 50 ms of a cold start.
with hidden("opentelemetry"):
    import redis
    from redis.backoff import NoBackoff
    from redis.commands.core import Script
    from redis.credentials import CredentialProvider
    from redis.exceptions import MaxConnectionsError, RedisError
    from redis.retry import Retry

TIMEOUT_S: Final = 0.1
#: Nobody waits for a writer, and if it can't mark an account, readers keep an old balance.
WRITER_TIMEOUT_S: Final = 1.0
BREAK_S: Final = 1.0
MAX_CONNECTIONS: Final = 64
ACCOUNT_TTL_S: Final = 10
MARKER_SIGN: Final = b"!"

# KEYS: the accounts; ARGV: the marker, the lifetime in seconds.
_MARK: Final = """
for i = 1, #KEYS do redis.call('SET', KEYS[i], ARGV[1], 'EX', ARGV[2]) end
"""
# ARGV: the marker, the lifetime, then a value per key.  Only the batch's own marker is replaced:
# another marker means that a later batch is about to change the account.
_PUBLISH: Final = """
for i = 1, #KEYS do
  if redis.call('GET', KEYS[i]) == ARGV[1] then
    redis.call('SET', KEYS[i], ARGV[i + 2], 'EX', ARGV[2])
  end
end
"""
# KEYS: the bucket; ARGV: the cost in microseconds, the bucket's size in microseconds.  Returns how
# many microseconds are missing.  A cost above the bucket's size needs a full bucket and is paid off
# afterwards; a negative cost is given back.
_TAKE: Final = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local before = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now)
local cost, size = tonumber(ARGV[1]), tonumber(ARGV[2])
local missing = before + math.min(cost, size) - now - size
if missing > 1 then return math.ceil(missing) end
local full = before + cost
if full <= now then redis.call('DEL', KEYS[1]) return 0 end
redis.call('SET', KEYS[1], string.format('%.0f', full), 'PX', math.ceil((full - now) / 1000) + 1)
return 0
"""


def _account_key(account_id: str) -> str:
    return "acc:" + account_id


class _Tokens(CredentialProvider):
    """Provides a new password for each new connection."""

    def __init__(self, user: str, token: Callable[[str], str]) -> None:
        self._user = user
        self._token = token

    def get_credentials(self) -> tuple[str, str]:
        return self._user, self._token(self._user)


class Cache:
    """The cache, with a circuit breaker.

    Parameters
    ----------
    url
        ``redis://host:port/database``, or ``rediss://`` for TLS.
    token
        Returns a password for a user, if passwords expire; the user is the URL's.
    timeout_s
        How long to wait for a connection or a response, in seconds.
    """

    def __init__(
        self,
        url: str,
        token: Callable[[str], str] | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        credentials: dict[str, Any] = {}
        if token is not None:
            # The client does not accept a user together with a credential provider.
            address = urlsplit(url)
            user = address.username or ""
            url = address._replace(netloc=address.netloc.rpartition("@")[2]).geturl()
            credentials["credential_provider"] = _Tokens(user, token)
        self._redis: redis.Redis = redis.Redis.from_url(
            url,
            **credentials,
            socket_connect_timeout=timeout_s,
            socket_timeout=timeout_s,
            socket_keepalive=True,
            retry=Retry(NoBackoff(), 0),
            max_connections=MAX_CONNECTIONS,
            protocol=2,
            # Without CLIENT SETINFO, a new connection saves two round trips.
            driver_info=None,
        )
        self._mark: Script = self._redis.register_script(_MARK)
        self._publish: Script = self._redis.register_script(_PUBLISH)
        self._take: Script = self._redis.register_script(_TAKE)
        self._gathering: Gathering[bytes | None] = Gathering(self._get_all, None)
        self._open_again_s = 0.0

    @property
    def is_broken(self) -> bool:
        """Whether Redis failed recently and is not used for a while."""
        return time.monotonic() < self._open_again_s

    def mark(self, account_ids: Sequence[str], marker: bytes) -> bool:
        """Mark accounts as about to change, before the commit that changes them.

        Parameters
        ----------
        account_ids
            The accounts that the batch changes.
        marker
            ``!<partition>-<offset>``, which names the batch.

        Returns
        -------
        bool
            Whether Redis was reached.
        """
        if not account_ids or self.is_broken:
            return False
        keys = [_account_key(account_id) for account_id in account_ids]
        return self._try(lambda: self._mark(keys=keys, args=[marker, ACCOUNT_TTL_S])) is not _FAILED

    def publish(self, accounts: Mapping[str, bytes], marker: bytes) -> bool:
        """Replace the batch's own marker with the accounts' new state, after the commit.

        Parameters
        ----------
        accounts
            The JSON of each account, by its id.
        marker
            The marker passed to `mark`.
        """
        if not accounts or self.is_broken:
            return False
        keys = [_account_key(account_id) for account_id in accounts]
        arguments: list[bytes | int] = [marker, ACCOUNT_TTL_S, *accounts.values()]
        return self._try(lambda: self._publish(keys=keys, args=arguments)) is not _FAILED

    def forget(self, account_ids: Sequence[str]) -> bool:
        """Drop accounts from the cache, if they could not be marked."""
        return self.delete([_account_key(account_id) for account_id in account_ids])

    def get_account(self, account_id: str) -> bytes | None:
        """Return an account's JSON, a marker, or None.

        A value that starts with `MARKER_SIGN` means that the account is changing: read the
        database, and don't fill the cache.
        """
        return self.get(_account_key(account_id))

    def fill_account(self, account_id: str, json: bytes) -> None:
        """Cache a value from the database, unless the key has one by now."""
        if not self.is_broken:
            key = _account_key(account_id)
            self._try(lambda: self._redis.set(key, json, ex=ACCOUNT_TTL_S, nx=True))

    def get(self, key: str) -> bytes | None:
        """Return a value, or None if it is missing or Redis is unavailable."""
        return None if self.is_broken else self._gathering.get(key)

    def _get_all(self, keys: Sequence[str]) -> Sequence[bytes | None]:
        values = self._try(lambda: self._redis.mget(keys))
        return [None] * len(keys) if values is _FAILED else cast("list[bytes | None]", values)

    def set(self, key: str, value: bytes, ttl_s: int) -> None:
        """Cache a value for ``ttl_s`` seconds."""
        if not self.is_broken:
            self._try(lambda: self._redis.set(key, value, ex=ttl_s))

    def delete(self, keys: Sequence[str]) -> bool:
        """Delete values; return whether Redis was reached."""
        if not keys or self.is_broken:
            return False
        return self._try(lambda: self._redis.delete(*keys)) is not _FAILED

    def take(self, key: str, interval_us: float, size_s: int, cost: int) -> int | None:
        """Take from a bucket that fills up by one each interval.

        Parameters
        ----------
        interval_us
            Microseconds until one unit is added.
        size_s
            How long an empty bucket takes to fill, in seconds.

        Returns
        -------
        int or None
            0 on success; the microseconds until there is enough; None if Redis is unavailable.
        """
        if self.is_broken:
            return None
        arguments = [round(interval_us * cost), size_s * 1_000_000]
        missing = self._try(lambda: self._take(keys=[key], args=arguments))
        return None if missing is _FAILED else cast(int, missing)

    def ping(self) -> bool:
        """Tell whether Redis responds, even if it failed recently."""
        if self._try(self._redis.ping) is _FAILED:
            return False
        self._open_again_s = 0.0
        return True

    def _try(self, call: Any) -> Any:
        try:
            return call()
        except MaxConnectionsError:
            # This process is busy; Redis is not at fault.
            return _FAILED
        except (RedisError, OSError):
            self._open_again_s = time.monotonic() + BREAK_S
            # The other pooled connections go to the same server; new ones will be made.
            self._redis.connection_pool.disconnect(inuse_connections=False)
            return _FAILED

    def close(self) -> None:
        """Close every connection."""
        self._redis.close()


_FAILED: Final = object()
