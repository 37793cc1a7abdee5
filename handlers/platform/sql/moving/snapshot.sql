-- One moment for all tables, and rows in the same form everywhere.
set transaction isolation level repeatable read;
set local timezone = 'UTC';
set local statement_timeout = 0;
set local idle_in_transaction_session_timeout = 0
