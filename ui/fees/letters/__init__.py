"""The steps 告家长书 and 回执."""
