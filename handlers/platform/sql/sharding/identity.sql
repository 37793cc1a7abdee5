-- The shard's number, and whether the database has what only a home database begins.
select (select shard from ledger.identity),
       exists (select from ledger.partition_progress) or exists (select from ledger.users)
