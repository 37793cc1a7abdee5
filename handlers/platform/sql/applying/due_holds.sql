-- Accounts with an expired hold, the longest overdue first, each with its first such hold. Leave
-- out accounts where a nudge has no use: those with a parked queue, where the nudge would be parked
-- too, those whose hold is being captured, and those on partitions that have not applied earlier
-- nudges.
select 'hld_' || encode(uuid_send(due.hold_id), 'hex'),
       'acc_' || encode(uuid_send(due.account_id), 'hex')
from (
    select distinct on (h.account_id) h.account_id, h.hold_id, h.expires_at
    from ledger.holds h
    join ledger.accounts a on a.account_id = h.account_id
    left join ledger.expiry_nudges n on n.topic = %(topic)s and n.partition = a.partition
    left join ledger.partition_progress p on p.topic = n.topic and p.partition = n.partition
    where a.partition <> all(%(absent)s::integer[])
      and h.status = 'open' and h.expires_at < now() and h.captured_amount = 0
      and not exists (
          select from ledger.parked_commands q
          where q.account_id = h.account_id and q.status = 'parked'
      )
      -- A recreated topic starts again at offset 0, so don't wait for the old offset forever.
      and (n.partition is null or p.next_offset > n.last_offset
           or n.sent_at < now() - %(patience_s)s * interval '1 second')
    order by h.account_id, h.expires_at, h.hold_id
) due
order by due.expires_at
limit %(limit)s
