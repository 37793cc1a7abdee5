-- The move that is not finished.
select move_id, modulus, residue, source, target, state
from ledger.moves
where topic = %(topic)s and finished_at is null
