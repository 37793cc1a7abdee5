select pg_relation_size(('ledger.' || %(table)s)::regclass) / current_setting('block_size')::bigint
