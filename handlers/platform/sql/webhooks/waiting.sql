-- The next webhooks with pending deliveries, after a given one, and how many milliseconds each
-- one's backoff still lasts. Each webhook costs one step of the index, however many deliveries it
-- has.
with recursive visited as (
    (select d.webhook_id, 1 as step
     from ledger.webhook_deliveries d
     where d.status = 'pending'
       and (%(after)s::uuid is null
            or (uuid_hash(d.webhook_id), d.webhook_id)
               > (uuid_hash(%(after)s::uuid), %(after)s::uuid))
     order by uuid_hash(d.webhook_id), d.webhook_id
     limit 1)
    union all
    (select following.webhook_id, v.step + 1
     from visited v
     cross join lateral (
         select d.webhook_id
         from ledger.webhook_deliveries d
         where d.status = 'pending'
           and (uuid_hash(d.webhook_id), d.webhook_id)
               > (uuid_hash(v.webhook_id), v.webhook_id)
         order by uuid_hash(d.webhook_id), d.webhook_id
         limit 1
     ) following
     where v.step < %(at_most)s)
)
select replace(w.webhook_id::text, '-', ''), replace(w.user_id::text, '-', ''), w.answer_ms,
       -- A backoff is shorter than a day; minus infinity means none.
       ceil(extract(epoch from least(greatest(w.rests_until, now()), now() + interval '1 day') - now())
            * 1000)::integer
from visited v
join ledger.webhooks w using (webhook_id)
order by v.step
