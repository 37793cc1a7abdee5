-- The log's growths so far, which the audit of a shard asks about.
select to_jsonb(g)::text from ledger.log_growths as g where topic = %(topic)s and state = 'done'
