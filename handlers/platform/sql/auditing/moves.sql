-- The last move between shards, and how to finish it if it is not.
select coalesce(max(move_id), 0),
       max(concat('P=', residue, ' TO=', target)) filter (where finished_at is null)
from ledger.moves
