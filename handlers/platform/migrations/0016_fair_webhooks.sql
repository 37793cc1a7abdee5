-- Fair webhooks: how long each receiver takes, and an index that deliveries are claimed by in turn.

-- A moving figure in milliseconds; the smallest are not kept, and stand as 0.
alter table webhooks add column answer_ms integer not null default 0 check (answer_ms >= 0);

-- Webhooks, and the accounts of each, in an order that has nothing to do with their age: walked from
-- a random place on, each is as likely to be the next. The first row of an account is the only one
-- that may be sent; whatever waits behind it is stepped over, however long the queue.
create index webhook_deliveries_turns on webhook_deliveries
    (uuid_hash(webhook_id), webhook_id, uuid_hash(account_id), account_id, sequence)
    where status = 'pending';
-- Each attempt changed it, and no claim reads it any more. The release before this one claims by
-- webhook_deliveries_queue, which therefore stays for now.
drop index webhook_deliveries_due;

-- Returns deliveries of a webhook that are due: each the first of its account, since only that one
-- may be sent. Accounts are looked at from behind a place on and round to it again, some of them at
-- most; each is one step of the index.
create function due_heads(of_webhook uuid, start uuid, at_most integer, steps integer)
returns setof uuid
language plpgsql stable set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare
    head record;
    place_hash integer := uuid_hash(start);
    place uuid := start;
    is_round boolean := false;
    found_so_far integer := 0;
begin
    for step in 1 .. steps loop
        select d.account_id, d.delivery_id, d.next_attempt_at into head
        from ledger.webhook_deliveries d
        where d.status = 'pending' and d.webhook_id = of_webhook
          and uuid_hash(d.webhook_id) = uuid_hash(of_webhook)
          and (uuid_hash(d.account_id), d.account_id) > (place_hash, place)
        order by uuid_hash(d.account_id), d.account_id, d.sequence
        limit 1;
        if not found then
            exit when is_round;
            is_round := true;
            place_hash := -2147483648;
            place := '00000000-0000-0000-0000-000000000000';
            continue;
        end if;
        place_hash := uuid_hash(head.account_id);
        place := head.account_id;
        exit when is_round and (place_hash, place) > (uuid_hash(start), start);
        continue when head.next_attempt_at > now();
        return next head.delivery_id;
        found_so_far := found_so_far + 1;
        exit when found_so_far = at_most;
    end loop;
end
$$;
