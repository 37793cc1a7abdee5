-- Compare one slice of holds with the legs that placed and ended them. By an earlier rule, a
-- capture to another partition ended its hold at once and for good: such a hold is captured even
-- though its capture is still pending or was refused.
with slice as (
    select hold_id, transaction_id, kind, status, account_id, counterparty_id, amount, currency,
           posted_at, kind <> 'hold' and status = 'completed' as is_end,
           kind = 'capture' and credit_account_id <> counterparty_id as is_across,
           requested_at,
           user_id is null and fingerprint = '' and request_id = '' as is_by_nobody
    from ledger.legs
    where hold_id > %(low)s and hold_id <= %(high)s and leg = 1
      and (status <> 'rejected' or debit_account_id is not null)
),
known as (
    select hold_id, account_id as own_account_id, amount as held, currency as own_currency,
           destination_id, status as state, captured_amount, opened_at, expires_at, closed_at,
           -- The id of the expiry that the log's time causes (handlers/domain/ids.py).
           case when status = 'expired' then encode(substring(sha256(
               '\x0000000b'::bytea || 'hold-expiry'::bytea || '\x00000024'::bytea
               || convert_to('hld_' || encode(uuid_send(hold_id), 'hex'), 'UTF8')
           ) from 1 for 16), 'hex')::uuid end as expiry_id
    from ledger.holds
    where hold_id > %(low)s and hold_id <= %(high)s
),
told as (
    select hold_id, state, captured_amount, expiry_id,
           expires_at < opened_at or closed_at < opened_at as is_backwards,
           state is not null as is_known,
           coalesce(own_account_id, (array_agg(account_id))[1]) as account_id,
           count(*) filter (where kind = 'hold') as placings,
           coalesce(bool_or(
               (account_id, currency) is distinct from (own_account_id, own_currency)
               or kind in ('hold', 'capture') and counterparty_id is distinct from destination_id
               or kind = 'hold' and (amount, posted_at) is distinct from (held, opened_at)
           ) filter (where kind is not null), false) as is_other,
           count(*) filter (where is_end) as ends,
           coalesce(bool_and(coalesce(
               case kind
                   when 'capture' then state = 'captured' and amount = captured_amount
                       -- A capture to another partition ended the hold when it completed.
                       and (posted_at = closed_at or is_across and posted_at < closed_at)
                   when 'void' then state = 'voided' and amount = held and posted_at = closed_at
                   else state = 'expired' and amount = held and posted_at = closed_at
                       and expires_at <= closed_at
                       -- Nobody requested it, and the hold had expired.
                       and (transaction_id <> expiry_id
                            or is_by_nobody and requested_at = expires_at)
               end, false)) filter (where is_end), true) as is_fitting,
           coalesce(bool_or(
               state = 'captured' and kind = 'capture' and not is_end and is_across
               and amount = captured_amount and posted_at = closed_at
           ), false) as is_of_before,
           sum(amount) filter (where kind = 'capture' and status = 'pending') as under_way
    from known
    full join slice using (hold_id)
    group by hold_id, own_account_id, held, own_currency, destination_id, state, captured_amount,
             opened_at, expires_at, closed_at, expiry_id
),
judged as (
    select hold_id, account_id,
           concat_ws('; ',
               case when not is_known and placings > 0
                    then 'was placed by a transaction that completed but its hold does not exist'
                    when not is_known then 'was captured, voided or released but does not exist'
                    when placings <> 1 then 'has no transaction'
                    when is_other then 'differs from its transaction' end,
               case when is_known and ends > 1 then 'was ended more than once'
                    when state = 'open' and ends > 0 then 'is open but was ended'
                    when is_known and not is_fitting
                    then concat('is ', state, ' otherwise than its transaction says')
                    when state = 'captured' and ends = 0 and not is_of_before
                    then 'is captured but no capture of it completed'
                    when state = 'voided' and ends = 0
                    then 'is voided but no void of it completed'
                    -- Anyone who can write to the log may have used the expiry's id before.
                    when state = 'expired' and ends = 0 and not exists (
                        select from ledger.legs as taken
                        where taken.transaction_id = told.expiry_id
                    )
                    then 'is expired but no transaction says so' end,
               case when state = 'open' and captured_amount <> coalesce(under_way, 0)
                    then concat(captured_amount, ' is noted as under way but its capture moves ',
                                coalesce(under_way, 0))
                    when state in ('voided', 'expired') and captured_amount <> 0
                    then concat('is ', state, ' but ', captured_amount, ' is noted as captured') end,
               case when is_backwards then 'ends before it begins' end
           ) as problem
    from told
)
select 'acc_' || encode(uuid_send(account_id), 'hex'),
       concat('hold ', 'hld_', encode(uuid_send(hold_id), 'hex'), ': ', problem),
       count(*) over ()
from judged
where problem <> ''
order by account_id, hold_id
limit %(limit)s
