-- Whoever begins a move or a growth looks for the other under this lock.
lock table ledger.moves in share row exclusive mode
