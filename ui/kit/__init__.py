"""The kit: a tab that is a list. Columns, filters, acts, saved views, the pane. Knows no feature, no table."""
