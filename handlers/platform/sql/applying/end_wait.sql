-- Everything that waited is published, unless more messages came to wait in the meantime.
delete from ledger.outbox_waits
where partition = %(partition)s and to_topic = %(to_topic)s and to_partition = %(to_partition)s
  and held = %(held)s
