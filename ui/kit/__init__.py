"""The parts every tab is made of: pages, grids, forms, pickers, jobs, messages, preview. Knows no feature, no table."""
