-- An event that the log delivers again already has its rows.
insert into ledger.webhook_deliveries
    (delivery_id, webhook_id, account_id, event_id, event_type, payload, traceparent)
select row.delivery_id, row.webhook_id, row.account_id, row.event_id, row.event_type, row.payload,
       row.traceparent
from unnest(
    %(delivery_ids)s::uuid[], %(webhook_ids)s::uuid[], %(account_ids)s::uuid[],
    %(event_ids)s::text[], %(event_types)s::text[], %(payloads)s::text[],
    %(traceparents)s::text[]
) with ordinality as row (
    delivery_id, webhook_id, account_id, event_id, event_type, payload, traceparent, place
)
-- Leave out webhooks that were deleted in the meantime.
where exists (select from ledger.webhooks w where w.webhook_id = row.webhook_id)
order by row.place
on conflict do nothing
returning delivery_id
