"""``handlers/platform/schema.sql`` is what the migrations make, all of it and nothing else.

Migrations tell how the schema came to be; one file tells what it is today.  It is generated:
``UPDATE_SNAPSHOTS=1`` writes it anew.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Final

import psycopg

import handlers
from handlers.domain.leg_columns import COLUMNS
from tests.integration.ledger.pooling import scratch_database, url_of

SCHEMA: Final = Path(handlers.__file__).parent / "platform" / "schema.sql"
HEADER: Final = """\
-- Today's schema in one file, to read.  Generated from the migrations, which are what runs:
-- change it by a new migration, and write this anew: UPDATE_SNAPSHOTS=1 pytest -k test_schema

set check_function_bodies = false;

"""
#: What pg_dump prints about itself, its session and where each object begins.
_NOISE: Final = re.compile(
    r"^(?:--.*|SET \w.*|SELECT pg_catalog\.set_config.*|\\(?:un)?restrict .*)\n", re.M
)


def test_the_file_makes_what_the_migrations_make(admin_url: str, template: str) -> None:
    # Printed from a copy: PostgreSQL writes an expression's brackets otherwise the second time.
    today = printed_from(admin_url, HEADER + dump(url_of(admin_url, template)))
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SCHEMA.write_text(HEADER + today, encoding="utf-8")

    made = printed_from(admin_url, SCHEMA.read_text(encoding="utf-8"))

    assert made == today, (
        "handlers/platform/schema.sql is not today's: UPDATE_SNAPSHOTS=1 writes it anew"
    )


def printed_from(admin_url: str, sql: str) -> str:
    """Make a database by one script, and print its schema."""
    with scratch_database(admin_url) as name:
        url = url_of(admin_url, name)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(sql.encode())
        return dump(url)


def dump(url: str) -> str:
    """Print a database's schema, the same way whichever way it was made."""
    command = ["pg_dump", "--schema-only", "--no-owner", "--no-privileges", "--schema=ledger", url]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return re.sub(r"\n{3,}", "\n\n", _NOISE.sub("", printed)).strip() + "\n"


def test_the_writer_s_query_gives_a_legs_columns_in_their_order(
    admin_url: str, template: str
) -> None:
    with psycopg.connect(url_of(admin_url, template)) as connection:
        found = connection.execute("select * from ledger.load_transactions('{}')").description

    assert [column.name for column in found or ()] == [column.name for column in COLUMNS]
