-- One read-only snapshot for all checks, so that no mistake here can write.
set transaction isolation level repeatable read, read only;
-- Each slice is a small query: compiling it would take longer than running it.
set local jit = off;
-- Use only one core, because the ledger may be in full use.
set local max_parallel_workers_per_gather = 0;
-- Enough to sort a slice in memory. Larger ones (one account's entries are never cut) go to disk.
set local work_mem = '32MB';
set local statement_timeout = '15min';
set local lock_timeout = '5s';
