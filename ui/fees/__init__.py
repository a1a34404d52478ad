"""收费公示: a term's fees from the plan to the settlement, step by step."""
