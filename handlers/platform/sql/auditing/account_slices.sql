-- Cut the accounts, in the order of their ids, into slices with about as many entries each, and
-- return each slice's last account.
select account_id
from (
    select account_id, weight, lead(weight) over (order by account_id) as next_weight
    from (
        select account_id, sum(version + 1) over (order by account_id)::bigint as weight
        from ledger.accounts
    ) as weighed
) as paired
where next_weight is null or weight / %(size)s <> next_weight / %(size)s
order by account_id
