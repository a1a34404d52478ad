"""告家长书 and 回执: a term's letters to families, and the slips that came back."""
