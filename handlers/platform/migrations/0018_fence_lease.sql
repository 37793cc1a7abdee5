-- The fence of a growth is lent to the run of the tool that put it up (docs/decisions/0095): one that
-- does not renew it in time was killed, and whoever finds the fence then lifts it.
alter table log_growths
    add column fenced_by uuid,
    -- Null where a release without leases put it up: that one stands until it is given up or gone on with.
    add column fenced_until timestamptz;

-- What growths that were given up left: lanes that no account lives on, and that never had a record.
delete from partition_progress as p
where p.incarnation = '' and p.partition >= p.partitions
  and not exists (select from log_growths as g where g.topic = p.topic and g.state <> 'done');
