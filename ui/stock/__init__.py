"""The store in the window: what lies there, its slips, who got what, hand-outs to many, counts, months."""
