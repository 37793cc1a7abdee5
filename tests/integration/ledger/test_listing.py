"""Lists of transactions, page by page, though many have one time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
import pytest

from handlers.domain import ids
from handlers.domain.ids import ACCOUNT, TRANSACTION, USER
from handlers.domain.kinds import UNLISTED
from handlers.platform.clock import LATEST, from_us
from handlers.platform.kafka_config import Brokers
from handlers.platform.random_ids import new_id
from handlers.reading.log_reader import LogReader
from handlers.reading.recent_commands import RecentCommands
from handlers.reading.transactions import Filter, TransactionCursor, Transactions
from tests.integration.ledger.busy import Busy, keep_busy
from tests.integration.ledger.harness import COMMANDS, START_MS, Client, Ledger
from tests.integration.ledger.pooling import scratch_database, url_of

pytestmark = pytest.mark.integration

WHOLE = 10_000


def at(seconds: float) -> datetime:
    """Return a moment of the busy ledger: so long after its first."""
    return from_us(START_MS * 1000 + int(seconds * 1_000_000))


#: What narrows a list, beside its account.
NARROWED = (
    Filter(),
    Filter(status="completed"),
    Filter(status="rejected"),
    Filter(status="pending"),
    Filter(kind="transfer"),
    Filter(kind="hold"),
    Filter(kind="limits"),
    Filter(status="rejected", kind="transfer"),
    Filter(kind="no such kind"),
    Filter(min_amount=100),
    Filter(max_amount=20),
    Filter(min_amount=7, max_amount=7),
    Filter(metadata='{"n":"1"}'),
    Filter(metadata='{"n":"2","to":"me"}', status="completed", min_amount=50),
    Filter(metadata='{"n":"none"}'),
    Filter(start=at(0)),
    Filter(end=at(0)),
    Filter(start=at(0.5), end=at(86_401.002)),
    Filter(start=at(86_401.002), end=at(86_401.002)),
    Filter(end=LATEST),
    Filter(start=at(86_401.001), status="rejected", max_amount=90),
)


class Listed(NamedTuple):
    """What tells a transaction of a list from every other, and its result."""

    transaction_id: str
    kind: str
    status: str
    amount: int | None
    balance_after: int | None


class Known(NamedTuple):
    """A leg, and what a list orders it by; ``version`` is 0 if it posted nothing to its account."""

    leg: dict[str, object]
    owner: str | None
    counterparty_owner: str | None
    version: int

    @property
    def order(self) -> tuple[object, ...]:
        leg = self.leg
        return (leg["posted_at"], self.version, leg["transaction_id"], leg["leg"])


class Reference:
    """Lists made of all that the ledger has, without an index or a page."""

    def __init__(self, ledger: Ledger) -> None:
        accounts = ledger.rows("select account_id, user_id from ledger.accounts")
        owners = {row["account_id"]: row["user_id"] for row in accounts}
        versions: dict[tuple[object, ...], int] = {}
        for row in ledger.rows("select * from ledger.postings"):
            for side in ("debit", "credit"):
                place = (row["transaction_id"], row["leg"], row[f"{side}_account_id"])
                versions[place] = row[f"{side}_version"]
        self.known = [
            Known(
                leg,
                _prefixed(USER, owners.get(leg["account_id"])),
                _prefixed(USER, owners.get(leg["counterparty_id"])),
                versions.get((leg["transaction_id"], leg["leg"], leg["account_id"]), 0),
            )
            for leg in ledger.rows("select * from ledger.transactions")
        ]
        self.known.sort(key=attrgetter("order"), reverse=True)

    def whole(self, user_id: str | None, wanted: Filter) -> list[Listed]:
        """Return a whole list, newest first."""
        return [listed(one) for one in self.known if is_wanted(one, user_id, wanted)]


def _prefixed(prefix: str, value: object) -> str | None:
    return prefix + value.hex if isinstance(value, UUID) else None


def is_wanted(known: Known, user_id: str | None, wanted: Filter) -> bool:
    leg = known.leg
    if user_id is not None and known.owner != user_id:
        return False
    if wanted.account_id not in (None, _prefixed(ACCOUNT, leg["account_id"])):
        return False
    if wanted.account_id is None and leg["leg"] == 2 and known.counterparty_owner == user_id:
        return False
    if wanted.kind is None and leg["kind"] in UNLISTED:
        return False
    if not is_narrowed(leg, wanted):
        return False
    return wanted.kind in (None, leg["kind"]) and wanted.status in (None, leg["status"])


def is_narrowed(leg: Any, wanted: Filter) -> bool:
    amount = leg["amount"]
    if wanted.min_amount is not None and not (amount and amount >= wanted.min_amount):
        return False
    if wanted.max_amount is not None and not (amount and amount <= wanted.max_amount):
        return False
    if wanted.start is not None and leg["posted_at"] < wanted.start:
        return False
    if wanted.end is not None and leg["posted_at"] >= wanted.end:
        return False
    if wanted.asked_by not in (None, _prefixed(USER, leg["user_id"])):
        return False
    metadata = json.loads(wanted.metadata or "{}").items()
    return bool(metadata <= (leg["metadata"] or {}).items())


def listed(known: Known) -> Listed:
    transaction_id = _prefixed(TRANSACTION, known.leg["transaction_id"])
    return Listed._make([transaction_id, *(known.leg[name] for name in Listed._fields[1:])])


class Lists(NamedTuple):
    """A busy ledger, the lists under test, and what they must be."""

    busy: Busy
    transactions: Transactions
    reference: Reference

    def pages(self, user_id: str | None, wanted: Filter, size: int) -> list[Listed]:
        """Walk a list to its end; every page but the last is full."""
        found: list[Listed] = []
        before: TransactionCursor | None = wanted.first()
        while before is not None:
            page, before = self.transactions.page(user_id, wanted, before, size, reader=None)
            assert len(page) == size or before is None
            found += [Listed(*(getattr(view, name) for name in Listed._fields)) for view in page]
            assert len(found) <= WHOLE, "the pages have no end"
        return found


def transactions_of(ledger: Ledger) -> Transactions:
    # A list asks neither the log nor what was accepted lately.
    log = LogReader(Brokers("127.0.0.1:1"), COMMANDS)
    return Transactions(ledger.shards, log, RecentCommands(), COMMANDS)


@pytest.fixture(scope="module")
def lists(admin_url: str, pooler_port: int, template: str) -> Iterator[Lists]:
    with scratch_database(admin_url, template) as name:
        ledger = Ledger(url_of(admin_url, name, pooler_port))
        busy = keep_busy(ledger)
        yield Lists(busy, transactions_of(ledger), Reference(ledger))
        ledger.close()


def test_the_ledger_has_what_makes_lists_hard(lists: Lists) -> None:
    known = lists.reference.known
    moments = [one.leg["posted_at"] for one in known]
    assert max(moments.count(moment) for moment in moments) > 60
    kinds = {(one.leg["kind"], one.leg["leg"], one.version > 0) for one in known}
    for kind in ("deposit", "withdrawal", "transfer"):
        assert (kind, 1, True) in kinds
    assert {("hold", 1, False), ("withdrawal", 1, False), ("capture", 2, False)} <= kinds
    # Receipts within a partition, and from another.
    assert {("transfer", 2, False), ("transfer", 2, True)} <= kinds
    statuses = {one.leg["status"] for one in known if one.leg["kind"] == "transfer"}
    assert statuses == {"pending", "completed", "rejected"}


@pytest.mark.parametrize("wanted", NARROWED, ids=str)
@pytest.mark.parametrize("size", [1, 2, 3, 7, WHOLE])
def test_pages_of_an_account_are_its_whole_list(lists: Lists, size: int, wanted: Filter) -> None:
    busy = lists.busy
    for account_id in (*busy.mine, busy.frozen, busy.idle):
        of_account = wanted._replace(account_id=account_id)
        whole = lists.reference.whole(None, of_account)

        assert lists.pages(None, of_account, size) == whole


def test_an_owner_is_shown_the_same_of_an_account_as_an_operator(lists: Lists) -> None:
    for account_id in lists.busy.mine:
        wanted = Filter(account_id=account_id)
        whole = lists.reference.whole(None, wanted)

        assert lists.pages(lists.busy.client.user_id, wanted, 7) == whole


@pytest.mark.parametrize("wanted", NARROWED, ids=str)
@pytest.mark.parametrize("size", [1, 2, 3, 7, WHOLE])
def test_pages_of_a_users_accounts_are_their_whole_list(
    lists: Lists, size: int, wanted: Filter
) -> None:
    for user_id in (lists.busy.client.user_id, lists.busy.stranger.user_id):
        whole = lists.reference.whole(user_id, wanted)

        assert lists.pages(user_id, wanted, size) == whole


def test_a_transfer_between_ones_own_accounts_is_listed_once(lists: Lists) -> None:
    client = lists.busy.client
    found = [one.transaction_id for one in lists.pages(client.user_id, Filter(), 7)]

    assert len(found) == len(set(found)) > 150
    of_accounts = [
        one.transaction_id
        for account_id in lists.busy.mine
        for one in lists.pages(client.user_id, Filter(account_id=account_id), 7)
    ]
    assert len(of_accounts) > len(set(of_accounts)), "each account's own list has its side of it"


def test_metadata_is_found_by_who_asked_for_the_transaction_only(ledger: Ledger) -> None:
    payer, payee = Client(ledger), Client(ledger)
    source, destination = payer.open(0, balance=9), payee.open(1)
    metadata = msgspec.Raw(b'{"why":"secret"}')
    sent = payer.transfer(source, destination, 5, metadata=metadata)
    assert ledger.do(sent)["status"] == "completed"
    transactions = transactions_of(ledger)
    wanted = Filter(metadata='{"why":"secret"}')

    found = {
        client.user_id: transactions.page(
            client.user_id,
            wanted._replace(asked_by=client.user_id),
            wanted.first(),
            10,
            reader=client.user_id,
        )[0]
        for client in (payer, payee)
    }

    assert [view.transaction_id for view in found[payer.user_id]] == [sent.transaction_id]
    assert found[payee.user_id] == []
    assert (
        len(transactions.page(payee.user_id, Filter(), Filter().first(), 10, reader=None)[0]) == 1
    )


def test_an_expiry_is_listed_and_a_refused_one_of_before_is_not(ledger: Ledger) -> None:
    client = Client(ledger)
    account_id = client.open(0, balance=9)
    ledger.tick(1)
    hold = client.hold(account_id, 5, expires_in_s=60)
    ledger.do(hold)
    hold_id = ids.hold_id_of(hold.transaction_id)
    early = client.expiry(account_id, hold_id)
    # As the sweeper of before sent it: with an id of that minute.
    before = {"rules": 1, "transaction_id": new_id(ids.TRANSACTION)}
    refused = msgspec.structs.replace(early, **before)
    assert ledger.do(refused)["status"] == "rejected"
    ledger.tick(61)
    ledger.do(client.deposit(account_id, 1))
    transactions = transactions_of(ledger)

    def kinds(wanted: Filter) -> list[tuple[str, str]]:
        page, _ = transactions.page(client.user_id, wanted, wanted.first(), 10, reader=None)
        return [(view.kind, view.status) for view in page]

    listed = [("deposit", "completed"), ("hold_expiry", "completed"), ("hold", "completed")]
    assert kinds(Filter())[:3] == listed
    assert kinds(Filter(status="rejected")) == []
    assert kinds(Filter(kind="hold_expiry", status="rejected")) == [("hold_expiry", "rejected")]


def test_what_is_added_meanwhile_moves_no_page(ledger: Ledger) -> None:
    client = Client(ledger)
    account_id = client.open(0)
    sent = [client.deposit(account_id, 1) for _ in range(6)]
    ledger.send(*sent)
    ledger.drain()
    transactions, wanted = transactions_of(ledger), Filter(account_id=account_id)
    first, cursor = transactions.page(None, wanted, TransactionCursor(), 2, reader=None)
    # At the same time as all the others, and later.
    ledger.do(client.deposit(account_id, 1))
    ledger.tick(1)
    ledger.do(client.deposit(account_id, 1))
    assert cursor is not None

    rest, _ = transactions.page(None, wanted, cursor, WHOLE, reader=None)

    found = [view.transaction_id for view in first + rest]
    assert found == [command.transaction_id for command in reversed(sent)]
