-- A table's columns, but for those that each database numbers by itself.
select column_name
from information_schema.columns
where table_schema = 'ledger' and table_name = %(table)s and is_identity = 'NO'
order by ordinal_position
