"""The cache never tells of a balance that is older than a result that was seen."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence

import pytest

from handlers.applying.events import Outgoing
from handlers.applying.publisher import Failure
from handlers.applying.writer import Writer
from handlers.platform.redis import MARKER_SIGN, Cache
from handlers.reading.account_cache import AccountCache
from handlers.sharding.shards import Shards
from tests.integration.ledger.harness import COMMANDS, EVENTS, PARTITIONS, Client, Ledger
from tests.integration.ledger.pooling import free_port

pytestmark = pytest.mark.integration


@pytest.fixture
def cache() -> Iterator[Cache]:
    made = Cache(os.environ["LEDGERLANE_REDIS_URL"], timeout_s=2)
    assert made.ping()
    yield made
    made.close()


class Watcher:
    """Looks into the cache and the database between the commit and the cache's refresh."""

    def __init__(self, ledger: Ledger, cache: Cache, account_id: str) -> None:
        self.ledger, self.cache, self.account_id = ledger, cache, account_id
        self.seen: list[tuple[bytes | None, int]] = []

    def publish(self, outgoing: Sequence[Outgoing]) -> Sequence[Failure]:
        cached = self.cache.get_account(self.account_id)
        self.seen.append((cached, self.ledger.balance(self.account_id)))
        return ()


def writer(ledger: Ledger, publisher: Watcher, cache: Cache) -> Writer:
    return Writer(
        Shards.only(ledger.database),
        publisher,
        AccountCache(cache),
        ledger.topic,
        commands_topic=COMMANDS,
        events_topic=EVENTS,
        partitions=PARTITIONS,
    )


def test_an_account_is_marked_before_the_commit_and_fresh_after_it(
    ledger: Ledger, cache: Cache
) -> None:
    client = Client(ledger)
    account_id = client.open(0, balance=5)
    cache.fill_account(account_id, b'{"balance": 5}')
    watcher = Watcher(ledger, cache, account_id)
    ledger.writer = writer(ledger, watcher, cache)

    ledger.do(client.deposit(account_id, 7))

    ((marker, committed),) = watcher.seen
    assert committed == 12
    assert marker is not None
    assert marker.startswith(MARKER_SIGN)
    assert json.loads(cache.get_account(account_id) or b"")["balance"] == 12


def test_a_reader_cannot_fill_in_an_old_balance_over_a_marker(cache: Cache) -> None:
    account_id = f"acc_{os.urandom(16).hex()}"
    cache.mark([account_id], b"!0-1")

    cache.fill_account(account_id, b'{"balance": 1}')

    assert cache.get_account(account_id) == b"!0-1"


def test_a_slow_writer_leaves_the_marker_of_a_later_batch(cache: Cache) -> None:
    account_id = f"acc_{os.urandom(16).hex()}"
    cache.mark([account_id], b"!0-1")
    cache.mark([account_id], b"!0-2")

    cache.publish({account_id: b"old"}, b"!0-1")
    assert cache.get_account(account_id) == b"!0-2"

    cache.publish({account_id: b"new"}, b"!0-2")
    assert cache.get_account(account_id) == b"new"


def test_money_moves_without_redis(ledger: Ledger) -> None:
    away = Cache(f"redis://127.0.0.1:{free_port()}/0")
    client = Client(ledger)
    account_id = client.open(0)
    watcher = Watcher(ledger, away, account_id)
    ledger.writer = writer(ledger, watcher, away)

    ledger.do(client.deposit(account_id, 7))

    assert watcher.seen == [(None, 7)]
