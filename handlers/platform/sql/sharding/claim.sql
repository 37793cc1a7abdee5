select 'txn_' || encode(uuid_send(transaction_id), 'hex'),
       'acc_' || encode(uuid_send(account_id), 'hex'), partition, "offset", fingerprint
from ledger.claim(%(transaction_ids)s::uuid[], %(account_ids)s::uuid[], %(partitions)s::integer[],
                  %(offsets)s::bigint[], %(fingerprints)s::text[])
