"""Fees: items and standards, a term's plan, publicity, letters and replies, collection, spending, settlement."""
