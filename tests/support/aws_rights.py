"""Services whose users have the rights that functions have on AWS, and no more."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import psycopg
import redis
from psycopg import sql
from psycopg.conninfo import make_conninfo

from handlers.platform.migrator import migrate, migrations
from handlers.platform.roles import let_in
from tests.support.reviewed import cache_rights

PASSWORD = "not-for-production"


@contextmanager
def cache_user(url: str, rights: str | None = None) -> Iterator[str]:
    """Yield the cache's URL for a user with the template's rights; fail if it was ever refused.

    The server lists what it refuses. Nobody else sees it: the cache's client takes a refusal for
    an outage, and the ledger works without the cache.
    """
    name = f"test-{secrets.token_hex(6)}"
    with redis.Redis.from_url(url, decode_responses=True) as admin:
        rules = (rights or cache_rights()).split()
        admin.execute_command("ACL", "SETUSER", name, "reset", f">{PASSWORD}", *rules)
        address = urlsplit(url)
        try:
            yield address._replace(netloc=f"{name}:{PASSWORD}@{address.netloc}").geturl()
            log: Any = admin.execute_command("ACL", "LOG", "128")
            refused = {f"{e['reason']} {e['object']}" for e in log if e["username"] == name}
            assert not refused, f"the cache's access string refuses: {', '.join(sorted(refused))}"
        finally:
            admin.execute_command("ACL", "DELUSER", name)


@contextmanager
def application_role(admin_url: str) -> Iterator[str]:
    """Make a name for the application's role, and drop the role afterwards.

    Its databases must be dropped before.
    """
    name = f"test_role_{secrets.token_hex(6)}"
    try:
        yield name
    finally:
        with psycopg.connect(admin_url, autocommit=True) as admin:
            admin.execute(sql.SQL("drop role if exists {}").format(sql.Identifier(name)))


def migrate_as_on_aws(url: str, role: str) -> str:
    """Migrate a database and let the application's role in; return where it signs in."""
    with psycopg.connect(url, autocommit=True) as connection:
        migrate(connection, migrations())
        let_in(connection, role, PASSWORD)
    return make_conninfo(url, user=role, password=PASSWORD)
