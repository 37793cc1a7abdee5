insert into ledger.accounts (
    account_id, kind, partition, user_id, currency, name, metadata, balance, held, overdraft_limit,
    daily_amount, daily_count, frozen_by_owner, frozen_by_operator, is_closed, version, hash,
    day, day_amount, day_count, pending_out, opened_at
)
select a.account_id, a.kind, %(partition)s, a.user_id, a.currency, a.name, a.metadata::jsonb, a.balance,
       coalesce(a.held, 0), a.overdraft_limit, a.daily_amount, a.daily_count, a.frozen_by_owner,
       a.frozen_by_operator, a.is_closed, a.version, a.hash, coalesce(a.day, 0),
       coalesce(a.day_amount, 0), coalesce(a.day_count, 0), coalesce(a.pending_out, 0),
       timestamptz 'epoch' + a.opened_at * interval '1 microsecond'
from (
    select unnest(%(account_id)s::uuid[]) as account_id,
           unnest(%(kind)s::text[]) as kind,
           unnest(%(user_id)s::uuid[]) as user_id,
           unnest(%(currency)s::text[]) as currency,
           unnest(%(name)s::text[]) as name,
           unnest(%(metadata)s::text[]) as metadata,
           unnest(%(opened_at)s::bigint[]) as opened_at,
           unnest(%(balance)s::bigint[]) as balance,
           unnest(%(held)s::bigint[]) as held,
           unnest(%(overdraft_limit)s::bigint[]) as overdraft_limit,
           unnest(%(daily_amount)s::bigint[]) as daily_amount,
           unnest(%(daily_count)s::bigint[]) as daily_count,
           unnest(%(frozen_by_owner)s::smallint[]) as frozen_by_owner,
           unnest(%(frozen_by_operator)s::smallint[]) as frozen_by_operator,
           unnest(%(is_closed)s::boolean[]) as is_closed,
           unnest(%(version)s::bigint[]) as version,
           unnest(%(hash)s::bytea[]) as hash,
           unnest(%(day)s::integer[]) as day,
           unnest(%(day_amount)s::bigint[]) as day_amount,
           unnest(%(day_count)s::bigint[]) as day_count,
           unnest(%(pending_out)s::bigint[]) as pending_out
) a
