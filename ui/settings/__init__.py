"""The page behind the gear: the school's own records, its rules, and the care of the ledger."""
