with ended as (
    delete from ledger.sessions
    where token_hash in (
        select token_hash from ledger.sessions
        where user_id = %(user_id)s::uuid and expires_at <= %(created_at)s
        limit %(at_most)s
    )
)
insert into ledger.sessions (token_hash, user_id, created_at, expires_at)
values (%(token_hash)s, %(user_id)s, %(created_at)s, %(expires_at)s)
