-- One snapshot for all checks; nothing is written, whatever a mistake here might ask for.
set transaction isolation level repeatable read, read only;
-- Each slice is a small query: compiling it would cost more than running it.
set local jit = off;
-- One core is enough to take from a ledger in full use.
set local max_parallel_workers_per_gather = 0;
-- Enough to sort a slice in memory; larger ones (one account's entries are never cut) go to disk.
set local work_mem = '32MB';
set local statement_timeout = '15min';
set local lock_timeout = '5s';
