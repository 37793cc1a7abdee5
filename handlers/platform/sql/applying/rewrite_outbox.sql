update ledger.outbox set messages = %(messages)s where outbox_id = %(outbox_id)s returning outbox_id
