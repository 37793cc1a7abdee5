"""Claims: which account may use a transaction id that a client's key gives.

A key gives the same id whatever the request says, so two requests about accounts of different
partitions may bring the same id. In one database, the primary key of the legs decides which was
first. Several databases have no common key, so before a writer applies commands with keys, it
claims their ids in the home database, and sees there which belong to somebody else. A claim stays,
whatever becomes of the batch: its command is in the log and is applied sooner or later.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from handlers.domain import commands as c
from handlers.domain import ids
from handlers.domain.ledger import Decoded, decoded
from handlers.domain.state import Leg, Record
from handlers.platform.postgres import Database, sql
from handlers.sharding.shards import Shards

#: Commands that the ledger sends itself carry the request that they follow from.
_FOLLOWING: Final = (c.CreditLeg, c.Settlement)


class Claims:
    """The claims of a writer.

    Parameters
    ----------
    shards
        The databases; with only one, nothing needs to be claimed.
    """

    def __init__(self, shards: Shards) -> None:
        self._shards = shards
        self._home: Database | None = None if shards.is_one else shards.home

    def rivals(self, batch: Sequence[tuple[Record, Decoded]]) -> list[Leg]:
        """Claim the ids of one partition's commands with keys, and of those a batch may replay.

        Returns
        -------
        list[Leg]
            Stands for the first leg of each id that belongs to another account, as far as it
            matters to whoever comes second: whose it is, where it is in the log, and what it asked.

        Raises
        ------
        Unavailable
            If the home database can't be reached.
        """
        if self._home is None:
            return []
        # Of several commands about one account, the first is the one that counts.
        wanted: dict[tuple[str, str], tuple[Record, c.Command]] = {}
        for record, command in (*batch, *self._queued(batch)):
            if not isinstance(command, c.UndecodableError) and is_claimed(command):
                account_id = c.account_of(command)
                wanted.setdefault((command.transaction_id, account_id), (record, command))
        if not wanted:
            return []
        rows = self._home.write(
            sql("sharding/claim"),
            {
                "transaction_ids": [ids.digits(transaction_id) for transaction_id, _ in wanted],
                "account_ids": [ids.digits(account_id) for _, account_id in wanted],
                "partitions": [record.partition for record, _ in wanted.values()],
                "offsets": [record.offset for record, _ in wanted.values()],
                "fingerprints": [command.fingerprint for _, command in wanted.values()],
            },
        )
        return [_stand_in(*row) for row in rows]

    def _queued(self, batch: Sequence[tuple[Record, Decoded]]) -> list[tuple[Record, Decoded]]:
        """Return the parked commands of accounts whose queues the batch resolves.

        They may have been parked before there were several databases, and have no claims then.
        """
        resolutions = [one for _, one in batch if isinstance(one, c.ParkedResolution)]
        named = {one.account_id for one in resolutions if ids.is_id(one.account_id, ids.ACCOUNT)}
        if not named:
            return []
        partition = batch[0][0].partition
        parameters = {"partition": partition, "account_ids": [*map(ids.digits, named)]}
        rows = self._shards.of_partition(partition).read(sql("sharding/queued"), parameters)
        records = [Record(*row) for row in rows]
        return [(record, decoded(record)) for record in records]


def is_claimed(command: c.AnyCommand) -> bool:
    """Tell whether a command's id may be another command's too, of whichever account."""
    return (
        bool(command.fingerprint)
        and not isinstance(command, _FOLLOWING)
        and ids.is_id(command.transaction_id, ids.TRANSACTION)
        and ids.is_id(c.account_of(command), ids.ACCOUNT)
        and not ids.is_random(command.transaction_id, command.requested_at_us)
    )


def _stand_in(
    transaction_id: str, account_id: str, partition: int, offset: int, fingerprint: str
) -> Leg:
    return Leg(
        transaction_id=transaction_id,
        leg=1,
        kind="",
        status="pending",
        account_id=account_id,
        user_id="",
        fingerprint=fingerprint,
        partition=partition,
        offset=offset,
        requested_at_us=0,
        posted_at_us=0,
    )
