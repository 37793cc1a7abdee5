-- The waits for partitions of the log, the next one to try first; of one partition or of all.
select partition, to_topic, to_partition, held,
       next_attempt_at <= now() and attempts < %(attempts)s
from ledger.outbox_waits
where %(partition)s::integer is null or partition = %(partition)s
order by next_attempt_at
