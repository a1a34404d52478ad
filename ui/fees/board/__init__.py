"""The step 公示."""
