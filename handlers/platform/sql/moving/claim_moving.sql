-- At home, claim the keys' ids that the moving legs have: until now, the legs kept others from using
-- them. A random id begins with the time of its request, has a version 7 UUID's marks, and needs no
-- claim (handlers/domain/ids.py).
insert into ledger.claims (transaction_id, account_id, partition, "offset", fingerprint)
select transaction_id, account_id, partition, "offset", fingerprint
from ledger.legs
where leg = 1 and account_id is not null and fingerprint <> ''
  and mod(partition, %(modulus)s) = %(residue)s
  and not (
      substr(transaction_id::text, 15, 1) = '7' and substr(transaction_id::text, 20, 1) in ('8', '9', 'a', 'b')
      and abs(('x' || left(replace(transaction_id::text, '-', ''), 12))::bit(48)::bigint
              - floor(extract(epoch from requested_at) * 1000)) <= %(within_ms)s
  )
on conflict do nothing
