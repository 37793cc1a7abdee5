"""The audit finds nothing in a sound ledger, and each kind of corruption in one that isn't."""

from __future__ import annotations

from collections.abc import Iterator
from typing import LiteralString, NamedTuple

import pytest

from handlers.auditing.auditor import Progress, audit
from handlers.auditing.report import Report
from tests.integration.ledger.harness import Ledger
from tests.integration.ledger.pooling import scratch_database, url_of
from tests.integration.ledger.scenario import Scenario, play

pytestmark = pytest.mark.integration


def test_an_empty_ledger_is_sound(ledger: Ledger) -> None:
    report = audit(ledger.shards)

    assert report.is_sound
    assert report.accounts == 0


def test_a_sound_ledger_with_money_under_way_is_sound(ledger: Ledger) -> None:
    play(ledger)

    report = audit(ledger.shards)

    assert report.findings == ()
    assert report.in_transit == {"EUR": 77}
    assert report.postings == ledger.count("postings")
    ledger.drain()
    assert audit(ledger.shards).in_transit == {}


TABLES: tuple[LiteralString, ...] = (
    "accounts",
    "legs",
    "holds",
    "conflicts",
)


class Played(NamedTuple):
    """A ledger that has seen everything, and what it is made of."""

    ledger: Ledger
    scenario: Scenario


@pytest.fixture(scope="module")
def kept(admin_url: str, template: str) -> Iterator[Played]:
    with scratch_database(admin_url, template) as name:
        # As the owner, because the application may not copy tables.
        ledger = Ledger(url_of(admin_url, name))
        scenario = play(ledger)
        ledger.execute("create schema kept")
        for table in TABLES:
            ledger.execute("create table kept." + table + " as table ledger." + table)
        yield Played(ledger, scenario)
        ledger.close()


@pytest.fixture
def played(kept: Played) -> Iterator[Played]:
    """The played ledger, to be corrupted; it is mended afterwards."""
    yield kept
    for table in TABLES:
        kept.ledger.execute("delete from ledger." + table)
        kept.ledger.execute("insert into ledger." + table + " table kept." + table)


class Corruption(NamedTuple):
    """SQL that spoils the ledger, and what the audit must say of it.

    ``victim`` is the attribute of the scenario that names the account, if one is to be named.
    """

    statement: LiteralString
    check: str
    says: str
    victim: str | None = "here"


CORRUPTIONS = {
    "a balance that was changed": Corruption(
        "update ledger.accounts set balance = balance + 1 where account_id = %(here)s",
        "entries",
        "its balance is",
    ),
    "money from nothing": Corruption(
        "update ledger.accounts set balance = balance + 1 where account_id = %(here)s",
        "sum_zero",
        "EUR sum to 1 instead of 0",
        None,
    ),
    "a posting's amount that was changed": Corruption(
        "update ledger.postings set amount = amount + 1 where transaction_id = %(deposit)s",
        "entries",
        "does not follow from the one before",
    ),
    "an entry rewritten with its balances, but not its hash": Corruption(
        "update ledger.postings set amount = amount + 1, debit_balance_after ="
        " debit_balance_after - 1, credit_balance_after = credit_balance_after + 1"
        " where transaction_id = %(deposit)s",
        "entries",
        "the hash chain is broken at version",
    ),
    "a posting whose time was changed": Corruption(
        "update ledger.postings set posted_at = posted_at - interval '1 microsecond'"
        " where transaction_id = %(deposit)s and leg = 1",
        "entries",
        "the hash chain is broken at version",
    ),
    "a hash that was recomputed for one entry alone": Corruption(
        "update ledger.postings set credit_hash = sha256('forged')"
        " where transaction_id = %(deposit)s",
        "entries",
        "the hash chain is broken at version",
    ),
    "a posting that was deleted": Corruption(
        "delete from ledger.postings where transaction_id = %(deposit)s",
        "entries",
        "versions have a gap or a duplicate before version",
    ),
    "an account's last posting that was deleted": Corruption(
        "delete from ledger.postings where credit_account_id = %(there)s and credit_version ="
        " (select max(credit_version) from ledger.postings where credit_account_id = %(there)s)",
        "entries",
        "its version is",
        "there",
    ),
    "a version that was changed": Corruption(
        "update ledger.accounts set version = version + 1 where account_id = %(here)s",
        "entries",
        "its version is",
    ),
    "an account's hash that was changed": Corruption(
        "update ledger.accounts set hash = sha256('forged') where account_id = %(here)s",
        "entries",
        "its hash is not that of its last entry",
    ),
    "an account that was deleted": Corruption(
        "delete from ledger.accounts where account_id = %(here)s",
        "entries",
        "has postings but does not exist",
    ),
    "an account whose currency was changed": Corruption(
        "update ledger.accounts set currency = 'USD' where account_id = %(here)s",
        "entries",
        "is kept in USD but has postings in EUR",
    ),
    "a forged hold": Corruption(
        "update ledger.accounts set held = held + 5 where account_id = %(here)s",
        "held",
        "1055 is held but its open holds sum to 1050",
    ),
    "a hold that was let go behind the account's back": Corruption(
        "update ledger.holds set status = 'voided', closed_at = now() where hold_id = %(hold)s",
        "held",
        "1050 is held but its open holds sum to 50",
    ),
    "a hold without a transaction": Corruption(
        "insert into ledger.holds (hold_id, account_id, amount, currency, status, opened_at,"
        " closed_at) values (gen_random_uuid(), %(here)s, 5, 'EUR', 'voided', now(), now())",
        "holds",
        "has no transaction",
    ),
    "a hold that was deleted": Corruption(
        "delete from ledger.holds where hold_id = %(hold)s",
        "holds",
        "completed but its hold does not exist",
    ),
    "a move under way that is not noted": Corruption(
        "update ledger.accounts set pending_out = 0 where account_id = %(here)s",
        "pending_out",
        "0 is noted as under way but its pending moves sum to 77",
    ),
    "a move that ended without its second leg": Corruption(
        "update ledger.transactions set status = 'completed', completed_at = posted_at"
        " where transaction_id = %(pending)s",
        "in_transit",
        "77 EUR is in transit but the moves under way sum to 0",
        None,
    ),
    "a completed move whose destination has nothing": Corruption(
        "update ledger.transactions set status = 'completed', completed_at = posted_at"
        " where transaction_id = %(pending)s",
        "legs",
        "its destination never got the money",
    ),
    "a count of reversals that was lowered": Corruption(
        "update ledger.transactions set reversed_amount = 0"
        " where transaction_id = %(transfer)s and leg = 2",
        "reversals",
        "150 is given back of it, but it has no count of that",
        "there",
    ),
    "a count of reversals that was raised": Corruption(
        "update ledger.transactions set reversed_amount = reversed_amount + 1"
        " where transaction_id = %(transfer)s and leg = 2",
        "reversals",
        "151 is counted as given back but its reversals sum to 150",
        "there",
    ),
    "a transaction that was deleted": Corruption(
        "delete from ledger.transactions where transaction_id = %(transfer)s and leg = 1",
        "legs",
        "has no first leg",
        None,
    ),
    "a refusal that was made a success": Corruption(
        "update ledger.transactions set status = 'completed', reason = null"
        " where kind = 'withdrawal' and status = 'rejected'",
        "shapes",
        "is completed but has no posting",
        "there",
    ),
    "a success that was made a refusal": Corruption(
        "update ledger.transactions set status = 'rejected', reason = 'insufficient_funds'"
        " where transaction_id = %(deposit)s and leg = 1",
        "legs",
        "is rejected but its money never came back",
    ),
    "a refused move whose money did not come back": Corruption(
        "delete from ledger.postings where transaction_id = %(returned)s and leg = 3",
        "legs",
        "is rejected but its money never came back",
    ),
    "a result that has a different balance than was posted": Corruption(
        "update ledger.transactions set balance_after = balance_after + 1"
        " where transaction_id = %(deposit)s",
        "shapes",
        "has a different balance than was posted",
    ),
    "a result without its posting": Corruption(
        "update ledger.legs set debit_account_id = null, credit_account_id = null,"
        " debit_version = null, debit_balance_after = null, debit_hash = null,"
        " credit_version = null, credit_balance_after = null, credit_hash = null"
        " where transaction_id = %(deposit)s",
        "shapes",
        "is completed but has no posting",
    ),
    "a receipt on another account": Corruption(
        "update ledger.transactions set account_id = %(neighbour)s"
        " where transaction_id = %(transfer)s and leg = 2",
        "legs",
        "its second leg is not what was posted",
    ),
    "a second leg that was deleted": Corruption(
        "delete from ledger.transactions where transaction_id = %(transfer)s and leg = 2",
        "legs",
        "is completed but its destination never got the money",
    ),
    "a conflict with a transaction that is not there": Corruption(
        "update ledger.conflicts set transaction_id = gen_random_uuid()",
        "conflicts",
        "does not exist",
        None,
    ),
}


@pytest.mark.parametrize("name", CORRUPTIONS)
@pytest.mark.parametrize("slice_size", [4, 100_000])
def test_a_corruption_is_found_and_named(played: Played, name: str, slice_size: int) -> None:
    corruption = CORRUPTIONS[name]
    ledger, scenario = played
    ids = {key: value[4:] for key, value in vars(scenario).items() if key != "client"}
    with ledger.database.connection() as connection:
        changed = connection.execute(corruption.statement, ids).rowcount
    assert changed > 0, "the test spoilt nothing"

    report = audit(ledger.shards, slice_size=slice_size)

    findings = [one for one in report.findings if one.check == corruption.check]
    assert report.wrong[corruption.check] >= len(findings) > 0
    assert corruption.says in " ".join(str(one) for one in findings)
    if corruption.victim is not None:
        assert getattr(scenario, corruption.victim) in [one.account_id for one in findings]
        assert report.first_wrong_account is not None


def test_what_was_mended_is_sound(played: Played) -> None:
    # Or the corruptions above would be found in what the ones before them left.
    assert audit(played.ledger.shards, slice_size=4).is_sound


def test_findings_beyond_the_first_are_counted(played: Played) -> None:
    played.ledger.execute("update ledger.accounts set version = version + 1")

    report = audit(played.ledger.shards, slice_size=4)

    assert report.wrong["entries"] == report.accounts
    assert report.findings[0] == report.first_wrong_account


def test_the_audit_tells_how_far_it_is(played: Played) -> None:
    seen: list[Progress] = []

    audit(played.ledger.shards, seen.append, slice_size=10)

    entries = [(one.done, one.total) for one in seen if one.check.name == "entries"]
    total = entries[0][1]
    assert total > 2
    assert entries == [(done, total) for done in range(total + 1)]


def test_the_audit_sees_one_snapshot_while_money_moves(ledger: Ledger) -> None:
    scenario = play(ledger)
    reports: list[Report] = []

    def move_money(progress: Progress) -> None:
        if progress.done == 0:
            ledger.do(scenario.client.transfer(scenario.there, scenario.neighbour, 3))

    reports.append(audit(ledger.shards, move_money))

    assert reports[0].findings == ()
    assert reports[0].postings < ledger.count("postings")
