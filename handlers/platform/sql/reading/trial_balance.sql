-- One statement, so one snapshot: the sums include exactly the records before these offsets. It
-- reads every account, because every posting would have to update an index over the balances.
select (extract(epoch from now()) * 1000000)::bigint,
       (select coalesce(json_agg(json_build_array(p.partition, p.next_offset) order by p.partition), '[]')
        from ledger.partition_progress p
        where p.topic = %(topic)s),
       (select coalesce(json_agg(json_build_array(s.currency, s.kind, s.accounts, s.debit, s.credit)
                                 order by s.currency, s.kind), '[]')
        from (
            select a.currency, a.kind, count(*) as accounts,
                   coalesce(-sum(a.balance) filter (where a.balance < 0), 0) as debit,
                   coalesce(sum(a.balance) filter (where a.balance > 0), 0) as credit
            from ledger.accounts a
            where (%(currency)s::text is null or a.currency = %(currency)s)
              and a.partition <> all(%(absent)s::integer[])
            group by a.currency, a.kind
        ) s)
