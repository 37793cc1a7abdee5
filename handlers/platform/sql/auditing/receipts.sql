-- The legs of one transaction agree. The second is the destination's: from the same record if it is
-- on the same partition, otherwise from a record of its own. The third, which returns the money,
-- equals the first except for the posting. Legs that other databases have come as `elsewhere`; they are
-- compared where the first leg is.
with pairs as (
    select one.transaction_id, one.account_id, other.leg,
           (other.kind, other.amount, other.currency, other.user_id, other.fingerprint,
            other.request_id, other.requested_at)
               is distinct from
               (one.kind, one.amount, one.currency, one.user_id, one.fingerprint,
                one.request_id, one.requested_at) as is_other,
           case other.leg
               when 2 then (other.account_id, other.counterparty_id)
                           is distinct from (one.counterparty_id, one.account_id)
               else (other.account_id, other.counterparty_id)
                    is distinct from (one.account_id, one.counterparty_id)
           end as is_elsewhere,
           -- A discarded command may contain values that could not be stored.
           other.leg = 2
               and (other.description is distinct from one.description
                    or other.metadata is distinct from one.metadata
                       and other.reason is distinct from 'discarded') as is_misquoted,
           case when other.leg = 3 then (other.partition, other."offset")
                                        is distinct from (one.partition, one."offset")
                when other.status = 'completed' and other.debit_account_id is null
                then (other.partition, other."offset", other.posted_at, other.balance_after)
                     is distinct from
                     (one.partition, one."offset", one.posted_at, one.credit_balance_after)
                     or one.credit_account_id is distinct from other.account_id
           end as is_misplaced,
           case when other.leg = 2 and one.status = 'rejected'
                then other.reason is distinct from one.reason end as is_for_another_reason,
           case when other.leg = 2
                then one.completed_at <> greatest(one.posted_at, other.posted_at)
                else one.posted_at > other.posted_at end as is_at_another_time
    from (
        select *
        from ledger.legs
        where leg > 1 and transaction_id > %(low)s and transaction_id <= %(high)s
        union all
        select *
        from jsonb_populate_recordset(null::ledger.legs, %(elsewhere)s::jsonb)
        where leg > 1
    ) as other
    join ledger.legs as one on one.transaction_id = other.transaction_id and one.leg = 1
    where one.transaction_id > %(low)s and one.transaction_id <= %(high)s
),
judged as (
    select transaction_id, account_id, leg,
           concat_ws(', ',
               case when is_other then 'of another request' end,
               case when is_elsewhere then 'between other accounts' end,
               case when is_misquoted then 'in other words' end,
               case when is_misplaced then 'of another record' end,
               case when is_for_another_reason then 'for another reason' end,
               case when is_at_another_time then 'at another time' end
           ) as problem
    from pairs
)
select 'acc_' || encode(uuid_send(account_id), 'hex'),
       concat('transaction ', 'txn_', encode(uuid_send(transaction_id), 'hex'), ': its leg ', leg,
              ' and its first differ: ', problem),
       count(*) over ()
from judged
where problem <> ''
order by account_id, transaction_id, leg
limit %(limit)s
