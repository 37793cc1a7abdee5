-- Accounts whose name or metadata changed. If a column is all null, its array is empty.
with changed as (
    update ledger.accounts a
    set name = c.name, metadata = c.metadata::jsonb
    from (
        select unnest(%(account_id)s::uuid[]) as account_id,
               unnest(%(name)s::text[]) as name,
               unnest(%(metadata)s::text[]) as metadata
    ) c
    where a.account_id = c.account_id and a.partition = %(partition)s
    returning 1
)
select ledger.expect(count(*), %(expected)s) from changed
