delete from ledger.outbox where outbox_id = any (%(outbox_ids)s::bigint[])
