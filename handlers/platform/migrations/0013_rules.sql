-- What today's rules need (docs/decisions/0090, 0091 and 0099).

-- The open holds of an account that fall due, looked for whenever something is decided about it.
create index holds_due on holds (account_id, expires_at) where status = 'open' and expires_at is not null;

-- An account's holds are released by what captured, voided or let go of them.
create index legs_hold on legs (hold_id) where hold_id is not null;

-- Who won an idempotency key that two partitions' requests used: from here on the log says so. For the
-- requests of before that were refused it is told now, each by its own partition.
insert into outbox (partition, messages)
select c.partition,
       -- As the writer writes it: a rebuild knows a verdict by its first bytes.
       format(
           '[[%s,%s,"",{"kind":"idempotency_verdict","transaction_id":"txn_%s","user_id":"",'
           '"requested_at_us":%s,"rules":2,"contested":"txn_%s","partition":%s,"offset":%s,'
           '"decided_in":%s,"decided_at":%s,"is_conflict":true}]]',
           to_json(p.topic), c.partition, md5(concat(c.transaction_id, c.partition, '-', c."offset")),
           (extract(epoch from c.posted_at) * 1000000)::bigint,
           replace(c.transaction_id::text, '-', ''), c.partition, c."offset",
           c.partition, c."offset"
       )
from conflicts c
join legs l on l.transaction_id = c.transaction_id and l.leg = 1
left join accounts a on a.account_id = l.account_id
join partition_progress p on p.partition = c.partition
-- The winner's account may have come to live here since, by a growth of the log.
where l.partition <> c.partition or a.partition <> c.partition;
