-- The transactions that conflicts name and that are not here.
select distinct transaction_id
from ledger.conflicts as c
where not exists (
    select from ledger.legs as l where l.transaction_id = c.transaction_id and l.leg = 1
)
