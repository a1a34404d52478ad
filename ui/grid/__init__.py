"""A grid one can live in: cells typed, pasted and filled as in a spreadsheet, over rows fetched in blocks."""
