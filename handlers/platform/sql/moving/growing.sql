-- Whether a growth is not finished.
select exists (select from ledger.log_growths where topic = %(topic)s and state <> 'done')
