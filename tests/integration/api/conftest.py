"""A wired API over the test instance's services."""

from __future__ import annotations

import os
from collections.abc import Iterator

import psycopg
import pytest

from handlers.platform.migrator import migrate, migrations
from tests.integration.api.harness import Stack
from tests.integration.ledger.pooling import scratch_database, url_of


# Not for the whole session: the wiring belongs to one set of tests at a time.
@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """Run the API and the apply side over a database and topics of their own."""
    admin_url = os.environ.get("LEDGERLANE_DATABASE_URL")
    bootstrap = os.environ.get("LEDGERLANE_KAFKA")
    redis_url = os.environ.get("LEDGERLANE_REDIS_URL")
    if not (admin_url and bootstrap and redis_url):
        pytest.skip('needs services: run `make test`, or `make up` and eval "$(make -s env)"')
    with scratch_database(admin_url) as name:
        url = url_of(admin_url, name)
        with psycopg.connect(url, autocommit=True) as connection:
            migrate(connection, migrations())
        made = Stack(url, bootstrap, redis_url)
        try:
            yield made
        finally:
            made.close()
