-- Every record that was ever parked, with its place in its account's queue.
select 'prk_' || encode(uuid_send(p.parked_id), 'hex'),
       'acc_' || encode(uuid_send(p.account_id), 'hex'),
       p.partition, p."offset", p.timestamp_ms, p.key, p.value, p.error, p.is_behind, p.status,
       (extract(epoch from p.parked_at) * 1000000)::bigint,
       (extract(epoch from p.resolved_at) * 1000000)::bigint,
       p.lane, ordered.number = 1,
       p.status = 'parked' and (p.resolved_by is not null or p.note is not null),
       p.status = 'parked' and not exists (
           select from ledger.partition_progress as worked
           where worked.partition = coalesce(p.lane, p.partition) and worked.has_parked
       )
from ledger.parked_commands as p
join (
    select parked_id,
           row_number() over (partition by account_id order by parked_at, "offset") as number
    from ledger.parked_commands
) as ordered using (parked_id)
order by p.account_id, p.parked_id
