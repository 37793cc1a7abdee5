-- Whoever deletes a row decides what becomes of its messages: two may have tried to publish it.
delete from ledger.outbox where outbox_id = any (%(outbox_ids)s::bigint[]) returning outbox_id
