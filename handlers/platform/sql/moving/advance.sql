-- Record the next state, unless another run has.
update ledger.moves
set state = %(state)s, finished_at = case when %(state)s in ('done', 'undone') then now() end
where move_id = %(move_id)s and state = %(before)s
