insert into ledger.moves (topic, modulus, residue, source, target, state)
values (%(topic)s, %(modulus)s, %(residue)s, %(source)s, %(target)s, 'fencing')
