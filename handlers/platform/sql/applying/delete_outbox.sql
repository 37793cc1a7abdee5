select ledger.delete_outbox(%(outbox_ids)s)
