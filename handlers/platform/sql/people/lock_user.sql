-- Whoever makes something of this user's meanwhile waits: what is counted stays true until the commit.
select user_id from ledger.users where user_id = %(user_id)s for no key update
