select (select count(*) from ledger.accounts),
       (select count(*) from ledger.postings),
       (select count(*) from ledger.transactions)
