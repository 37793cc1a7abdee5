-- How long each command of some accounts took until it was committed, in milliseconds: from the log's
-- timestamp, and from the arrival of the request. Brokers use whole milliseconds, so the first can be
-- up to one too long. A deposit's row is written once, so its xmin is the transaction that applied it.
-- Requires track_commit_timestamp.
select 1000 * extract(epoch from committed_at - posted_at)::double precision,
       1000 * extract(epoch from committed_at - requested_at)::double precision
from (
    select pg_xact_commit_timestamp(xmin) as committed_at, posted_at, requested_at
    from ledger.legs
    where account_id = any(%(accounts)s::uuid[]) and posted_at >= %(since)s and kind = 'deposit'
) applied
