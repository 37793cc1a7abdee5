"""A pooler and databases of the tests' own, so that nothing else's writers touch them."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

START_LIMIT_S = 10.0
STOP_LIMIT_S = 5.0
_SETTINGS = """
[databases]
* = host={host} port={port} user={user} password={password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen_port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 16
server_reset_query =
ignore_startup_parameters = extra_float_digits
log_connections = 0
log_disconnections = 0
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


@contextmanager
def pooler(folder: Path, server_url: str) -> Iterator[int]:
    """Run PgBouncer in transaction mode in front of every database of the server.

    Everybody is the URL's user there.
    """
    binary = shutil.which("pgbouncer", path="/usr/sbin:/usr/bin:/usr/local/bin")
    assert binary is not None, "PgBouncer is not installed"
    server = conninfo_to_dict(server_url)
    port = free_port()
    settings = folder / "pgbouncer.ini"
    settings.write_text(_SETTINGS.format(**server, listen_port=port))
    drop: dict[str, Any] = {}
    if os.geteuid() == 0:
        # PgBouncer refuses to be root; the settings reach it by its standard input's path.
        account = pwd.getpwnam("postgres")
        os.chown(settings, account.pw_uid, account.pw_gid)
        for parent in (folder, *folder.parents[:3]):
            if parent.owner() == "root" and parent != Path("/tmp"):
                parent.chmod(parent.stat().st_mode | 0o011)
        drop = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    with (folder / "pgbouncer.log").open("wb") as log:
        process = subprocess.Popen(
            [binary, str(settings)], stdin=subprocess.DEVNULL, stdout=log, stderr=log, **drop
        )
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(STOP_LIMIT_S)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline_s = time.monotonic() + START_LIMIT_S
    while True:
        assert process.poll() is None, "the tests' PgBouncer ended at once"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < deadline_s, "the tests' PgBouncer does not answer"
            time.sleep(0.02)
        else:
            return


def url_of(admin_url: str, database: str, port: int | None = None) -> str:
    """Return where a database is: directly, or through the pooler on ``port``."""
    if port is None:
        return make_conninfo(admin_url, dbname=database)
    return make_conninfo(host="127.0.0.1", port=port, dbname=database, user="tests")


@contextmanager
def scratch_database(admin_url: str, template: str = "template0") -> Iterator[str]:
    """Make a database, a copy of ``template``, and drop it afterwards; yields its name."""
    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", (template,)
        )
        admin.execute(
            sql.SQL("create database {} template {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        try:
            yield name
        finally:
            admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def empty(url: str) -> None:
    """Remove every row of the ledger.

    A new database for each test would take ten times as long, and truncating these little tables
    longer than emptying them.
    """
    with psycopg.connect(url, prepare_threshold=None) as connection:
        tables = connection.execute(
            "select tablename from pg_tables"
            " where schemaname = 'ledger' and tablename <> 'schema_migrations'"
            " order by tablename <> 'partition_progress', tablename"
        ).fetchall()
        # First the partitions' locks, so that a writer that was killed has ended.
        for (table,) in tables:
            connection.execute(sql.SQL("delete from ledger.{}").format(sql.Identifier(table)))
