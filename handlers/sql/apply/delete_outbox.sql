-- Losing this would only publish the rows again, so it does not wait for the disk.
with unhurried as (
    select set_config('synchronous_commit', 'off', true)
)
delete from ledger.outbox using unhurried where outbox_id = any (%(outbox_ids)s::bigint[])
