-- How full the ledger's fullest own account is, in percent of its limit.
select coalesce(max(abs(balance)), 0) * 100.0 / 4611686018427387904
from ledger.accounts
where kind <> 'customer'
