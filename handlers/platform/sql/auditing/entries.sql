-- Replay the entries of one slice of accounts: versions run 1, 2, 3 ..., each balance and each hash
-- follow from the previous ones (see handlers/domain/chain.py for the formula), and the account's
-- row has the last of each.
with entries as (
    select debit_account_id as account_id, debit_version as version, -amount as amount,
           debit_balance_after as balance_after, debit_hash as hash,
           credit_account_id as counter_account_id, transaction_id, leg, currency, posted_at
    from ledger.postings
    where debit_account_id > %(low)s and debit_account_id <= %(high)s
    union all
    select credit_account_id, credit_version, amount, credit_balance_after, credit_hash,
           debit_account_id, transaction_id, leg, currency, posted_at
    from ledger.postings
    where credit_account_id > %(low)s and credit_account_id <= %(high)s
),
chained as (
    select account_id, version, amount, balance_after, hash, currency, posted_at,
           lag(version, 1, 0::bigint) over entry as version_before,
           lag(balance_after, 1, 0::bigint) over entry as balance_before,
           lag(posted_at) over entry as posted_before,
           lead(version) over entry is null as is_last,
           sha256(
               coalesce(lag(hash) over entry, sha256(uuid_send(account_id)))
               || int8send(version) || int8send(amount) || int8send(balance_after)
               || uuid_send(transaction_id) || int2send(leg) || uuid_send(counter_account_id)
               || timestamptz_send(posted_at)
           ) as hash_due
    from entries
    window entry as (partition by account_id order by version)
),
replayed as (
    select account_id,
           count(*) as entries,
           sum(amount) as balance,
           min(version) filter (where version <> version_before + 1) as gap_at,
           min(version) filter (where balance_after <> balance_before + amount) as unbalanced_at,
           min(version) filter (where hash <> hash_due) as unchained_at,
           min(version) filter (where posted_at < posted_before) as backwards_at,
           string_agg(hash, ''::bytea) filter (where is_last) as hash,
           min(currency) as currency,
           max(currency) as other_currency
    from chained
    group by account_id
),
judged as (
    select coalesce(a.account_id, r.account_id) as account_id,
           concat_ws('; ',
               case when a.account_id is null then 'has postings but does not exist' end,
               case when r.gap_at is not null
                    then concat('versions have a gap or a duplicate before version ', r.gap_at) end,
               case when r.unbalanced_at is not null
                    then concat('the balance after version ', r.unbalanced_at,
                                ' does not follow from the one before') end,
               case when r.unchained_at is not null
                    then concat('the hash chain is broken at version ', r.unchained_at) end,
               case when r.backwards_at is not null
                    then concat('version ', r.backwards_at, ' was posted before the one before') end,
               case when r.currency <> r.other_currency or r.currency <> a.currency
                    then concat('is kept in ', a.currency, ' but has postings in ',
                                concat_ws(', ', r.currency, nullif(r.other_currency, r.currency)))
               end,
               case when a.balance <> coalesce(r.balance, 0)
                    then concat('its balance is ', a.balance, ' but its postings sum to ',
                                coalesce(r.balance, 0)) end,
               case when a.version <> coalesce(r.entries, 0)
                    then concat('its version is ', a.version, ' but it has ',
                                coalesce(r.entries, 0), ' entries') end,
               case when a.hash <> coalesce(r.hash, sha256(uuid_send(a.account_id)))
                    then 'its hash is not that of its last entry' end
           ) as problem
    from replayed as r
    full join (
        select account_id, currency, balance, version, hash
        from ledger.accounts
        where account_id > %(low)s and account_id <= %(high)s
    ) as a using (account_id)
)
select 'acc_' || encode(uuid_send(account_id), 'hex'), problem, count(*) over ()
from judged
where problem <> ''
order by account_id
limit %(limit)s
