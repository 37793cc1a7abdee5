-- Whether a move is not finished.
select exists (select from ledger.moves where topic = %(topic)s and finished_at is null)
