-- The trace that a delivery's attempts belong to, for as long as they are retried. Few are traced.
-- The functions of the last release don't name the column, and leave it empty.

alter table ledger.webhook_deliveries
    add column traceparent text
    constraint webhook_deliveries_traceparent check (length(traceparent) <= 55);
