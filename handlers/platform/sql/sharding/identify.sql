insert into ledger.identity (shard) values (%(shard)s) on conflict do nothing
