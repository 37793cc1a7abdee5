insert into ledger.log_growths
select (jsonb_populate_record(null::ledger.log_growths, %(growth)s::jsonb)).*
on conflict do nothing
