"""The runbook of a restore, as far as it is ours: the log brings an old database up to today."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from functions import offsets, wiring
from functions.rebuild import Source, check
from handlers.auditing.auditor import audit
from handlers.auditing.comparison import first_difference
from handlers.domain import commands as c
from handlers.domain import ids
from handlers.platform.bounds import APPLY_GROUP
from handlers.platform.topic_admin import TopicAdmin
from tests.integration.ledger.harness import Client
from tests.integration.ledger.live import Live
from tests.integration.ledger.pooling import scratch_database, url_of
from tests.support.aws_rights import migrate_as_on_aws
from tests.support.settings import settings_with


@pytest.fixture
def live(url: str, source: Source) -> Iterator[Live]:
    made = Live(url, source)
    try:
        yield made
    finally:
        made.close()
        wiring.reset()


def open_account(live: Live) -> str:
    common = Client(live.ledger).common()
    account_id = ids.account_id_of(common["transaction_id"])
    send(live, c.AccountOpening(account_id=account_id, currency="EUR", name="n", **common))
    return account_id


def send(live: Live, command: c.AnyCommand) -> None:
    """Send a command through the log and apply it."""
    live.ledger.send(command)
    live.produce([record for part in live.ledger.log.partitions for record in part])
    for part in live.ledger.log.partitions:
        part.clear()
    live.drain()


@pytest.fixture
def group(source: Source, monkeypatch: pytest.MonkeyPatch) -> str:
    """Name a group of this test: the stack that runs beside it reads in the real one."""
    name = f"{APPLY_GROUP}.{source.topic}"
    monkeypatch.setattr(offsets, "APPLY_GROUP", name)
    return name


def test_a_database_of_before_goes_on_where_it_is_and_loses_nothing(
    live: Live, source: Source, group: str, admin_url: str, pooler_port: int, role: str
) -> None:
    client, account = Client(live.ledger), open_account(live)
    send(live, client.deposit(account, 5))
    kept = str(conninfo_to_dict(live.url)["dbname"])
    with scratch_database(admin_url, kept) as restored_name:
        # More happens after the moment that is restored, and the mapping has read it.
        send(live, client.deposit(account, 7))
        TopicAdmin(source.brokers).commit(source.topic, group, dict(enumerate(live.next_offset)))

        # Its passwords are of before, too: the migration sets today's.
        migrate_as_on_aws(url_of(admin_url, restored_name), role)
        restored = Live(url_of(admin_url, restored_name, pooler_port), source)
        wiring.settings.replace(settings_with(commands_topic=source.topic, log_level="CRITICAL"))
        wiring.database.replace(restored.ledger.database)
        wiring.brokers.replace(source.brokers)
        moved = offsets.handler({"reset": True}, None)
        for partition, offset in moved["committed"].items():
            restored.next_offset[int(partition)] = offset
        assert restored.next_offset != live.next_offset
        restored.drain()

        assert restored.next_offset == live.next_offset
        assert audit(restored.ledger.shards).is_sound
        assert check(source, [restored.url], admin_url)[1] is None
        with psycopg.connect(live.url) as before, psycopg.connect(restored.url) as after:
            assert first_difference([before], after) is None
        restored.close()
