select outbox_id, messages
from ledger.outbox
where partition = %(partition)s
order by outbox_id
limit %(limit)s
