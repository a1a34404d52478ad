"""采购: from a department's wish to a card on the ledger or a line in the issue book, to the invoice and its claim."""
