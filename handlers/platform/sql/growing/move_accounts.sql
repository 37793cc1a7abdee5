update ledger.accounts as a
set partition = moved.partition
from (
    select unnest(%(account_id)s::uuid[]) as account_id,
           unnest(%(partition)s::integer[]) as partition
) as moved
where a.account_id = moved.account_id and a.partition <> moved.partition
