delete from ledger.sessions where token_hash = %s
