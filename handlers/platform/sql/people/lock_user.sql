-- Lock the user's row, so that counts of the user's objects stay true until the commit.
select user_id from ledger.users where user_id = %(user_id)s for no key update
