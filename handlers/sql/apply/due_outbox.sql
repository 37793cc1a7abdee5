-- Rows of batches that are still publishing are young; what is older was left behind.
select outbox_id, messages
from ledger.outbox
where created_at < now() - %(age_s)s * interval '1 second'
order by partition, outbox_id
limit %(limit)s
