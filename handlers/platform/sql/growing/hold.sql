-- Nobody completes the growth, or starts another one, while accounts are moved for this one.
select from ledger.log_growths
where topic = %(topic)s and partitions = %(partitions)s and state = 'marking'
for update
