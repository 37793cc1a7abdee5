delete from ledger.sessions where expires_at < now()
