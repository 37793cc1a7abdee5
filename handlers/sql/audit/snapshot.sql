-- One snapshot for all checks; nothing is written, whatever a mistake here might ask for.
set transaction isolation level repeatable read, read only;
-- Each slice is a small query: compiling it would cost more than running it.
set local jit = off;
set local statement_timeout = '15min';
set local lock_timeout = '5s';
