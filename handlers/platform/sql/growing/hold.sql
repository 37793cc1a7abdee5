-- Keep others from completing the growth or starting another while this run moves accounts.
select from ledger.log_growths
where topic = %(topic)s and partitions = %(partitions)s and state = 'marking'
for update
