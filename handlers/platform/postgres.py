"""PostgreSQL through a pooler in transaction mode (PgBouncer, RDS Proxy).

Connections are in autocommit mode: a read is one round trip, and code that needs a transaction
opens one with ``connection.transaction()``.  There are no prepared statements and no session state,
because the next statement may run on another server connection.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final, LiteralString

import psycopg
from psycopg import Connection
from psycopg.conninfo import make_conninfo
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool, PoolTimeout, TooManyRequests

from handlers.platform.clock import monotonic_s
from handlers.platform.errors import Unavailable
from handlers.platform.outage import Outage

CONNECT_TIMEOUT_S: Final = 2
CHECKOUT_TIMEOUT_S: Final = 3.0
MAX_LIFETIME_S: Final = 1800.0
MAX_WAITING: Final = 2000
APPLICATION_NAME: Final = "ledgerlane"

#: Permanent refusals by the server: a violated constraint, a value that no column can hold, or
#: (SQLSTATE class 54) one that is too large for an index or nested too deeply.
REFUSALS: Final = (
    psycopg.IntegrityError,
    psycopg.DataError,
    psycopg.errors.ProgramLimitExceeded,
    psycopg.errors.StatementTooComplex,
)

Parameters = Sequence[Any] | Mapping[str, Any] | None

_INCLUDED: Final = re.compile(r"^:(\w+/\w+)\n", re.MULTILINE)
_SQL_FOLDER: Final = Path(__file__).with_name("sql")
_LIBPQ_OPTIONS: Final = {
    "connect_timeout": str(CONNECT_TIMEOUT_S),
    "keepalives": "1",
    "keepalives_idle": "10",
    "keepalives_interval": "3",
    "keepalives_count": "3",
    # If sent data is not acknowledged for this long, the peer is gone.
    "tcp_user_timeout": "10000",
}


@cache
def sql(name: str) -> LiteralString:
    """Return the text of ``sql/<name>.sql``, read once per process.

    A line such as ``:reading/account_columns`` stands for the file of that name.
    """
    text = (_SQL_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    return _INCLUDED.sub(lambda line: sql(line[1]), text)


class Database:
    """A bounded pool of connections.

    Parameters
    ----------
    conninfo
        A libpq connection string or URL, or a function that returns one for each new connection,
        for passwords that expire.
    min_size, max_size
        The number of connections kept ready, and the maximum.
    application_name
        The connections' name in ``pg_stat_activity``.
    """

    def __init__(
        self,
        conninfo: str | Callable[[], str],
        min_size: int = 1,
        max_size: int = 4,
        application_name: str = APPLICATION_NAME,
    ) -> None:
        # The pool warns about every failed attempt; callers get Unavailable instead.
        logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
        options = {**_LIBPQ_OPTIONS, "application_name": application_name}
        self._pool: ConnectionPool[Connection[TupleRow]] = ConnectionPool(
            (lambda: make_conninfo(conninfo(), **options))
            if callable(conninfo)
            else make_conninfo(conninfo, **options),
            kwargs={"autocommit": True, "prepare_threshold": None},
            min_size=min_size,
            max_size=max_size,
            timeout=CHECKOUT_TIMEOUT_S,
            max_lifetime=MAX_LIFETIME_S,
            max_waiting=MAX_WAITING,
            # Retry a server that was away as soon as it is needed, not a minute later.
            reconnect_timeout=CONNECT_TIMEOUT_S,
            open=False,
            name=application_name,
        )
        self._outage: Outage | None = None

    def fail_fast(self) -> None:
        """Fail at once from now on while the database is known to be away.

        Otherwise each request waits for a connection. A database among several must not do that,
        or requests about the others would wait behind those.
        """
        if self._outage is None:
            self._outage = Outage(CHECKOUT_TIMEOUT_S)

    @contextmanager
    def connection(self) -> Iterator[Connection[TupleRow]]:
        """Lend a connection in autocommit mode.

        Raises
        ------
        Unavailable
            If no connection is available in time, or the connection breaks.
        """
        self._open()
        began_s = monotonic_s()
        patience_s = None if self._outage is None else self._outage.patience_s()
        try:
            with self._pool.connection(patience_s) as connection:
                yield connection
        except REFUSALS:
            # Some are subclasses of OperationalError, but retrying would not help.
            raise
        except (PoolTimeout, TooManyRequests) as error:
            if self._outage is not None:
                self._outage.missed(began_s)
            raise Unavailable("the database can't be reached") from error
        except psycopg.OperationalError as error:
            raise Unavailable("the database can't be reached") from error
        if self._outage is not None:
            self._outage.reached()

    def read(self, query: LiteralString, params: Parameters = None) -> list[TupleRow]:
        """Run a query that changes nothing, and return its rows.

        If the connection broke while it was idle (the pooler was restarted), it is replaced and the
        query is sent again, which is safe because it only reads.

        Raises
        ------
        Unavailable
            If the database can't be reached.
        """
        began_s = monotonic_s()
        try:
            return self._run(query, params)
        except Unavailable as error:
            if not isinstance(error.__cause__, psycopg.OperationalError):
                raise
            if isinstance(error.__cause__, PoolTimeout | TooManyRequests):
                raise
            self._pool.check()
        try:
            return self._run(query, params)
        except Unavailable:
            if self._outage is not None:
                self._outage.missed(began_s)
            raise

    def write(self, query: LiteralString, params: Parameters = None) -> list[TupleRow]:
        """Run one statement that changes something, once; return its rows, if any.

        Raises
        ------
        Unavailable
            If the database can't be reached. The statement may have taken effect.
        """
        return self._run(query, params)

    def _run(self, query: LiteralString, params: Parameters) -> list[TupleRow]:
        with self.connection() as connection:
            cursor = connection.execute(query, params)
            return cursor.fetchall() if cursor.description is not None else []

    def _open(self) -> None:
        if self._pool.closed:
            self._pool.open(wait=False)

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()
