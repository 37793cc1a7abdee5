-- Whoever deletes a row decides about its messages: two processes may have tried to publish it.
delete from ledger.outbox where outbox_id = any (%(outbox_ids)s::bigint[]) returning outbox_id
