select uuid_send(account_id), metadata::text
from ledger.accounts
where account_id = any(%(account_ids)s) and metadata is not null
