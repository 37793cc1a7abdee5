"""A wired API over the test instance's services."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.integration.api.harness import Stack
from tests.integration.ledger.pooling import scratch_database, url_of
from tests.support.aws_rights import application_role, cache_user, migrate_as_on_aws


# Not for the whole session: the wiring belongs to one set of tests at a time.
@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """Run the API and the apply side over a database and topics of their own.

    They have the rights that they have on AWS, so that what needs another one fails here.
    """
    admin_url = os.environ.get("LEDGERLANE_DATABASE_URL")
    bootstrap = os.environ.get("LEDGERLANE_KAFKA")
    redis_url = os.environ.get("LEDGERLANE_REDIS_URL")
    if not (admin_url and bootstrap and redis_url):
        pytest.skip('needs services: run `make test`, or `make up` and eval "$(make -s env)"')
    with (
        application_role(admin_url) as role,
        scratch_database(admin_url) as name,
        cache_user(redis_url) as cache_url,
    ):
        owner_url = url_of(admin_url, name)
        url = migrate_as_on_aws(owner_url, role)
        made = Stack(url, bootstrap, cache_url, owner_url)
        try:
            yield made
        finally:
            made.close()
