-- Accounts with a hold whose time is over, the longest overdue first, each with the first of its holds.
-- Left out is who can't make use of it: an account with a parked queue, where it would only be parked
-- too; a hold of which a capture is under way; a partition that has not applied the nudges it got.
select 'hld_' || encode(uuid_send(due.hold_id), 'hex'),
       'acc_' || encode(uuid_send(due.account_id), 'hex')
from (
    select distinct on (h.account_id) h.account_id, h.hold_id, h.expires_at
    from ledger.holds h
    join ledger.accounts a on a.account_id = h.account_id
    left join ledger.expiry_nudges n on n.topic = %(topic)s and n.partition = a.partition
    left join ledger.partition_progress p on p.topic = n.topic and p.partition = n.partition
    where h.status = 'open' and h.expires_at < now() and h.captured_amount = 0
      and not exists (
          select from ledger.parked_commands q
          where q.account_id = h.account_id and q.status = 'parked'
      )
      -- A topic that was made anew begins at offset 0 again, so it is not waited for for ever.
      and (n.partition is null or p.next_offset > n.last_offset
           or n.sent_at < now() - %(patience_s)s * interval '1 second')
    order by h.account_id, h.expires_at, h.hold_id
) due
order by due.expires_at
limit %(limit)s
