-- How much of its bound the ledger's own fullest account uses, in percent.
select coalesce(max(abs(balance)), 0) * 100.0 / 4611686018427387904
from ledger.accounts
where kind <> 'customer'
