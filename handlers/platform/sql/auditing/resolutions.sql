-- An operator's decision resolves a parked command, and each applied decision resolved at least
-- one. Decisions about records without an account name no account.
select 'acc_' || encode(uuid_send(nullif(account_id, '00000000-0000-0000-0000-000000000000')), 'hex'),
       case when decided.decisions is null
            then concat('has parked commands that were resolved without a decision: ', resolved.records)
            else concat('has decisions that did not resolve a parked command: ', decided.decisions)
       end,
       count(*) over ()
from (
    select coalesce(account_id, '00000000-0000-0000-0000-000000000000') as account_id,
           coalesce(resolved_by, '00000000-0000-0000-0000-000000000000') as user_id,
           resolved_at as at, count(*) as records
    from ledger.parked_commands
    where status <> 'parked'
    group by 1, 2, 3
) as resolved
full join (
    select coalesce(account_id, '00000000-0000-0000-0000-000000000000') as account_id,
           coalesce(user_id, '00000000-0000-0000-0000-000000000000') as user_id,
           posted_at as at, count(*) as decisions
    from ledger.legs
    where kind = 'parked_resolution' and status = 'completed'
    group by 1, 2, 3
) as decided using (account_id, user_id, at)
where resolved.records is null or decided.decisions is null
order by account_id, at
limit %(limit)s
