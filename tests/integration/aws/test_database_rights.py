"""Every statement of the code, under the role and the grants that the migrations make on AWS."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from handlers.platform import postgres
from handlers.platform.postgres import sql
from tests.integration.ledger.pooling import scratch_database, url_of
from tests.support.aws_rights import application_role, migrate_as_on_aws

pytestmark = pytest.mark.integration

FOLDER = Path(postgres.__file__).with_name("sql")
NAMES = sorted(str(path.relative_to(FOLDER).with_suffix("")) for path in FOLDER.rglob("*.sql"))
_INCLUDED = {
    name
    for path in FOLDER.rglob("*.sql")
    for name in re.findall(r"^:(\w+/\w+)$", path.read_text(), re.MULTILINE)
}
STATEMENTS = [name for name in NAMES if name not in _INCLUDED]
# A parameter, or the code's list of columns.
_LEFT_OUT = re.compile(r"%\(\w+\)s|%s|(?<!:):\w+")


@pytest.fixture(scope="module")
def application() -> Iterator[psycopg.Connection[Any]]:
    """Return a connection with the application's rights."""
    if "LEDGERLANE_DATABASE_URL" not in os.environ:
        pytest.skip("needs PostgreSQL: make test")
    admin_url = os.environ["LEDGERLANE_DATABASE_URL"]
    with application_role(admin_url) as role, scratch_database(admin_url) as name:
        url = migrate_as_on_aws(url_of(admin_url, name), role)
        with psycopg.connect(url, autocommit=True) as connection:
            yield connection


@pytest.mark.parametrize("name", STATEMENTS)
def test_the_application_may_run_the_statement(
    application: psycopg.Connection[Any], name: str
) -> None:
    dated = re.sub(r"%\(from\)s(?= - interval)", "null::timestamptz", sql(name))
    text = _LEFT_OUT.sub("null", dated).replace("%%", "%")
    # These have no plan, and are run.
    is_run = re.sub("--.*", "", text).lstrip().startswith(("set ", "lock "))

    with application.transaction(force_rollback=True):
        # Planning it to be executed checks the rights on its tables and functions.
        application.execute((text if is_run else f"explain {text}").encode())


def test_a_right_that_is_missing_is_seen(application: psycopg.Connection[Any]) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute("explain delete from ledger.schema_migrations")
