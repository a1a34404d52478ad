"""The first page, and the few questions of the first start."""
