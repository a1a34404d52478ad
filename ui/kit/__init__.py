"""The kit: a tab that is a list. Columns, filters, acts, the grid one types and pastes in. Knows no feature, no table."""
